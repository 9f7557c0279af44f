"""The list of documents. Alice is an agent, Adam an admin."""

import pytest
from django.test import Client
from django.urls import reverse

from kb import ingest, views
from kb.models import Audience
from tests.kb.pages import listed, searchable

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("uploads")]


def test_documents_are_filtered_by_state_status_audience_and_title(adam: Client) -> None:
    searchable()
    searchable("goodwill.md", b"# Goodwill\n\nUp to 60 euros.", audience=Audience.INTERNAL)
    searchable("old.md", b"# Old prices\n\nNo longer true.", publish=False)
    ingest.receive("waiting.md", b"# Waiting\n\nFor a worker.")

    assert listed(adam) == {"returns.md", "goodwill.md", "old.md", "waiting.md"}
    assert listed(adam, state="received") == {"waiting.md"}
    assert listed(adam, status="unpublished") == {"old.md"}
    assert listed(adam, audience="internal") == {"goodwill.md"}
    assert listed(adam, q="old PRICE") == {"old.md"}
    assert listed(adam, q="returns.md") == {"returns.md"}
    assert listed(adam, state="nonsense", q="%") == set()
    assert listed(adam, state="nonsense") == listed(adam)


def test_long_lists_have_pages(adam: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "A_PAGE", 2)
    for number in range(3):
        ingest.receive(f"a{number}.md", b"# A\n\nText.")
    first = adam.get(reverse("documents"), {"q": "a"}).content.decode()
    assert "1–2 of 3" in first and "q=a&amp;page=2" in first
    assert "3–3 of 3" in adam.get(reverse("documents"), {"q": "a", "page": "2"}).content.decode()


def test_many_passages_are_listed_in_parts_and_the_text_goes_along(
    adam: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "LISTED", 2)
    monkeypatch.setattr(views, "LONGEST_SHOWN", 60)
    rows = "".join(f"Question {number}?,Answer number {number}.\n" for number in range(5))
    found = searchable("faq.csv", f"question,answer\n{rows}".encode())
    path, third = found.get_absolute_url(), found.passages.get(position=2)
    first = adam.get(path).content.decode()
    second = adam.get(path, {"passages": "2"}).content.decode()

    assert first.count("data-passage=") == 2 and "1–2</span>" in first and "?passages=2#passages" in first
    assert "Answer number 0" in first and "Answer number 2" not in first
    assert f'data-passage="{third.pk}"' in second and f'id="passage-{third.pk}"' in second
    assert f'id="passage-{third.pk}"' in adam.get(path, {"passage": third.pk}).content.decode()
    assert "1–2</span>" in adam.get(path, {"passage": "9" * 18, "passages": "x"}).content.decode()


def test_an_empty_list_teaches_the_next_step(adam: Client, alice: Client) -> None:
    assert "Upload the articles of your help center above." in adam.get(reverse("documents")).content.decode()
    assert "An admin uploads the articles" in alice.get(reverse("documents")).content.decode()
    assert "No document matches" in adam.get(reverse("documents"), {"q": "x"}).content.decode()
