"""Change what a document is besides its text: one transaction, kept in its history, in force at once.

A change is made to the locked row, so that two admins change it one after the other, and a reply that rests
on it is either sent before or refused.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Max, Model, Q
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from kb import dependents, locales
from kb.extract.languages import declared_locale
from kb.models import Audience, Category, Document, DocumentChange, Passage

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

    from kb.dependents import Impact

LINKS = ("category", "owner", "translation_of")
TIMES = ("publish_at", "expire_at")
FIELDS = ("status", "audience", "locale", *TIMES, "category", "tags", "owner", "review_by", "translation_of")
ON_SCHEDULE = "On schedule"
MOST_TAGS, LONGEST_TAG = 20, 50


class Refused(Exception):
    """A change that can't be made; the message tells an admin why."""


class Overtaken(Refused):
    """Somebody else changed the same meanwhile."""


def change(
    document_id: int,
    wanted: Mapping[str, Any],
    *,
    by: AbstractUser | None,
    why: str = "",
    seen: int | None = None,
) -> DocumentChange | None:
    """None: it is so already. `seen`: the last change that the admin's page showed; whoever changed one of
    the same fields since is not overruled."""
    with transaction.atomic():
        document = _locked(document_id, wanted)
        if seen is not None:
            _refuse_overtaken(document, wanted, seen)
        return change_locked(document, wanted, by=by, why=why)


def change_locked(
    document: Document, wanted: Mapping[str, Any], *, by: AbstractUser | None, why: str = ""
) -> DocumentChange | None:
    """The same of a row that the caller's transaction has locked."""
    if wanted.get("locale") == "":
        wanted = {**wanted, "locale": document.read_locale}
    wanted = {field: value for field, value in wanted.items() if getattr(document, field) != value}
    if "expire_at" not in wanted and wanted.get("status") == Document.Status.PUBLISHED and _is_over(document):
        wanted["expire_at"] = None  # or it would be gone again at once
    if not wanted:
        return None
    _check(document, wanted)
    was = {field: kept(getattr(document, field)) for field in wanted}
    for field, value in wanted.items():
        setattr(document, field, value)
    document.changed = timezone.now()
    document.save(update_fields=[*wanted, "changed"])
    if "locale" in wanted:
        locales.find_in(document, was["locale"])
    made = DocumentChange.objects.create(
        document=document,
        author_id=by.pk if by else None,
        why=why,
        was=was,
        became={field: kept(getattr(document, field)) for field in wanted},
    )
    if not Document.objects.visible_to(Audience.PUBLIC).filter(pk=document.pk).exists():
        dependents.withdrawn([document.pk])
    return made


def restore(change_id: int, *, by: AbstractUser) -> DocumentChange | None:
    """Set back what one change changed. A time that has passed is not set again."""
    with transaction.atomic():
        made = DocumentChange.objects.get(pk=change_id)
        wanted = wanted_back(made)
        when = timezone.localtime(made.created)
        why = f"Restored from before {when:%d %b %Y, %H:%M}"
        document = _locked(made.document_id, wanted)
        return change_locked(document, wanted, by=by, why=why)


def wanted_back(made: DocumentChange) -> dict[str, Any]:
    """What setting it back would change. Raises Refused where what was chosen then is gone."""
    wanted = {field: taken(field, value) for field, value in made.was.items() if field in FIELDS}
    now = timezone.now()
    return {field: value for field, value in wanted.items() if field not in TIMES or not value or value > now}


def link(document: Document, other: Document, *, by: AbstractUser) -> DocumentChange | None:
    """Make these the same article in two languages; each keeps the siblings that it has."""
    if other.pk == document.pk:
        raise Refused("A document is no translation of itself.")
    original = document.translation_of or document
    if original.pk == (other.translation_of_id or other.pk):
        return None
    if other.siblings.exists():
        if document.siblings.exists():
            raise Refused(f"“{other}” is linked with others: unlink it from them first.")
        document, other, original = other, document, other.translation_of or other
    return change(other.pk, {"translation_of": original}, by=by)


def unlink(document: Document, other: Document, *, by: AbstractUser) -> DocumentChange | None:
    """Whichever of the two was translated is an article of its own from then on."""
    alone = document if document.translation_of_id == other.pk else other
    return change(alone.pk, {"translation_of": None}, by=by)


def last_change(document: Document) -> int:
    """What an admin's page has seen of its history."""
    return int(document.changes.aggregate(last=Max("pk"))["last"] or 0)


def record_due() -> int:
    """Write into the history what the clock did already; how many documents."""
    due = list(Document.objects.due().order_by("pk").values_list("pk", flat=True)[:500])
    return sum(_record(pk) for pk in due)


def _record(document_id: int) -> bool:
    with transaction.atomic():
        document = Document.objects.due().filter(pk=document_id).select_for_update(of=("self",)).first()
        if document is None:
            return False
        wanted: dict[str, Any] = {"publish_at": None}
        if document.standing == "expired":
            wanted = {"status": Document.Status.ARCHIVED, "publish_at": None, "expire_at": None}
        return change_locked(document, wanted, by=None, why=ON_SCHEDULE) is not None


def impact(documents: Collection[int], viewer: AbstractUser) -> Impact:
    """What cites these documents, if all their text goes."""
    return dependents.impact(Passage.objects.filter(document__in=documents), viewer)


def withdraws(document: Document, wanted: Mapping[str, Any]) -> bool:
    """Whether customers could read it before such a change, and can't after."""
    before = _is_public(document.status, document.audience, document.publish_at, document.expire_at)
    after = (wanted.get(field, getattr(document, field)) for field in ("status", "audience", *TIMES))
    return before and not _is_public(*after)


def _is_public(status: str, audience: str, publish_at: datetime | None, expire_at: datetime | None) -> bool:
    now = timezone.now()
    in_time = (publish_at is None or publish_at <= now) and (expire_at is None or expire_at > now)
    return status == Document.Status.PUBLISHED and audience == Audience.PUBLIC and in_time


def tags_of(given: str) -> list[str]:
    """Written with commas between them; each once, however it is cased."""
    found: dict[str, str] = {}
    for tag in given.replace("\x00", "").split(","):
        if name := " ".join(tag.split()):
            found.setdefault(name.casefold(), name)
    if len(found) > MOST_TAGS:
        raise Refused(f"These are {len(found)} tags, and {MOST_TAGS} are the most: keep the most telling.")
    if long := next((name for name in found.values() if len(name) > LONGEST_TAG), ""):
        raise Refused(f"“{long[:20]}…” is too long for a tag: {LONGEST_TAG} characters are the most.")
    return sorted(found.values(), key=str.casefold)


def _locked(document_id: int, wanted: Mapping[str, Any]) -> Document:
    """Where languages are compared with what it is a translation of, so that all that is linked changes one
    after the other; in the order of their ids: nobody waits in a circle."""
    needed, linked = {document_id}, None
    if "locale" in wanted:
        linked = Document.objects.filter(pk=document_id).values_list("translation_of", flat=True).first()
    if linked:
        needed.add(linked)
    if original := wanted.get("translation_of"):
        needed.add(original.pk)
    rows = Document.objects.filter(pk__in=needed).order_by("pk").select_for_update(of=("self",))
    there = {document.pk: document for document in rows}
    if document_id not in there:
        raise Refused("This document was deleted meanwhile.")
    document = there[document_id]
    if "locale" in wanted and document.translation_of_id != linked:
        raise Overtaken("Somebody linked or unlinked this document meanwhile: set its language again.")
    return document


def _refuse_overtaken(document: Document, wanted: Mapping[str, Any], seen: int) -> None:
    for since in document.changes.filter(pk__gt=seen).select_related("author"):
        same = [field for field in since.became if field in wanted]
        if any(kept(wanted[field]) != since.became[field] for field in same):
            names = ", ".join(NAMES[field] for field in same)
            raise Overtaken(f"{since.author or 'The schedule'} changed this meanwhile: {names}.")


NAMES = {
    "status": "status",
    "audience": "audience",
    "locale": "language",
    "publish_at": "publish at",
    "expire_at": "expires at",
    "category": "category",
    "tags": "tags",
    "owner": "owner",
    "review_by": "review by",
    "translation_of": "translation of",
}


def _check(document: Document, wanted: Mapping[str, Any]) -> None:
    """`wanted` is what differs; what it names stays as it is until the commit."""
    if wanted.get("category") and not _stays(wanted["category"]):
        raise Refused("This category was removed meanwhile: choose another one.")
    if original := wanted.get("translation_of"):
        _check_original(document, original)
    if original or "locale" in wanted:
        _check_languages(document, wanted)
    begins, ends = (wanted.get(field, getattr(document, field)) for field in TIMES)
    if begins and ends and begins >= ends:
        raise Refused("It would expire before it is published: choose a later time to expire.")


def _is_over(document: Document) -> bool:
    return document.expire_at is not None and document.expire_at <= timezone.now()


def _stays(category: Category) -> bool:
    """Until the commit: whoever removes it waits."""
    return Category.objects.select_for_update(no_key=True).filter(pk=category.pk).exists()


def _check_original(document: Document, original: Document) -> None:
    if original.pk == document.pk:
        raise Refused("A document is no translation of itself.")
    now = Document.objects.filter(pk=original.pk).first()  # locked
    if now is None or now.translation_of_id:
        raise Refused(f"“{original}” is a translation itself: choose what it was translated from.")
    if document.translations.exists():
        raise Refused(
            f"Other documents are translations of “{document}”: link them to the other original first."
        )


def _check_languages(document: Document, wanted: Mapping[str, Any]) -> None:
    """Those that are linked are one article in different languages, as far as these are known."""
    original = wanted.get("translation_of", document.translation_of)
    first = original.pk if original else document.pk
    group = Document.objects.filter(Q(pk=first) | Q(translation_of=first)).exclude(pk=document.pk)
    locale = wanted.get("locale", document.locale)
    if locale and (same := group.filter(locale=locale).first()):
        raise Refused(f"“{same}” is in the same language ({locale}): change that one, or unlink it, first.")


def kept(value: Any) -> Any:
    """A value as the history keeps it: rows with their names, which outlive them."""
    if isinstance(value, Model):
        return {"id": value.pk, "name": str(value)}
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value) if isinstance(value, str) else value


def taken(field: str, kept: Any) -> Any:
    """From the history, as far as it is still there."""
    if field == "locale":
        return declared_locale(kept or "", "") or kept  # older rows have the country with it
    if kept is None or field not in (*LINKS, *TIMES, "review_by"):
        return kept
    if field in TIMES:
        return parse_datetime(kept)
    if field == "review_by":
        return parse_date(kept)
    model = Document._meta.get_field(field).related_model
    found = model._default_manager.filter(pk=kept["id"]).first()  # type: ignore[union-attr]
    if found is None:
        told = f"“{kept['name']}” is no longer there, so “{NAMES[field]}” can’t be set to it: choose another."
        raise Refused(told)
    return found
