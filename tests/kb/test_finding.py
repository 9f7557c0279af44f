"""An admin sees how a document was cut, and which questions find each passage."""

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from kb import finding
from kb.finding import questions_for
from kb.ingest import ingest, receive
from kb.labelled import label
from kb.models import Audience, Document
from kb.retrieval import retrieve
from tests.cast import adam, alice, ask

pytestmark = pytest.mark.django_db


@pytest.fixture
def document(tmp_path: Path, settings: Any) -> Document:
    settings.MEDIA_ROOT = tmp_path
    found = receive(
        "returns.md", b"# Returns\n\n## Refunds\n\nWithin 14 days.\n\n## Exchanges\n\nIn any shop.\n"
    )
    ingest(found)
    found.refresh_from_db()
    return found


def test_page_of_a_passage_tells_which_questions_find_it(document: Document, client: Client):
    admin = adam()
    label("Can I change it for another one?", Audience.PUBLIC, "", [document], admin)
    ask("How many days do I have for a refund?")
    ask("Completely unrelated")
    client.force_login(admin)
    refunds = document.passages.get(heading="Refunds")
    path = f"/documents/{document.pk}/passages/{refunds.pk}/"
    page = client.get(path).content.decode()
    answer = client.get(f"{path}questions/").content.decode()
    part = client.get(f"{path}questions/", headers={"HX-Request": "true"}).content.decode()

    assert "Passage 1 of 2" in page and "Within 14 days." in page and f'hx-get="{path}questions/"' in page
    assert part.strip() in answer and not part.startswith("<!")
    assert part.index("#1</td>") < part.index('<th scope="row"><a')
    assert "Can I change it for another one?" in answer and "Completely unrelated" not in answer
    assert "How many days do I have for a refund?" in answer
    assert (
        f'href="/documents/{document.pk}/passages/{refunds.pk}/"'
        in client.get(document.get_absolute_url()).content.decode()
    )


def test_place_is_that_of_the_search(document: Document):
    refunds = document.passages.get(heading="Refunds")
    found = {one.question: one.place for one in questions_for(refunds, adam())}

    assert found == {"Refunds": 1, "Returns Refunds": 1}


def test_page_searches_no_more_often_than_it_says(
    document: Document, client: Client, monkeypatch: pytest.MonkeyPatch
):
    admin, searched = adam(), []
    for n in range(2 * finding.MOST_ASKED):
        label(f"Refund number {n}?", Audience.PUBLIC, "", [document], admin)
        ask(f"A refund within 14 days of order {n}")

    def counted(question: str, *args: Any, **more: Any) -> Any:
        searched.append(question)
        return retrieve(question, *args, **more)

    monkeypatch.setattr(finding, "retrieve", counted)
    client.force_login(admin)
    passage = document.passages.get(heading="Refunds")
    page = client.get(f"/documents/{document.pk}/passages/{passage.pk}/questions/").content.decode()

    assert len(searched) == finding.MOST_ASKED and f"; {finding.MOST_ASKED} at the most" in page
    assert "Returns Refunds" in searched and any("of order" in question for question in searched)


def test_page_waits_for_no_search(
    document: Document,
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
    django_assert_max_num_queries: Any,
):
    client.force_login(adam())
    first, last = document.passages.order_by("position")
    monkeypatch.setattr(finding, "retrieve", None)
    with django_assert_max_num_queries(10):
        page = client.get(f"/documents/{document.pk}/passages/{first.pk}/").content.decode()

    assert (
        f'rel="next" href="/documents/{document.pk}/passages/{last.pk}/"' in page and 'rel="prev' not in page
    )


def test_only_admins_open_it(document: Document, client: Client):
    client.force_login(alice())
    path = f"/documents/{document.pk}/passages/{document.passages.all()[0].pk}/"

    assert client.get(path).status_code == client.get(f"{path}questions/").status_code == 403
