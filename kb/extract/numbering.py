"""Count the items of a Word document's lists as Word does: on after others, anew where told. Pure."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass, replace

from kb.extract.package import Package, whole

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
NUMBERING = "word/numbering.xml"
NO_NUMBER = ("bullet", "none", "")

Place = tuple[str, int]  # a list's id, and the level in it


@dataclass(frozen=True)
class _Level:
    kind: str  # lists of one kind count together
    ordered: bool
    start: int = 1
    anew: int | None = None  # where this list begins, whatever others of its kind counted


class Numbers:
    """The lists of one document, as their items come one by one."""

    def __init__(self, package: Package) -> None:
        self._levels: dict[Place, _Level] = {}
        if NUMBERING in package.names:
            self._levels.update(_levels(package.tree(NUMBERING)))
        self._counts: dict[str, dict[int, int]] = {}  # by kind and level
        self._begun: set[Place] = set()

    def next(self, place: Place) -> int | None:
        """The number of the next item there; None: it has a mark."""
        level = self._levels.get(place)
        if level is None:
            return None
        counts = self._counts.setdefault(level.kind, {})
        for deeper in [one for one in counts if one > place[1]]:
            del counts[deeper]
        if level.anew is not None and place not in self._begun:
            counts[place[1]] = level.anew - 1
        self._begun.add(place)
        counts[place[1]] = counts.get(place[1], level.start - 1) + 1
        return counts[place[1]] if level.ordered else None


def _levels(tree: ET.Element) -> Iterator[tuple[Place, _Level]]:
    kinds = {kind.get(f"{W}abstractNumId", ""): kind for kind in tree.iter(f"{W}abstractNum")}
    by_style = {_told(kind, "styleLink"): kind for kind in kinds.values()}
    for number in tree.iter(f"{W}num"):
        named = _told(number, "abstractNumId")
        kind = kinds.get(named)
        if kind is None:
            continue
        # One that is kept as a style has its levels there.
        kind = by_style.get(_told(kind, "numStyleLink") or "\0", kind)
        own = number.get(f"{W}numId", "")
        for written in kind.findall(f"{W}lvl"):
            yield (own, whole(written.get(f"{W}ilvl"), 0)), _level(written, named)
        yield from _changed(number, own, named, kind)


def _changed(number: ET.Element, own: str, named: str, kind: ET.Element) -> Iterator[tuple[Place, _Level]]:
    """What one list has otherwise than those of its kind."""
    usual = {whole(written.get(f"{W}ilvl"), 0): written for written in kind.findall(f"{W}lvl")}
    for change in number.findall(f"{W}lvlOverride"):
        at = whole(change.get(f"{W}ilvl"), 0)
        written = change.find(f"{W}lvl")
        written = usual.get(at) if written is None else written
        if written is not None:
            told = _told(change, "startOverride")
            level = _level(written, named)
            yield (own, at), replace(level, anew=whole(told, 1)) if told else level


def _level(written: ET.Element, kind: str) -> _Level:
    start = whole(_told(written, "start"), 1)
    return _Level(kind, ordered=_told(written, "numFmt") not in NO_NUMBER, start=start)


def _told(element: ET.Element, name: str) -> str:
    found = element.find(f"{W}{name}")
    return found.get(f"{W}val", "") if found is not None else ""
