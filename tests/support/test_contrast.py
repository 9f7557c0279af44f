"""Text on every surface of the one visual language is readable: WCAG AA, in light and dark."""

import math
import re
from pathlib import Path

import pytest

CSS = (Path(__file__).resolve().parent.parent.parent / "static" / "app.css").read_text()
OKLCH = re.compile(r"--([\w-]+):\s*oklch\(([\d.]+) ([\d.]+) ([\d.]+)\);")

GROUNDS = ["paper", "surface", "sunken"]
MEANINGS = ["matches", "partly", "no-match", "internal", "accent"]
PAIRS = [
    *((ink, ground) for ink in ["text", "muted", *MEANINGS] for ground in GROUNDS),
    *((meaning, f"{meaning}-soft") for meaning in MEANINGS),
    *(("text", f"{meaning}-soft") for meaning in MEANINGS),
    *((ink, "accent-soft") for ink in ["muted", *MEANINGS]),
    ("text", "line"),
    ("on-accent", "accent"),
    ("on-accent", "accent-hover"),
    ("surface", "no-match"),
    ("text", "lit"),
    ("paper", "text"),
]
# Borders of what is typed into, and the focus ring: AA for things that are not text.
EDGES = [(edge, ground) for edge in ["line-strong", "accent"] for ground in GROUNDS]


def tokens(scheme: str) -> dict[str, tuple[float, ...]]:
    light, dark = CSS.split("@media (prefers-color-scheme: dark)")
    found = OKLCH.findall(light) + (OKLCH.findall(dark) if scheme == "dark" else [])
    return {name: tuple(map(float, values)) for name, *values in found}


def luminance(colour: tuple[float, ...]) -> float:
    """Relative luminance of an oklch colour, clipped to what a screen shows."""
    lightness, chroma, hue = colour
    a, b = chroma * math.cos(math.radians(hue)), chroma * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    red = 4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short
    green = -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short
    blue = -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short
    return sum(
        weight * min(max(one, 0.0), 1.0)
        for weight, one in zip((0.2126, 0.7152, 0.0722), (red, green, blue), strict=True)
    )


def contrast(scheme: str, one: str, other: str) -> float:
    colours = tokens(scheme)
    lighter, darker = sorted((luminance(colours[one]), luminance(colours[other])), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), PAIRS)
def test_text_is_readable(scheme: str, ink: str, ground: str) -> None:
    assert contrast(scheme, ink, ground) >= 4.5


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("edge", "ground"), EDGES)
def test_edges_are_seen(scheme: str, edge: str, ground: str) -> None:
    assert contrast(scheme, edge, ground) >= 3


def test_light_and_dark_have_the_same_names() -> None:
    _, dark = CSS.split("@media (prefers-color-scheme: dark)")
    assert {name for name, *_ in OKLCH.findall(dark)} == set(tokens("light"))


def test_no_text_is_smaller_than_12_px() -> None:
    for sheet in (Path(__file__).resolve().parent.parent.parent / "static").rglob("*.css"):
        sizes = re.findall(r"(?:font-size:|font:)[^;}]*?(\d+(?:\.\d+)?)px", sheet.read_text())
        assert all(float(size) >= 12 for size in sizes), sheet


def test_nothing_is_inline() -> None:
    """The Content-Security-Policy would block it."""
    root = Path(__file__).resolve().parent.parent.parent / "templates"
    for template in root.rglob("*.html"):
        text = template.read_text()
        assert not re.search(r"\sstyle=|\son\w+=\"|hx-on|<style|<script(?![^>]*\ssrc=)", text), template
