"""What of an archive could not be taken: documents that failed, each with its sentence.

The archive is not kept: it holds what others may not see, or what was deleted since. To have more of it taken
it is uploaded again, and asks then as any upload does. What is of no kind that can be read is told of in one
sentence, in a row of the archive's own.
"""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Collection, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from kb import ingest, lifecycle
from kb.models import REFERENCE_LENGTH, Audience, Document
from kb.unpacking import Received

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

# Of an archive in which everything is refused, the first ones say enough.
MOST = 100
MOST_KINDS = 5
NOT_KEPT = "Nothing of this file is kept; upload the archive again to have it taken."


def keep(
    reference: str,
    received: Received,
    *,
    audience: Audience | None = None,
    uploaded_by: AbstractUser | None = None,
) -> list[Document]:
    """Of the archive that was received: a failed document for what was refused. All of it that is there has
    the archive's audience from then on, also what is only counted here."""
    reasons = {f"{reference}/{path}"[:REFERENCE_LENGTH]: why for path, why in received.refused.items()}
    if audience:
        _give(reasons, audience, uploaded_by)
    told = dict(islice(reasons.items(), MOST))
    if rest := _rest(received.left_out, len(reasons) - len(told)):
        told[reference] = rest
    elif (gone := Document.objects.filter(reference=reference).first()) and is_left_out(gone):
        ingest.delete(gone)  # all of it can be taken by now
    with transaction.atomic():
        # In one order, or two uploads would wait for each other's rows.
        rows = [
            _failed(name, why, audience or Audience.PUBLIC, uploaded_by) for name, why in sorted(told.items())
        ]
    return [row for row in rows if row]


def is_left_out(document: Document) -> bool:
    """Has it neither a file nor a text?"""
    failed = document.state == Document.State.FAILED
    return failed and not document.file.name and document.current_id is None


def read_again(document: Document) -> bool:
    """Does it wait for a worker then? Not if it is being read, or nothing of it is kept."""
    if is_left_out(document):
        document.reason = NOT_KEPT
        return False
    return ingest.read_again(document)


def _rest(left_out: Sequence[str], refused: int) -> str:
    """A sentence for what has no row of its own."""
    said = []
    if left_out:
        kinds = Counter(posixpath.splitext(path)[1].lower() or "without an ending" for path in left_out)
        named = ", ".join(f"{number} {kind}" for kind, number in kinds.most_common(MOST_KINDS))
        others = ", and others" if len(kinds) > MOST_KINDS else ""
        files = "1 file was" if len(left_out) == 1 else f"{len(left_out):,} files were"
        said.append(f"{files} left out, because this kind can’t be read: {named}{others}.")
    if refused:
        said.append(f"{refused:,} more files could not be taken, as those that are listed by themselves.")
    return " ".join(said)


@transaction.atomic
def _give(references: Collection[str], audience: Audience, by: AbstractUser | None) -> None:
    named = Document.objects.filter(reference__in=references).exclude(audience=audience)
    for document in named.order_by("pk").select_for_update(of=("self",)):
        lifecycle.change_locked(document, {"audience": audience}, by=by, why="With a file")


def _failed(name: str, why: str, audience: Audience, by: AbstractUser | None) -> Document | None:
    """What was there before stays as it is, file and text. None: another file of this name is being read."""
    fresh = ingest.fresh(name, audience)
    fresh.state, fresh.uploaded_by_id = Document.State.FAILED, by.pk if by else None
    Document.objects.bulk_create([fresh], ignore_conflicts=True)
    document = Document.objects.select_for_update(of=("self",)).get(reference=name)
    if document.in_progress:
        return None
    document.state, document.reason, document.lease = Document.State.FAILED, why, None
    document.attempts, document.changed = 0, timezone.now()
    document.save(update_fields=["state", "reason", "lease", "attempts", "changed"])
    return document
