"""Keep pictures of documents: decoded and drawn anew, so that a file holds what is seen and nothing else.

Place, camera, colour profiles, comments and whatever else stood in the file are gone afterwards.
"""

import hashlib
import io
import re
import warnings
from dataclasses import dataclass

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import Image as Pillow
from PIL import ImageOps, UnidentifiedImageError

from kb.archives import path_in_archive, picture_path
from kb.models import Document, Image

MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 25_000_000
# Larger ones are made smaller; no page shows more.
LONGEST_SIDE = 2400
READ = ("PNG", "JPEG", "WEBP", "GIF")
CONTENT_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
PICTURE = re.compile(r"(!\[[^\]\n]{0,500}\])\(\s*<?([^)\s>\n]{1,500})[^)\n]{0,500}\)")
SVG_START = (b"<svg", b"<?xml", b"<!doctype svg")
WHAT_TO_DO = "Save it as PNG, JPEG or WebP, and add it again."


class Unusable(Exception):
    """A picture that can't be kept; the message says why, and what to do."""


@dataclass(frozen=True)
class Drawn:
    """A picture as it is kept."""

    data: bytes
    format: str  # of CONTENT_TYPES
    width: int
    height: int


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


def redrawn(data: bytes) -> Drawn:
    """The same picture from nothing but its pixels. Pure. Raises Unusable."""
    if len(data) > MOST_BYTES:
        raise Unusable(f"The picture is larger than {MOST_BYTES // 1024**2} MB; make it smaller.")
    if data[:200].lstrip().lower().startswith(SVG_START):
        raise Unusable(f"SVG pictures are programs as well, and are not kept. {WHAT_TO_DO}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            picture = _checked(Pillow.open(io.BytesIO(data), formats=READ))
            return _encoded(_upright(picture), str(picture.format))
    except Unusable:
        raise
    except Pillow.DecompressionBombError as error:
        raise Unusable(_TOO_MANY) from error
    except UnidentifiedImageError as error:
        raise Unusable(f"The file is no picture that can be kept. {WHAT_TO_DO}") from error
    except Exception as error:
        # Decoders raise whatever they trip over.
        raise Unusable(f"The picture is damaged. {WHAT_TO_DO}") from error


_TOO_MANY = f"The picture has more than {MOST_PIXELS // 1_000_000} million pixels; make it smaller."


def _checked(picture: Pillow.Image) -> Pillow.Image:
    """Told by the file's head, before anything is decoded."""
    width, height = picture.size
    if width * height > MOST_PIXELS:
        raise Unusable(_TOO_MANY)
    if getattr(picture, "n_frames", 1) > 1:
        raise Unusable(f"Pictures that move are not kept. {WHAT_TO_DO}")
    return picture


def _upright(picture: Pillow.Image) -> Pillow.Image:
    """As a camera meant it, with colours that browsers show, no larger than a page shows."""
    turned = ImageOps.exif_transpose(picture)
    sees_through = "A" in turned.getbands() or "transparency" in turned.info
    plain = turned.convert("RGBA" if sees_through else "RGB")
    plain.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    # Pixels alone: `info` and all that would be written along stay behind.
    fresh = Pillow.new(plain.mode, plain.size)
    fresh.paste(plain)
    return fresh


def _encoded(picture: Pillow.Image, was: str) -> Drawn:
    kind = {"JPEG": "JPEG", "WEBP": "WEBP"}.get(was, "PNG")
    if kind == "JPEG" and picture.mode == "RGBA":
        kind = "PNG"
    out = io.BytesIO()
    options: dict[str, object] = {"optimize": True} if kind != "WEBP" else {"method": 4}
    picture.save(out, kind, **options | ({"quality": 85} if kind != "PNG" else {}))
    return Drawn(out.getvalue(), kind, *picture.size)
