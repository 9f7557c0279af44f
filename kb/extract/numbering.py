"""Count the items and headings of a Word document as Word does: on after others, anew where told. Pure.

Each is told of as its reader sees it: “3.”, “iv)”, “Article 1”, “2.1”.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass, replace

from kb.extract import numerals
from kb.extract.package import Package, whole
from kb.extract.word_parts import W, told, told_on, tree

NUMBERING = "word/numbering.xml"
BULLET = "bullet"
FORMS = {
    "none": "", BULLET: "",
    "decimalZero": "01", "lowerLetter": "a", "upperLetter": "A", "lowerRoman": "i", "upperRoman": "I",
    "001": "001", "0001": "0001", "00001": "00001",
}  # fmt: skip
OF_A_LEVEL = re.compile(r"%([1-9])")

Place = tuple[str, int]  # a list's id, and the level in it


@dataclass(frozen=True)
class Number:
    """How many an item is, and what is seen before it."""

    value: int | None
    told: str = ""


@dataclass(frozen=True)
class _Level:
    kind: str  # lists of one kind count together
    form: str  # how its first number looks; "": it has none
    shown: str | None  # with %1 for the number of the first level; None: it has a mark
    start: int = 1
    anew: int | None = None  # where this list begins, whatever others of its kind counted
    in_figures: bool = False  # also the numbers of the levels above it
    goes_on: bool = False  # after an item of a level above it
    style: str = ""  # whose paragraphs are on it


class Numbers:
    """The lists of one document, as their items come one by one."""

    def __init__(self, package: Package) -> None:
        self._levels: dict[Place, _Level] = {}
        if NUMBERING in package.names:
            self._levels.update(_levels(tree(package, NUMBERING)))
        self._of_styles = {(place[0], it.style): place[1] for place, it in self._levels.items() if it.style}
        self._counts: dict[str, dict[int, int]] = {}  # by kind and level
        self._begun: set[Place] = set()

    def level_of(self, number: str, style: str) -> int | None:
        """The level of a list that is a style's own."""
        return self._of_styles.get((number, style))

    def next(self, place: Place) -> Number:
        """That of the next item there."""
        level = self._levels.get(place)
        if level is None:
            return Number(None)
        counts = self._counts.setdefault(level.kind, {})
        for deeper in [one for one in counts if one > place[1] and not self._goes_on(place[0], one)]:
            del counts[deeper]
        if level.anew is not None and place not in self._begun:
            counts[place[1]] = level.anew - 1
        self._begun.add(place)
        counts[place[1]] = counts.get(place[1], level.start - 1) + 1
        if level.shown is None:
            return Number(None)
        shown = OF_A_LEVEL.sub(lambda found: self._part(place, int(found[1]) - 1, counts), level.shown)
        return Number(counts[place[1]] if level.form and shown.strip() else None, " ".join(shown.split()))

    def _goes_on(self, number: str, at: int) -> bool:
        level = self._levels.get((number, at))
        return level is not None and level.goes_on

    def _part(self, place: Place, at: int, counts: dict[int, int]) -> str:
        """The number of a level, as an item of this place or below it shows it."""
        level = self._levels.get((place[0], at))
        if level is None or not level.form:
            return ""
        form = "1" if self._levels[place].in_figures else level.form
        return numerals.written(counts.get(at, level.start), form)


def _levels(written: ET.Element) -> Iterator[tuple[Place, _Level]]:
    kinds = {kind.get(f"{W}abstractNumId", ""): kind for kind in written.iter(f"{W}abstractNum")}
    by_style = {told(kind, "styleLink"): kind for kind in kinds.values()}
    for number in written.iter(f"{W}num"):
        named = told(number, "abstractNumId")
        kind = kinds.get(named)
        if kind is None:
            continue
        # One that is kept as a style has its levels there.
        kind = by_style.get(told(kind, "numStyleLink") or "\0", kind)
        own = number.get(f"{W}numId", "")
        for level in kind.findall(f"{W}lvl"):
            yield (own, whole(level.get(f"{W}ilvl"), 0)), _level(level, named)
        yield from _changed(number, own, named, kind)


def _changed(number: ET.Element, own: str, named: str, kind: ET.Element) -> Iterator[tuple[Place, _Level]]:
    """What one list has otherwise than those of its kind."""
    usual = {whole(written.get(f"{W}ilvl"), 0): written for written in kind.findall(f"{W}lvl")}
    for change in number.findall(f"{W}lvlOverride"):
        at = whole(change.get(f"{W}ilvl"), 0)
        written = change.find(f"{W}lvl")
        written = usual.get(at) if written is None else written
        if written is not None:
            anew = told(change, "startOverride")
            level = _level(written, named)
            yield (own, at), replace(level, anew=whole(anew, 1)) if anew else level


def _level(written: ET.Element, kind: str) -> _Level:
    counted, shown = _counted(written), written.find(f"{W}lvlText")
    usual = f"%{whole(written.get(f'{W}ilvl'), 0) + 1}."
    says = usual if shown is None else shown.get(f"{W}val", "")
    return _Level(
        kind,
        form=FORMS.get(counted, "1"),
        shown=None if counted == BULLET else says,
        start=whole(told(written, "start"), 1),
        in_figures=told_on(written, "isLgl") is True,
        goes_on=told(written, "lvlRestart") == "0",
        style=told(written, "pStyle"),
    )


def _counted(written: ET.Element) -> str:
    """A form that older programs don't know is told as “001, 002, ...”, beside one that they know."""
    forms = written.iter(f"{W}numFmt")
    named = (name for form in forms for name in (form.get(f"{W}format", ""), form.get(f"{W}val", "")))
    return next((first for name in named if (first := name.partition(",")[0]) in FORMS), "decimal")
