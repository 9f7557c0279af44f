"""What wants looking after, as an admin sees it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from kb import upkeep_pages
from kb.models import Document, Duplicate, DuplicateSearch, Passage
from support.models import Agent, Ticket, Verdict
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def offered(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    woken: list[int] = []
    monkeypatch.setattr(upkeep_pages.find_duplicates, "delay_on_commit", woken.append)
    return woken


def signed_in(agent: Agent) -> Client:
    client = Client()
    client.force_login(agent, backend="django.contrib.auth.backends.ModelBackend")
    return client


def page(client: Client, path: str = "/documents/upkeep/") -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_what_replies_cite_and_what_none_cites_is_told() -> None:
    cited = cast.passage("You can return it within 30 days.", title="Returns")
    idle = cast.passage("Nobody asks this.", title="Idle").document
    ticket = cast.ask("Can I send it back?").ticket
    _reply(ticket, cited)
    Document.objects.filter(pk=idle.pk).update(created=timezone.now() - timedelta(days=200))
    shown = page(signed_in(cast.adam()))
    most, never = shown.split("Never cited in")
    assert "Returns</a>" in most and "1 reply" in most
    assert "Idle</a>" in never and "Returns</a>" not in never


def test_what_is_archived_waits_for_nobody_and_is_counted_in_the_list() -> None:
    kept, unpublished = (cast.passage("Text.", title=title).document for title in ("Kept", "Begun"))
    Document.objects.filter(pk=kept.pk).update(status="archived")
    Document.objects.filter(pk=unpublished.pk).update(status="unpublished")
    adam = signed_in(cast.adam())

    assert "1 unpublished" in page(adam) and "1 archived" not in page(adam)
    assert "1 archived" in page(adam, "/documents/")


def _reply(ticket: Ticket, passage: Passage) -> None:
    message = ticket.messages.create(kind="reply", author=cast.alice(), text="30 days.")
    sentence = message.sentences.create(
        position=0, text="30 days.", start=0, end=8, verdict=Verdict.MATCHES, change="added"
    )
    sentence.citations.create(
        number=1, passage=passage, revision=passage.revision, title="Returns", quote="30", start=0, end=2
    )


def test_duplicates_are_looked_for_compared_and_dismissed(offered: list[int]) -> None:
    adam = signed_in(cast.adam())
    assert "Nobody has looked yet." in page(adam)
    adam.post("/documents/upkeep/look/")
    adam.post("/documents/upkeep/look/")
    search = DuplicateSearch.objects.get()
    assert offered == [search.pk, search.pk] and "being compared" in page(adam)
    one, other = (
        cast.passage("Within 30 days.", title=title).document for title in ("Returns", "Sending back")
    )
    first, second = sorted((one, other), key=lambda document: document.pk)
    pair = Duplicate.objects.create(document=first, other=second, shared=0.8, likeness=0.97)
    DuplicateSearch.objects.update(state="done", finished=timezone.now(), documents=2)
    assert "80 %" in page(adam) and "2 documents compared" in page(adam)
    assert "Do these say the same?" in page(adam, f"/documents/upkeep/duplicates/{pair.pk}/")
    adam.post(f"/documents/{second.pk}/status/", {"status": "archived"})
    assert "80 %" not in page(adam)  # settled without another search
    adam.post(f"/documents/{second.pk}/status/", {"status": "published"})
    assert "80 %" in page(adam)
    adam.post(f"/documents/upkeep/duplicates/{pair.pk}/dismiss/")
    pair.refresh_from_db()
    assert pair.dismissed_by == cast.adam() and "80 %" not in page(adam)


@pytest.mark.parametrize(
    ("verb", "path"),
    [
        ("get", ""),
        ("post", "look/"),
        ("get", "duplicates/"),
        ("get", "duplicates/1/"),
        ("post", "duplicates/1/dismiss/"),
    ],
)
def test_only_admins_look_after_documents(verb: str, path: str) -> None:
    assert getattr(signed_in(cast.alice()), verb)(f"/documents/upkeep/{path}").status_code == 403
    assert getattr(Client(), verb)(f"/documents/upkeep/{path}").status_code == 302
