"""Change many documents: each in a transaction of its own, with its history, and each is told of.

What became of a document stands in the same transaction as its change, so that whoever goes on after a worker
that died does nothing twice. A turn is short and the next one is another message: who saves an article
meanwhile doesn't wait for thousands. Nothing here enqueues: doors do.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import InterfaceError, OperationalError, transaction

from kb import ingest, left_out, lifecycle
from kb.leases import LEASE, renewed
from kb.lifecycle import Refused, tags_of
from kb.models import BulkChange, BulkItem, Document, is_admin

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

log = logging.getLogger(__name__)

# An article that is saved meanwhile waits for no more than this, and then goes first.
A_TURN = 0.2  # seconds
TOGETHER = 500
WITH_OTHERS = "With others"
GONE = "It is gone."
MET_AN_ERROR = "Changing it met an error in Citedesk, which is in the log."
NO_ADMIN = "Who began it is no admin any more. Another admin can change the rest."
Action = BulkChange.Action
Outcome = BulkItem.Outcome


@dataclass(frozen=True)
class Turn:
    """What one turn left to do: whether there are more documents, and those that wait to be read."""

    more: bool = False
    to_read: Sequence[int] = ()


def begin(
    action: Action,
    given: Mapping[str, Any],
    documents: Iterable[Document],
    *,
    by: AbstractUser,
    why: str = "",
) -> BulkChange:
    BulkChange.forget_old()
    kept = {field: lifecycle.kept(value) for field, value in given.items()}
    with transaction.atomic():
        bulk = BulkChange.objects.create(action=action, given=kept, why=why, started_by_id=by.pk)
        items = (
            BulkItem(bulk=bulk, number=one.pk, title=str(one), reference=one.reference) for one in documents
        )
        BulkItem.objects.bulk_create(items, batch_size=TOGETHER)
    return bulk


def work(bulk_id: int, turn: int, seconds: float) -> Turn:
    """One turn, of one document at least; none if it was begun before. They count from 0."""
    bulk = BulkChange.claim_turn(bulk_id, turn, LEASE)
    if bulk is None:
        return Turn()
    if bulk.started_by is None or not is_admin(bulk.started_by):
        bulk.fail(NO_ADMIN)
        return Turn()
    to_read: list[int] = []
    ends = time.monotonic() + seconds
    with renewed(lambda until: bulk.mine().update(lease=until)):
        while waiting := list(
            bulk.items.filter(outcome=Outcome.WAITING).values_list("pk", flat=True)[:TOGETHER]
        ):
            for pk in waiting:
                if not bulk.mine().exists():
                    return Turn(to_read=to_read)
                to_read += _change_one(bulk, pk)
                if time.monotonic() >= ends:
                    bulk.pause()
                    return Turn(more=True, to_read=to_read)
    bulk.end()
    return Turn(to_read=to_read)


@transaction.atomic
def _change_one(bulk: BulkChange, item_id: int) -> list[int]:
    """The document, if it is to be read again now."""
    waiting = bulk.items.filter(pk=item_id, outcome=Outcome.WAITING)
    item = waiting.select_for_update(skip_locked=True).first()
    if item is None:
        return []
    document = Document.objects.filter(pk=item.number).first()
    item.outcome, item.told = _outcome(bulk, document) if document else (Outcome.REFUSED, GONE)
    item.save(update_fields=["outcome", "told"])
    is_to_read = bulk.action == Action.READ and item.outcome == Outcome.DONE
    return [item.number] if is_to_read and document and document.in_progress else []


def _outcome(bulk: BulkChange, document: Document) -> tuple[Outcome, str]:
    """A document that can't be changed stops no other."""
    try:
        with transaction.atomic():
            return Outcome.DONE, _done(bulk, document)
    except Refused as refused:
        return Outcome.REFUSED, str(refused)
    except Document.DoesNotExist:
        return Outcome.REFUSED, GONE  # in this moment
    except (OperationalError, InterfaceError):
        raise  # the database's fault, not the document's
    except Exception:
        log.exception("%s could not be changed with others", document.reference)
        return Outcome.REFUSED, MET_AN_ERROR


def _done(bulk: BulkChange, document: Document) -> str:
    if bulk.action == Action.DELETE:
        ingest.delete(document)
        return "Deleted, with its passages and its files."
    if bulk.action == Action.READ:
        return _read_again(document)
    by, why = bulk.started_by, bulk.why or WITH_OTHERS
    changed = lifecycle.change(document.pk, _wanted(bulk, document), by=by, why=why)
    return "Done." if changed else "It was so already."


def _read_again(document: Document) -> str:
    if left_out.read_again(document):
        return "It waits for a worker."
    if document.state == Document.State.FAILED:
        raise Refused(document.reason)
    return "It is being read already."


def _wanted(bulk: BulkChange, document: Document) -> dict[str, Any]:
    if bulk.action in (Action.ADD_TAGS, Action.REMOVE_TAGS):
        # Locked, so that what somebody else tags meanwhile is kept.
        now = Document.objects.select_for_update(of=("self",)).get(pk=document.pk)
        return {"tags": tags_after(Action(bulk.action), now.tags, bulk.given["tags"])}
    return {field: lifecycle.taken(field, value) for field, value in bulk.given.items()}


def tags_after(action: Action, there: Sequence[str], given: Sequence[str]) -> list[str]:
    """Those that a document has keep their capitals."""
    named = {tag.casefold() for tag in given}
    kept = [tag for tag in there if tag.casefold() not in named]
    if action == Action.REMOVE_TAGS:
        return kept
    had = {tag.casefold(): tag for tag in there}
    return tags_of(", ".join([*kept, *(had.get(tag.casefold(), tag) for tag in given)]))
