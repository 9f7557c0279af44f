"""Keep pictures of documents: decoded and drawn anew, so that a file holds what is seen and nothing else.

Place, camera, colour profiles, comments and whatever else stood in the file are gone afterwards.
"""

import hashlib
import re

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from kb.archives import PICTURE_START, path_in_archive, picture_path
from kb.extract import isolated
from kb.extract.result import Drawn, Unusable
from kb.models import Document, Image

__all__ = ["Unusable", "address", "missing", "redrawn", "store", "with_addresses"]

MOST_BYTES = 10 * 1024 * 1024
CONTENT_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
MOST_NAMED = 5
ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|//|/images/", re.I)
PICTURE = re.compile(PICTURE_START + r">?(?:\s(?:[^)\n!]|!(?!\[)){0,500}+)?\)")


def store(data: bytes, document: Document | None, user: object | None = None, *, path: str = "") -> Image:
    """The picture, kept once for each document; raises Unusable. `path`: where its archive had it."""
    drawn = redrawn(data)
    digest = hashlib.sha256(drawn.data).hexdigest()
    if known := Image.objects.filter(document=document, file_hash=digest, path=path).first():
        return known
    image = Image(
        document=document,
        path=path,
        file_hash=digest,
        content_type=CONTENT_TYPES[drawn.format],
        width=drawn.width,
        height=drawn.height,
        uploaded_by_id=getattr(user, "pk", None),
    )
    image.file.save("", ContentFile(drawn.data), save=False)
    try:
        image.save()
    except BaseException:
        default_storage.delete(str(image.file.name))
        raise
    return image


def address(image: Image) -> str:
    """Where a document's text finds it."""
    return f"/images/{image.key}"


def with_addresses(text: str, document: Document) -> str:
    """A text from an archive, whose pictures are shown from where they are kept."""
    path = path_in_archive(document.reference)
    if not path or "](" not in text:
        return text
    kept = {image.path: address(image) for image in document.images.exclude(path="")}

    def addressed(found: re.Match[str]) -> str:
        where = kept.get(picture_path(found[2], path))
        return f"{found[1]}({where})" if where else found[0]

    return PICTURE.sub(addressed, text) if kept else text


def missing(text: str, document: Document) -> str:
    """For an admin: what a text from an archive shows, with the addresses put in, and nobody can see."""
    path = path_in_archive(document.reference)
    if not path or "](" not in text:
        return ""
    written = [found[2] for found in PICTURE.finditer(text) if not ELSEWHERE.match(found[2])]
    names = list(dict.fromkeys(picture_path(one, path) for one in written))
    if not names:
        return ""
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    told = ", ".join(names[:MOST_NAMED])
    return f"These pictures are not in the archive, or could not be kept: {told}{more}."


def redrawn(data: bytes) -> Drawn:
    """The same picture from nothing but its pixels, by a process of its own. Raises Unusable."""
    if len(data) > MOST_BYTES:
        raise Unusable(f"The picture is larger than {MOST_BYTES // 1024**2} MB; make it smaller.")
    return isolated.redrawn(data)
