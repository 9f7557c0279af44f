"""Draw a picture anew from nothing but its pixels. Runs in a process that may be ended at any moment."""

import io
import warnings

from PIL import Image as Pillow
from PIL import ImageOps, UnidentifiedImageError

from kb.extract.result import Drawn, Unusable

MOST_PIXELS = 25_000_000
# Larger ones are made smaller; no page shows more.
LONGEST_SIDE = 2400
READ = ("PNG", "JPEG", "WEBP", "GIF")
SVG_START = (b"<svg", b"<?xml", b"<!doctype svg")
WHAT_TO_DO = "save it as PNG, JPEG or WebP, and add it again."
TOO_MANY = f"The picture has more than {MOST_PIXELS // 1_000_000} million pixels; make it smaller."
# Quick rather than small: an archive may hold thousands.
OPTIONS: dict[str, dict[str, object]] = {
    "PNG": {}, "JPEG": {"optimize": True, "quality": 85}, "WEBP": {"method": 4, "quality": 85},
}  # fmt: skip


def redrawn(data: bytes) -> Drawn:
    """The same picture, upright, without anything else that stood in the file. Raises Unusable."""
    if data[:200].lstrip().lower().startswith(SVG_START):
        raise Unusable(f"SVG pictures are programs as well, and are not kept; {WHAT_TO_DO}")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            picture = _checked(Pillow.open(io.BytesIO(data), formats=READ))
            return _encoded(_upright(picture), str(picture.format))
    except (Unusable, MemoryError):
        raise
    except Pillow.DecompressionBombError as error:
        raise Unusable(TOO_MANY) from error
    except UnidentifiedImageError as error:
        raise Unusable(f"The file is no picture that can be kept; {WHAT_TO_DO}") from error
    except Exception as error:
        # Decoders raise whatever they trip over.
        raise Unusable(f"The picture is damaged; {WHAT_TO_DO}") from error


def warm_up() -> None:
    """What every picture needs is imported."""
    Pillow.preinit()
    for kind in OPTIONS:
        out = io.BytesIO()
        Pillow.new("RGB", (2, 2)).save(out, kind)
        redrawn(out.getvalue())


def _checked(picture: Pillow.Image) -> Pillow.Image:
    """Told by the file's head, before anything is decoded."""
    width, height = picture.size
    if width * height > MOST_PIXELS:
        raise Unusable(TOO_MANY)
    if getattr(picture, "n_frames", 1) > 1:
        raise Unusable(f"Pictures that move are not kept; {WHAT_TO_DO}")
    return picture


def _upright(picture: Pillow.Image) -> Pillow.Image:
    """As a camera meant it, with colours that browsers show, no larger than a page shows."""
    mode = "RGBA" if "A" in picture.getbands() or "transparency" in picture.info else "RGB"
    # Made smaller before it is turned: at no time are there three of the whole picture.
    plain = picture if picture.mode == mode else picture.convert(mode)
    plain.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    turned = ImageOps.exif_transpose(plain)
    # Pixels alone: `info` and all that would be written along stay behind.
    fresh = Pillow.new(turned.mode, turned.size)
    fresh.paste(turned)
    return fresh


def _encoded(picture: Pillow.Image, was: str) -> Drawn:
    kind = was if was in ("JPEG", "WEBP") and (was, picture.mode) != ("JPEG", "RGBA") else "PNG"
    out = io.BytesIO()
    picture.save(out, kind, **OPTIONS[kind])
    return Drawn(out.getvalue(), kind, *picture.size)
