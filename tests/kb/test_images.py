"""A document's picture is kept as its pixels, and as nothing else."""

import io
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from PIL import Image as Pillow

from kb import images
from kb.extract import isolated
from kb.extract.pictures import LONGEST_SIDE, MOST_PIXELS
from kb.ingest import receive
from kb.models import Image


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 30), mode: str = "RGB", **saved: Any) -> bytes:
    out = io.BytesIO()
    Pillow.new(mode, size, "red" if mode == "RGB" else None).save(out, kind, **saved)
    return out.getvalue()


def with_place(kind: str) -> bytes:
    exif = Pillow.Exif()
    exif[0x010E] = "taken at SECRET-PLACE"
    exif[0x0112] = 6  # lies on its side
    return picture(kind, exif=exif)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_picture_is_drawn_anew_upright_and_tells_nothing_else(kind: str):
    data = with_place(kind) + b"<script>alert(1)</script>"
    drawn = images.redrawn(data)

    assert b"SECRET-PLACE" in data and b"SECRET-PLACE" not in drawn.data and b"script" not in drawn.data
    assert (drawn.format, drawn.width, drawn.height) == (kind, 30, 40)
    assert Pillow.open(io.BytesIO(drawn.data)).size == (30, 40)


def test_what_is_seen_through_stays_so_and_what_is_large_is_made_smaller():
    assert Pillow.open(io.BytesIO(images.redrawn(picture(mode="RGBA")).data)).mode == "RGBA"
    assert images.redrawn(picture(size=(4800, 100))).width == LONGEST_SIDE


def moving() -> bytes:
    out = io.BytesIO()
    frames = [Pillow.new("RGB", (9, 9), colour) for colour in ("red", "blue")]
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:])
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"<svg onload='x()'/>", "SVG"),
        (b'<?xml version="1.0"?><svg/>', "SVG"),
        (b"not a picture", "no picture"),
        (b"", "no picture"),
        (picture()[:60], "damaged"),
        (picture("TIFF"), "no picture"),
        (moving(), "move"),
        (picture(mode="1", size=(6_000, 5_000)), "pixels"),
        (picture(mode="1", size=(20_000, 20_000)), "pixels"),
        (b"\0" * (images.MOST_BYTES + 1), "larger"),
    ],
)
def test_picture_that_cannot_be_kept_is_refused_in_a_sentence(data: bytes, told: str):
    with pytest.raises(images.Unusable, match=told) as refused:
        images.redrawn(data)
    assert str(refused.value).endswith(".")


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_picture_of_the_most_pixels_fits_into_the_memory_of_its_process(kind: str):
    side = int(MOST_PIXELS**0.5)
    drawn = isolated.redrawn(picture(kind, (side, side), "RGBA" if kind == "WEBP" else "RGB"))

    assert drawn.width == drawn.height == LONGEST_SIDE


def test_picture_is_decoded_in_another_process(monkeypatch: pytest.MonkeyPatch):
    def refuse(*args: Any, **options: Any) -> None:
        raise AssertionError("decoded here")

    data = picture()
    monkeypatch.setattr(Pillow, "open", refuse)

    assert images.redrawn(data).width == 40


@pytest.mark.django_db
def test_picture_is_kept_once_for_each_document(tmp_path: Path, settings: Any):
    settings.MEDIA_ROOT = tmp_path
    user = get_user_model().objects.create_user("ada")
    document = receive("a.md", b"# A\n\nText.")
    first, again = images.store(picture(), document, user), images.store(picture(), document)
    other = images.store(picture(), receive("b.md", b"# B\n\nText."))

    assert first == again and other != first and Image.objects.count() == 2
    assert (first.content_type, first.width, first.uploaded_by) == ("image/png", 40, user)
    assert images.address(first) == f"/images/{first.key}"
    with first.file.open("rb") as file:
        assert Pillow.open(file).size == (40, 30)
