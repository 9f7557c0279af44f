"""What of an archive could not be taken: documents that failed, each with its sentence, to be tried again.

The archive is kept once for all of them, so that a later setting or release can take what this one refused.
What is of no kind that can be read is told of in one sentence, in a row of the archive's own.
"""

from __future__ import annotations

import posixpath
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from itertools import islice
from typing import IO, TYPE_CHECKING, cast

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from kb import ingest
from kb.archives import Archive, path_in_archive
from kb.extract import Unreadable, title_from_name
from kb.models import REFERENCE_LENGTH, Audience, Document
from kb.unpacking import Received, receive_member

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

FOLDER = "archives/"
# Of an archive in which everything is refused, the first ones say enough.
MOST = 100
MOST_KINDS = 5
GONE = "The archive that it came in is gone from the storage; upload it again."


def keep(
    reference: str,
    file: IO[bytes],
    received: Received,
    *,
    audience: Audience | None = None,
    uploaded_by: AbstractUser | None = None,
) -> list[Document]:
    """Of the archive that was received: a failed document for what was refused."""
    reasons = {f"{reference}/{path}"[:REFERENCE_LENGTH]: why for path, why in received.refused.items()}
    told = dict(islice(reasons.items(), MOST))
    if rest := _rest(received.left_out, len(reasons) - len(told)):
        told[reference] = rest
    elif (gone := Document.objects.filter(reference=reference).first()) and is_left_out(gone):
        ingest.delete(gone)  # all of it can be taken by now
    if not told:
        return []
    file.seek(0)
    stored = default_storage.save(f"{FOLDER}{uuid.uuid4().hex}", File(file))
    fresh = {"audience": audience or Audience.PUBLIC, "uploaded_by_id": uploaded_by and uploaded_by.pk}
    with transaction.atomic():
        return [row for name, why in told.items() if (row := _failed(name, why, stored, fresh))]


def is_left_out(document: Document) -> bool:
    return str(document.file.name or "").startswith(FOLDER)


def name_of_original(document: Document, stored: str) -> str:
    """What a browser saves it as: of what was left out, the archive is there."""
    inside = path_in_archive(document.reference) if stored.startswith(FOLDER) else ""
    return posixpath.basename(document.reference.removesuffix(inside).rstrip("/"))


def read_again(document: Document) -> list[Document]:
    """What waits for a worker then: nothing, if it is being read, or can't be taken still."""
    if is_left_out(document):
        return _take_again(document)
    return [document] if ingest.read_again(document) else []


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


def _failed(name: str, why: str, stored: str, fresh: Mapping[str, object]) -> Document | None:
    """None: another file of this name is being read."""
    Document.objects.bulk_create(
        [Document(reference=name, title=title_from_name(name), **fresh)], ignore_conflicts=True
    )
    document = Document.objects.select_for_update(of=("self",)).get(reference=name)
    replaced = str(document.file.name or "")
    if replaced and document.in_progress:
        return None
    document.file.name, document.file_hash = stored, ""
    document.state, document.reason, document.lease = Document.State.FAILED, why, None
    document.attempts, document.changed = 0, timezone.now()
    document.save()
    if replaced:
        transaction.on_commit(lambda: ingest.remove_unused([replaced]))
    return document


def _take_again(document: Document) -> list[Document]:
    received = Received()
    reason = ""
    try:
        with default_storage.open(str(document.file.name)) as file:
            reason = _receive_again(document, cast("IO[bytes]", file), received)
    except FileNotFoundError:
        reason = GONE
    except Unreadable as error:
        reason = str(error)
    if reason:
        document.reason = reason
        Document.objects.filter(pk=document.pk, state=Document.State.FAILED).update(reason=reason)
    else:
        document.refresh_from_db()
    return received.documents


def _receive_again(document: Document, file: IO[bytes], received: Received) -> str:
    """Why it can't be taken still; empty if it was."""
    path = path_in_archive(document.reference)
    folder = document.reference.removesuffix(path).rstrip("/")
    with closing(Archive(file)) as archive:
        wanted = [member for member in archive.documents() if path in ("", member.path)]
        names = {f"{folder}/{member.path}": member for member in wanted}
        if not path:  # what is there as a document may be newer than the archive
            for known in Document.objects.filter(reference__in=names).values_list("reference", flat=True):
                del names[known]
        for name, member in names.items():
            receive_member(name, archive, member, received, Audience(document.audience), document.uploaded_by)
        if not path:
            return _rest(archive.others, 0)
        return "" if names else archive.refused.get(path, document.reason)
