"""What an admin takes from customers is in no answer to a question of theirs from that moment on, as they ask
it: over the widget, of a desk that has searched for the same words a moment before. Adam is the admin."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kb import lifecycle
from kb.models import Document
from support import staleness
from support.models import Citation, Draft, Message, Ticket
from tests import cast
from tests.kb.pages import signed_in
from tests.support.drafts import write
from tests.support.test_widget import ask, conversation, reply, widget

pytestmark = pytest.mark.django_db
__all__ = ["widget"]  # a fixture

RETURNS = "# Returns\n\nYou can send the bike back within 37 days of delivery.\n"
OTHER = "# Batteries\n\nCharge the battery before the first ride.\n"
QUESTION = "How many days do I have to send the bike back?"
TOLD = "37 days"


def status(value: str) -> Callable[[Client, Document], Any]:
    return lambda adam, one: adam.post(
        reverse("document-status", args=[one.pk]), {"status": value, "confirmed": "9 9"}
    )


def internal(adam: Client, one: Document) -> Any:
    path = reverse("document-audience", args=[one.pk])
    return adam.post(path, {"audience": "internal", "confirmed": "9 9"})


def details(**given: Any) -> Callable[[Client, Document], Any]:
    """The page sends what it showed along with what was changed."""

    def save(adam: Client, one: Document) -> Any:
        shown = {"status": "published", "audience": "public", "locale": one.locale}
        sent = {f"initial-{name}": shown.get(name, "") for name in lifecycle.FIELDS}
        times = {
            name: f"{timezone.localtime(timezone.now() + after):%Y-%m-%dT%H:%M}"
            for name, after in given.items()
        }
        more = {**shown, **times, "seen": lifecycle.last_change(one), "confirmed": "9 9"}
        return adam.post(reverse("document-details", args=[one.pk]), sent | more)

    return save


def bulk(action: str) -> Callable[[Client, Document], Any]:
    return lambda adam, one: adam.post(
        reverse("documents-bulk"), {"action": action, "documents": one.pk, "go": "1", "confirmed": "9 9"}
    )


def edit(adam: Client, one: Document) -> Any:
    given = {"title": "Returns", "text": "Ask us first.", "based_on": one.current_id, "confirmed": "9 9"}
    return adam.post(reverse("document-edit", args=[one.pk]), given)


def delete(adam: Client, one: Document) -> Any:
    return adam.post(reverse("document-delete", args=[one.pk]), {"confirmed": "9 9"})


def answered(token: str) -> Draft:
    """Carol asks, a worker writes."""
    assert ask(QUESTION, token=token * 43).status_code == 200
    draft = Draft.objects.latest("pk")
    write(draft)
    return draft


def rests_on_it(draft: Draft) -> bool:
    cited = Citation.objects.filter(sentence__draft=draft).values_list("quote", flat=True)
    return TOLD in draft.text or any(TOLD in quote for quote in cited)


@pytest.mark.parametrize(
    ("withdraw", "may_read_on"),  # what she was sent, and was for her to read
    [
        pytest.param(status("unpublished"), True, id="unpublish"),
        pytest.param(status("archived"), True, id="archive"),
        pytest.param(internal, False, id="internal"),
        pytest.param(details(expire_at=timedelta(minutes=-1)), True, id="expire"),
        pytest.param(details(publish_at=timedelta(days=1)), True, id="schedule"),
        pytest.param(bulk("internal"), False, id="many"),
        pytest.param(edit, True, id="edit"),
        pytest.param(delete, False, id="delete"),
    ],
)
def test_withdrawn_text_is_in_no_answer_from_that_moment_on(
    withdraw: Callable[[Client, Document], Any], may_read_on: bool, article: Callable[..., Document]
) -> None:
    adam, alice = signed_in(cast.adam()), cast.alice()
    document = article("returns.md", RETURNS)
    article("battery.md", OTHER)
    before = answered("a")
    assert rests_on_it(before)
    search = {"q": QUESTION, "audience": "public"}
    assert TOLD in adam.get(reverse("search"), search).content.decode()
    sent = reply(Ticket.objects.latest("pk"), alice, "You have time.")
    sent.citations.add(Citation.objects.filter(sentence__draft=before, quote__contains=TOLD).first())
    assert TOLD in conversation("a" * 43).content.decode()

    assert withdraw(adam, document).status_code == 302
    before.refresh_from_db()
    assert before.stale_since is not None and staleness.stale(before)
    assert not rests_on_it(answered("b"))
    again = ask(QUESTION, token="a" * 43, key=uuid.uuid4())
    assert again.status_code == 200
    assert TOLD not in adam.get(reverse("search"), search).content.decode()
    assert Message.objects.filter(kind=Message.Kind.CUSTOMER).count() == 3
    assert (TOLD in conversation("a" * 43).content.decode()) == may_read_on
