"""The passages beside a draft: as its writer saw them, whether they still stand, others that are found."""

import re

import pytest
from django.urls import reverse

from kb.models import Audience, Document, Passage
from support import offering
from support.inbox.evidence_pane import pane
from support.models import Draft, PassageChoice
from tests import cast
from tests.support.conftest import TERM

pytestmark = pytest.mark.django_db

BOX = "A free box can be ordered."


def visible(exhibit) -> str:
    return "".join(piece.text for piece in exhibit.pieces if not piece.is_mark)


def test_while_another_draft_is_written_the_passages_of_the_one_before_stay(client, ticket, draft) -> None:
    Draft.objects.filter(pk=draft.pk).update(state=Draft.State.SUPERSEDED)
    next_one = cast.draft(ticket, state=Draft.State.WAITING, finished=None)
    shown = pane(next_one)
    assert shown["former"]
    assert [one.title for one in shown["exhibits"]] == ["Returns"]
    html = client.get(reverse("ticket", args=[ticket.pk])).content.decode()
    assert TERM in html
    assert "Pin passage" not in html
    assert not pane(draft)["former"]


def test_every_offered_passage_is_shown_as_the_writer_saw_it(draft) -> None:
    uncited = cast.passage(BOX, title="Boxes")
    cast.offer(draft, 2, uncited)
    shown = pane(draft)["exhibits"]
    assert [(one.number, one.title, visible(one)) for one in shown] == [
        (1, "Returns", TERM),
        (2, "Boxes", BOX),
    ]
    assert all(one.choosable and not one.changed for one in shown)
    assert shown[1].url == uncited.get_absolute_url()


def test_passages_beyond_the_ninth_have_no_key_and_are_pinned_and_excluded_all_the_same(
    client, ticket, draft
) -> None:
    for number in range(2, 13):  # the model's own searches bring as many
        cast.offer(draft, number, cast.passage(f"Box {number}.", title=f"Box {number}"))
    html = client.get(reverse("ticket", args=[ticket.pk])).content.decode()
    for number in range(1, 13):
        for choice, does, key in [("pinned", "Pin", f"{number}"), ("excluded", "Exclude", f"Shift+{number}")]:
            (button,) = re.findall(rf'<button [^>]*aria-label="{does} passage {number}"', html)
            assert (
                f'data-choice="{choice}"' in button and "disabled" not in button and "tabindex" not in button
            )
            assert (f'data-key="{key}"' in button) == (number <= 9)
    twelfth = draft.offered.get(number=12).passage_id
    client.post(reverse("draft-again", args=[ticket.pk]), {"pinned": twelfth, "excluded": ""})
    assert [one.passage_id for one in PassageChoice.objects.all()] == [twelfth]


def test_a_changed_passage_says_so_and_keeps_the_offered_words(draft, source) -> None:
    Passage.objects.filter(pk=source.pk).update(text="Within 14 days.", content_hash="other")
    (shown,) = pane(draft)["exhibits"]
    assert shown.changed
    assert not shown.choosable
    assert visible(shown) == TERM
    assert shown.url.endswith(f"/documents/{source.document_id}/?revision=1")


def test_a_withdrawn_passage_leads_nowhere_that_an_agent_may_not_go(draft, source) -> None:
    Document.objects.update(status=Document.Status.UNPUBLISHED)
    (shown,) = pane(draft)["exhibits"]
    assert shown.changed
    assert shown.url == ""


def test_an_internal_passage_says_so_and_cannot_be_chosen(client, ticket, draft) -> None:
    Document.objects.update(audience=Audience.INTERNAL)
    html = client.get(reverse("ticket", args=[ticket.pk])).content.decode()
    assert "internal now" in html
    assert TERM in html
    assert "Pin passage 1" not in html


def test_choices_are_shown_again_and_what_was_left_out_can_come_back(client, ticket, draft, source) -> None:
    out = cast.passage(BOX, title="Boxes")
    for passage, kind in [(source, PassageChoice.Kind.PINNED), (out, PassageChoice.Kind.EXCLUDED)]:
        PassageChoice.objects.create(draft=draft, passage=passage, kind=kind)
    html = client.get(reverse("ticket", args=[ticket.pk])).content.decode()
    assert f'data-pinned="{source.pk}" data-excluded="{out.pk}"' in html
    assert "Excluded from this draft" in html
    Document.objects.filter(pk=out.document_id).update(audience=Audience.INTERNAL)
    assert pane(draft)["left_out"] == []


def added(client, ticket, **asked) -> str:
    return client.get(reverse("ticket-added-passages", args=[ticket.pk]), asked).content.decode()


def test_added_passages_are_numbered_on(client, ticket, draft, source) -> None:
    more = [cast.passage(f"Text {n}.", title=f"Added {n}") for n in range(2)]
    html = added(client, ticket, draft=draft.pk, added=f"{more[1].pk},{source.pk},{more[0].pk},{more[1].pk}")
    assert [html.count(f'data-number="{n}"') for n in (1, 2, 3, 4)] == [0, 2, 2, 0]
    assert html.index("Added 1") < html.index("Added 0")


def test_behind_all_that_the_model_found_there_is_room_for_what_an_agent_adds(client, ticket, draft) -> None:
    for number in range(2, offering.MOST_FOUND + 1):
        cast.offer(draft, number, cast.passage(f"Found {number}."))
    more = [cast.passage(f"Text {n}.").pk for n in range(5)]
    shown = added(client, ticket, draft=draft.pk, added=",".join(map(str, more)))
    assert [n for n in range(1, 20) if f'data-number="{n}"' in shown] == [13, 14, 15, 16]
    assert 'data-most="16"' in client.get(reverse("ticket", args=[ticket.pk])).content.decode()
    assert "Remove passage 13" in shown and "Shift+13" not in shown, "keys end with 9"


def test_nothing_is_added_that_customers_may_not_read(client, ticket, draft) -> None:
    secret = cast.passage("The safe's code is 4711.", audience=Audience.INTERNAL)
    gone = cast.passage("The old text.", status=Document.Status.UNPUBLISHED)
    html = added(client, ticket, draft=draft.pk, added=f"{secret.pk},{gone.pk},x,-1,99999999999999999999,0")
    assert "exhibit" not in html


def test_a_draft_of_another_ticket_lends_no_numbers(client, ticket, draft) -> None:
    other = cast.ask("Something else").ticket
    more = cast.passage(BOX)
    assert 'data-number="1"' in added(client, other, draft=draft.pk, added=str(more.pk))
    assert 'data-number="2"' in added(client, ticket, draft=draft.pk, added=str(more.pk))


def found(client, ticket, query) -> str:
    return client.get(reverse("ticket-passages", args=[ticket.pk]), {"q": query}).content.decode()


def test_another_passage_is_found_with_its_quote(client, ticket, article) -> None:
    article("boxes.md", "# Boxes\n\nBoxes are brown. A **free box** can be ordered by phone.")
    html = found(client, ticket, "order a free box")
    assert "A free box can be ordered by phone." in html
    assert "Insert quote" in html
    assert 'href="/documents/' in html


def test_only_what_customers_may_read_is_found(client, ticket, article) -> None:
    article("safe.md", "# Safe\n\nThe code of the safe is 4711.", Audience.INTERNAL)
    html = found(client, ticket, "code of the safe")
    assert "4711" not in html
    assert "Nothing found" in html


@pytest.mark.parametrize("query", ["", "  ", "\0", "\ud800?", "x" * 3000, "<script>alert(1)</script>"])
def test_any_words_may_be_looked_for(client, ticket, query) -> None:
    answer = client.get(reverse("ticket-passages", args=[ticket.pk]), {"q": query.encode("utf-8", "replace")})
    assert answer.status_code == 200
    assert "<script>" not in answer.content.decode()


@pytest.mark.parametrize("name", ["ticket-passages", "ticket-added-passages"])
def test_these_pages_are_for_agents_and_tickets_that_are_there(client, ticket, name) -> None:
    assert client.get(reverse(name, args=[ticket.pk + 99])).status_code == 404
    client.logout()
    assert client.get(reverse(name, args=[ticket.pk])).status_code == 302
