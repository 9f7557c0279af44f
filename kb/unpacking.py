"""Receive an archive that somebody uploads: each file in it is a document of its own, with its pictures."""

from __future__ import annotations

import logging
from contextlib import closing
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction

from kb import images
from kb.archives import Archive, Member, linked_pictures
from kb.extract import Unreadable
from kb.ingest import receive
from kb.models import Audience, Document

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

log = logging.getLogger(__name__)
NOT_TAKEN = "Taking this file met an error in Citedesk, which is in the log; upload it by itself."


@dataclass
class Received:
    """The documents, to be ingested; what could not be taken, by its path, and why; its pictures that could
    not, each in a sentence; and files of other kinds."""

    documents: list[Document] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    pictures: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def receive_archive(
    reference: str,
    file: IO[bytes],
    *,
    audience: Audience | None = None,
    uploaded_by: AbstractUser | None = None,
) -> Received:
    """Raises Unreadable for an archive of which nothing can be taken."""
    received = Received()
    with closing(Archive(file)) as archive:
        received.refused, received.left_out = dict(archive.refused), list(archive.others)
        for member in archive.documents():
            try:
                receive_member(f"{reference}/{member.path}", archive, member, received, audience, uploaded_by)
            except Unreadable as error:
                received.refused[member.path] = str(error)
            except (OperationalError, InterfaceError):
                raise  # the database's fault, not the file's
            except Exception:
                # Whatever it is that one trips over: the others go on, and those before it are offered.
                log.exception("%s of an archive could not be taken", member.path)
                received.refused[member.path] = NOT_TAKEN
    if not (received.documents or received.refused):
        raise Unreadable("The archive holds no file that can be read; add some, or unpack it and look.")
    return received


def receive_member(
    reference: str,
    archive: Archive,
    member: Member,
    received: Received,
    audience: Audience | None,
    by: AbstractUser | None,
) -> None:
    data = archive.read(member, settings.UPLOAD_LIMIT)
    with transaction.atomic():
        document = receive(reference, data, audience=audience, uploaded_by=by)
        for picture in linked_pictures(data, member.path, archive.members).values():
            if document.in_progress and (why := picture_refused(archive, picture, document)):
                received.pictures.append(f"{picture.path}: {why}")
    received.documents.append(document)


def picture_refused(archive: Archive, member: Member, document: Document) -> str:
    """Keep a picture of the archive for the document that shows it; or why that can't be."""
    try:
        images.store(archive.read(member, images.MOST_BYTES), document, path=member.path)
    except (Unreadable, images.Unusable) as error:
        return str(error)
    return ""
