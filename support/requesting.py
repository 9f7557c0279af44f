"""Ask for a draft: the ticket's one waiting row says up to which message, from what, in what manner.

A burst of messages is one draft, due when the customer has paused. What an agent asks for is due at once.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from kb.models import Audience, Passage
from llm import budgets, chat
from support import languages
from support.models import Agent, Draft, Message, PassageChoice, Ticket

# A customer who goes on writing waits no longer than so many pauses.
PAUSES_IN_A_BURST = 5
# All that can stand beside a draft.
MOST_PINNED = 16
LONGEST_REWRITTEN = 20_000


@dataclass(frozen=True)
class Choices:
    """The passages that an agent wants among those offered, and those that they don't; by id."""

    pinned: Sequence[int] = ()
    excluded: Sequence[int] = ()


@dataclass(frozen=True)
class Rewriting:
    """How an agent wants their text to be put: of which draft it was, and the language to translate to."""

    how: Draft.Rewrite
    text: str
    of: Draft | None
    language: str = ""


class CannotRewrite(Exception):
    """Nothing was asked for. The message is a sentence for the agent."""


NO_CHOICES = Choices()
UNFINISHED = [Draft.State.WAITING, Draft.State.WRITING]


def request_draft(
    ticket: Ticket,
    up_to: Message,
    *,
    by: Agent | None = None,
    choices: Choices = NO_CHOICES,
    rewriting: Rewriting | None = None,
) -> Draft:
    """The ticket's one waiting draft, up to this message. What answers an older one is superseded.

    `by` nobody: the customer's message asks for it. If the same is being written already, that is the one:
    asking twice does not pay twice. Pinned passages that customers may not read are not taken.
    """
    if rewriting:
        _insist_on_rewritable(rewriting)
    choices = _public(choices)
    with transaction.atomic():
        Ticket.objects.select_for_update().get(pk=ticket.pk)
        # Locked: a worker that claims it in this moment has it before or after, never in between.
        waiting = ticket.drafts.filter(state=Draft.State.WAITING).select_for_update().first()
        if rewriting and ticket.drafts.filter(state__in=UNFINISHED, rewrite="").exists():
            raise CannotRewrite("A new draft is about to be written. Rewrite your text when it is there.")
        if writing := _being_written(ticket, up_to, by, choices, rewriting):
            _note_who_asked(writing, by)
            return writing
        ready = ticket.drafts.filter(state__in=[Draft.State.READY, Draft.State.FAILED])
        ready.filter(up_to__lt=up_to).update(state=Draft.State.SUPERSEDED)
        draft = waiting or Draft(ticket=ticket, up_to=up_to)
        _ask(draft, up_to, by, rewriting)
        if by:
            _choose(draft, choices)
        return draft


def draft_if_awaited(ticket: Ticket, by: Agent | None = None) -> Draft | None:
    """For the customer's last word, if they have it and nobody proposed an answer yet."""
    awaited = ticket.awaited_message()
    if awaited is None or not (by or ahead_of_time()):
        return None
    proposed = [Draft.State.WAITING, Draft.State.WRITING, Draft.State.READY, Draft.State.FAILED]
    if ticket.drafts.filter(up_to=awaited, state__in=proposed).exists():
        return None
    return request_draft(ticket, awaited, by=by)


def ahead_of_time() -> bool:
    """Are drafts written that nobody asked for? Not once a budget is nearly used up; quotes cost nothing."""
    return not (chat.configured() and budgets.nearly_spent())


def choices_of(draft: Draft) -> Choices:
    """What was chosen for it, in the order in which it was."""
    rows = list(draft.choices.all())
    return Choices(
        tuple(row.passage_id for row in rows if row.kind == PassageChoice.Kind.PINNED),
        tuple(row.passage_id for row in rows if row.kind == PassageChoice.Kind.EXCLUDED),
    )


def _insist_on_rewritable(rewriting: Rewriting) -> None:
    if not chat.configured():
        raise CannotRewrite("Rewriting needs the model, and no key for its gateway is set (RUNAPI_KEY).")
    if not rewriting.text.strip():
        raise CannotRewrite("There is no text to rewrite yet.")
    if len(rewriting.text) > LONGEST_REWRITTEN:
        raise CannotRewrite(f"A text of more than {LONGEST_REWRITTEN:,} characters is not rewritten.")
    if rewriting.how == Draft.Rewrite.TRANSLATE and not languages.is_known(rewriting.language):
        raise CannotRewrite("Choose the language that the text is to be translated to.")


def _public(choices: Choices) -> Choices:
    """Only what customers may read leaves a trace; what is pinned is not excluded."""
    wanted = {pk for pk in (*choices.pinned, *choices.excluded) if 0 < pk < 2**63}
    seen = set(Passage.objects.visible_to(Audience.PUBLIC).filter(pk__in=wanted).values_list("pk", flat=True))
    pinned = _once(pk for pk in choices.pinned if pk in seen)[:MOST_PINNED]
    return Choices(pinned, _once(pk for pk in choices.excluded if pk in seen and pk not in pinned))


def _once(ids: Iterable[int]) -> tuple[int, ...]:
    return tuple(dict.fromkeys(ids))


def _being_written(
    ticket: Ticket, up_to: Message, by: Agent | None, choices: Choices, rewriting: Rewriting | None
) -> Draft | None:
    """A living worker is at the very same."""
    alive = Q(state=Draft.State.WRITING, lease__gt=timezone.now())
    writing = ticket.drafts.filter(alive, up_to=up_to).select_for_update().first()
    if writing is None or _manner(writing) != _wanted(rewriting):
        return None
    chosen = choices_of(writing)
    same = (set(chosen.pinned), set(chosen.excluded)) == (set(choices.pinned), set(choices.excluded))
    return writing if same or by is None else None


def _note_who_asked(writing: Draft, by: Agent | None) -> None:
    """What an agent waits for is not given up when it has to be written again."""
    if by and writing.requested_by_id is None:
        writing.requested_by = by
        writing.save(update_fields=["requested_by"])


def _manner(draft: Draft) -> tuple[str, str, int | None, str]:
    return draft.rewrite, draft.rewritten_text, draft.rewrite_of_id, draft.language


def _wanted(rewriting: Rewriting | None) -> tuple[str, str, int | None, str]:
    if rewriting is None:
        return "", "", None, ""
    translated = rewriting.how == Draft.Rewrite.TRANSLATE
    of = rewriting.of.pk if rewriting.of else None
    return rewriting.how, rewriting.text, of, rewriting.language if translated else ""


def _ask(draft: Draft, up_to: Message, by: Agent | None, rewriting: Rewriting | None) -> None:
    """The number of attempts tells one from another, so it begins anew only with another message."""
    if draft.up_to_id != up_to.pk:
        draft.up_to, draft.attempts = up_to, 0
    if by or draft.rewrite:
        draft.requested_by = by
    draft.lease = None if by else due(draft.created or up_to.created, up_to)
    draft.reason = ""
    draft.rewrite, draft.rewritten_text, draft.rewrite_of_id, draft.language = _wanted(rewriting)
    draft.save()


def due(began: datetime, up_to: Message) -> datetime | None:
    """When the customer has paused for long enough, or written on since `began` for so long; None: now."""
    pause = timedelta(seconds=settings.DRAFT_DEBOUNCE_SECONDS)
    paused = min(up_to.created + pause, began + PAUSES_IN_A_BURST * pause)
    return paused if paused > timezone.now() else None


def _choose(draft: Draft, choices: Choices) -> None:
    """An agent says all of it each time."""
    draft.choices.all().delete()
    chosen = [(pk, PassageChoice.Kind.PINNED) for pk in choices.pinned]
    chosen += [(pk, PassageChoice.Kind.EXCLUDED) for pk in choices.excluded]
    PassageChoice.objects.bulk_create(
        PassageChoice(draft=draft, passage_id=pk, kind=kind) for pk, kind in chosen
    )
