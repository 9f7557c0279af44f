"""Read a Word document: headings by style, lists, tables, notes; without what was deleted or hidden."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from kb.extract import equations, pieces, word_processors
from kb.extract.numbering import Number, Numbers
from kb.extract.package import Package, Relation, whole
from kb.extract.result import Reading
from kb.extract.word_parts import NO_LEVEL, R, Style, Styles, W, number, numbered, told, told_on, tree

ALTERNATIVES = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"
DC = "{http://purl.org/dc/elements/1.1/}"
DOCUMENT = "word/document.xml"
# What only wraps others.
WRAPPERS = {"ins", "moveTo", "smartTag", "customXml", "sdt", "sdtContent", "fldSimple", "dir", "bdo"}
DRAWN = {f"{W}drawing", f"{W}pict", f"{W}object"}
CONTENTS_NAME = re.compile(r"(?:toc|table of figures|index) ?\d?|toc heading", re.I)
CONTENTS = "Table of Contents"
DEEPEST = 60  # of tables in tables and boxes in boxes


def read(data: bytes) -> Reading:
    package = Package(data)
    word = _Word(package)
    blocks = list(word.blocks(word.body()))
    title = package.text_of("docProps/core.xml", f"{DC}title")
    locale = package.text_of("docProps/core.xml", f"{DC}language")
    return Reading(text=pieces.joined(blocks), title=title, locale=locale, usual_locale=word.styles.language)


@dataclass(frozen=True)
class _Run:
    text: str
    bold: bool = False
    link: str = ""
    # What is seen of the file that may hold more than words: boxes, pictures, marks of notes.
    held: tuple[ET.Element, ...] = ()


class _Word:
    """One document, and what its paragraphs refer to."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._relations: dict[str, Relation] = package.relations(DOCUMENT)
        self.styles = Styles(package)
        self._numbers = Numbers(package)
        self._deep = 0
        self._notes = {(kind, note.get(f"{W}id", "")): note for kind, note in _notes(package)}

    def body(self) -> ET.Element:
        written = tree(self._package, DOCUMENT)
        found = written.find(f"{W}body")
        return written if found is None else found

    def blocks(self, parent: ET.Element) -> Iterator[str]:
        listed = pieces.Items()
        for element in _unwrapped(parent):
            if element.tag == f"{W}p":
                if self._is_contents(element):
                    continue
                place, counted = self._counted(element)
                text, held = self._said_in(element)
                boxes = list(self._boxes(held))
                if place and text.strip():
                    listed.add(place[1], text, counted.value, counted.told)
                elif text.strip():
                    yield listed.text()
                    listed = pieces.Items()
                    yield self._paragraph(element, text, counted.told)
                yield from boxes
                yield from map(pieces.paragraph, _shown_by(held))
                yield from self._notes_of(held)
            elif element.tag == f"{W}tbl":
                yield listed.text()
                listed = pieces.Items()
                yield from self._table(element)
        yield listed.text()

    def _is_contents(self, element: ET.Element) -> bool:
        """A line of the table of contents says again what stands elsewhere."""
        style = self.styles.get(told(element, "pPr/pStyle"))
        return style is not None and CONTENTS_NAME.fullmatch(style.name) is not None

    def _paragraph(self, element: ET.Element, text: str, counted: str) -> str:
        level = self._level(element)
        said = f"{counted} {text}" if counted else text
        if level is None or len(text) > 300:
            return pieces.paragraph(said)
        return pieces.heading(level, said.replace("**", ""))

    def _level(self, element: ET.Element) -> int | None:
        """Of a heading, from 1; by what the paragraph says, then by its style and those it is based on."""
        own = whole(told(element, "pPr/outlineLvl"), -1)
        if own >= 0:
            return own + 1 if own < NO_LEVEL else None
        named_style = told(element, "pPr/pStyle")
        for style in list(self.styles.lineage(named_style)) or [Style(name=named_style)]:
            if named := word_processors.heading_level(style.name):
                return named
            if style.level is not None:
                return style.level + 1 if style.level < NO_LEVEL else None
        return None

    def _counted(self, element: ET.Element) -> tuple[tuple[str, int] | None, Number]:
        """The list and level of an item, and its number; a heading counts, and is none."""
        place = self._place_in_list(element)
        if place is None or element.find(f"{W}pPr/{W}rPr/{W}del") is not None:
            return place, Number(None)
        counted = self._numbers.next(place)
        return (None if self._level(element) is not None else place), counted

    def _place_in_list(self, element: ET.Element) -> tuple[str, int] | None:
        """The list's id and the level in it: each by the paragraph, or by the first style that tells it."""
        properties = element.find(f"{W}pPr")
        own = numbered(properties) if properties is not None else None
        lineage = list(self.styles.lineage(told(element, "pPr/pStyle")))
        found = [one for one in (own, *(style.numbered for style in lineage)) if one]
        name = next((name for name, _ in found if name), "")
        if name in ("", "0"):
            return None
        level = own[1] if own else None
        if level is None:
            linked = (self._numbers.level_of(name, style.id) for style in lineage)
            others = (at for _, at in found)
            level = next((at for at in (*linked, *others) if at is not None), 0)
        return name, level

    def _said_in(self, element: ET.Element) -> tuple[str, list[ET.Element]]:
        """Its words, and what may hold more."""
        self._fields: list[list[str]] = []
        hidden = self.styles.hides(told(element, "pPr/pStyle"), otherwise=False)
        runs = list(self._runs(element, hidden))
        marked = []
        said = (run for run in runs if run.text)
        for (bold, link), group in groupby(said, key=lambda run: (run.bold, run.link)):
            text = "".join(run.text for run in group)
            text = pieces.link(text, link) if link else text
            marked.append(pieces.bold(text) if bold and not link else text)
        return "".join(marked), [part for run in runs for part in run.held]

    def _runs(self, parent: ET.Element, hidden: bool, deep: int = 0) -> Iterator[_Run]:
        for element in parent:
            name = element.tag.removeprefix(W)
            if name == "r":
                yield self._run(element, hidden)
            elif name == "hyperlink":
                yield self._link(element, hidden)
            elif element.tag == ALTERNATIVES and not hidden:
                yield _Run("", held=(element,))
            elif element.tag in (f"{equations.M}oMath", f"{equations.M}oMathPara"):
                yield _Run("" if hidden else equations.written(element))
            elif name in WRAPPERS and deep < DEEPEST:
                yield from self._runs(element, hidden, deep + 1)

    def _run(self, run: ET.Element, hidden: bool) -> _Run:
        properties = run.find(f"{W}rPr")
        text = "".join(map(self._said, run))
        if properties is None:
            return _Run("") if hidden else _Run(text, link=self._linked(), held=(run,))
        own = told_on(properties, "vanish")
        if self.styles.hides(told(properties, "rStyle"), otherwise=hidden) if own is None else own:
            return _Run("")
        return _Run(text, bool(told_on(properties, "b")), self._linked(), (run,))

    def _said(self, element: ET.Element) -> str:
        """Fields tell what they are first, and then what they show."""
        if element.tag == f"{W}fldChar":
            kind = element.get(f"{W}fldCharType", "")
            if kind == "begin":
                self._fields.append([])
            elif kind == "end" and self._fields:
                self._fields.pop()
        elif element.tag == f"{W}instrText" and self._fields:
            self._fields[-1].append(element.text or "")
        return _said(element)

    def _linked(self) -> str:
        found = (word_processors.address("".join(told)) for told in reversed(self._fields))
        return next(filter(None, found), "")

    def _link(self, element: ET.Element, hidden: bool) -> _Run:
        runs = list(self._runs(element, hidden))
        words, held = "".join(run.text for run in runs), tuple(part for run in runs for part in run.held)
        target = self._relations.get(element.get(f"{R}id", ""))
        address = target.target if target and target.outside else ""
        return _Run(pieces.link(words, address), held=held)

    def _boxes(self, held: Iterable[ET.Element]) -> Iterator[str]:
        """Text boxes stand beside their paragraph; each is written twice, for newer and older programs."""
        if self._deep >= DEEPEST:
            return
        for content in _box_contents(held):
            self._deep += 1
            yield from self.blocks(content)
            self._deep -= 1

    def _notes_of(self, held: Iterable[ET.Element]) -> Iterator[str]:
        for mark in (part for run in held for part in run):
            kind = mark.tag.removeprefix(W).removesuffix("Reference")
            note = self._notes.get((kind, mark.get(f"{W}id", "")))
            if note is not None and (text := self._noted(kind, note)):
                yield pieces.paragraph(f"({text})")

    def _noted(self, kind: str, note: ET.Element) -> str:
        """Its words as the body's are read; what they refer to is the notes' own."""
        of_body, self._relations = self._relations, self._package.relations(f"word/{kind}s.xml")
        lines = [self._said_in(line)[0].strip() for line in note.iter(f"{W}p")]
        self._relations = of_body
        return " ".join(filter(None, lines))

    def _table(self, element: ET.Element) -> Iterator[str]:
        rows = list(self._rows(element))
        if max(map(len, rows), default=0) > 1:
            yield pieces.table(rows)
        elif self._deep < DEEPEST:
            # A frame around some text, and no table.
            self._deep += 1
            for cell in (cell for row in _rows(element) for cell in _cells(row)):
                yield from self.blocks(cell)
            self._deep -= 1

    def _rows(self, table: ET.Element) -> Iterator[list[str]]:
        """A cell over several rows stands in each of them, so that each row says all."""
        above: dict[int, str] = {}
        for row in _rows(table):
            cells: list[str] = [""] * number(row.find(f"{W}trPr/{W}gridBefore"), 0)
            for cell in _cells(row):
                merged = cell.find(f"{W}tcPr/{W}vMerge")
                goes_on = merged is not None and merged.get(f"{W}val", "continue") == "continue"
                text = above.get(len(cells), "") if goes_on else self._cell(cell)
                if merged is not None:
                    above[len(cells)] = text
                else:
                    above.pop(len(cells), None)
                cells += [text] * number(cell.find(f"{W}tcPr/{W}gridSpan"), 1)
            yield [cells[0]] if len(set(cells)) == 1 and len(cells) > 1 else cells

    def _cell(self, cell: ET.Element) -> str:
        if self._deep >= DEEPEST:
            return ""
        self._deep += 1
        said = []
        for element in _unwrapped(cell):
            if element.tag == f"{W}p":
                _, counted = self._counted(element)
                text, held = self._said_in(element)
                seen = f"{counted.told} {text}" if counted.told and text.strip() else text
                said += [seen, *self._boxes(held), *_shown_by(held), *self._notes_of(held)]
            elif element.tag == f"{W}tbl":
                said += [", ".join(filter(None, row)) for row in self._rows(element)]
        self._deep -= 1
        return "; ".join(text.strip() for text in said if text.strip())


def _unwrapped(parent: ET.Element, deep: int = 0) -> Iterator[ET.Element]:
    for element in parent:
        if element.tag.removeprefix(W) in WRAPPERS and deep < DEEPEST:
            if element.tag == f"{W}sdt" and _gallery(element) == CONTENTS:
                continue
            yield from _unwrapped(element, deep + 1)
        else:
            yield element


def _rows(table: ET.Element) -> Iterator[ET.Element]:
    """Without those that were deleted."""
    rows = (row for row in _unwrapped(table) if row.tag == f"{W}tr")
    return (row for row in rows if row.find(f"{W}trPr/{W}del") is None)


def _gallery(element: ET.Element) -> str:
    found = element.find(f"{W}sdtPr/{W}docPartObj/{W}docPartGallery")
    return found.get(f"{W}val", "") if found is not None else ""


def _shown_by(held: Iterable[ET.Element]) -> Iterator[str]:
    """What pictures show, as their author says; those in boxes are told of there."""
    for drawn in (part for run in held for part in run if part.tag in DRAWN):
        described = (part.get("descr") or part.get("alt") or "" for part in _outside_boxes(drawn))
        if said := word_processors.described(next(filter(str.strip, described), "")):
            yield said


def _outside_boxes(element: ET.Element) -> Iterator[ET.Element]:
    to_come = [element]
    while to_come:
        yield (part := to_come.pop())
        to_come += (inner for inner in reversed(part) if inner.tag != f"{W}txbxContent")


def _cells(row: ET.Element) -> Iterator[ET.Element]:
    return (cell for cell in _unwrapped(row) if cell.tag == f"{W}tc")


def _said(element: ET.Element) -> str:
    match element.tag.removeprefix(W):
        case "t":
            return element.text or ""
        case "tab":
            return " "
        case "br" | "cr":
            return "\n" if element.get(f"{W}type", "") == "" else " "
        case "noBreakHyphen":
            return "-"
        case _:
            return ""


def _box_contents(held: Iterable[ET.Element]) -> Iterator[ET.Element]:
    for found in held:
        if found.tag == f"{W}txbxContent":
            yield found
        elif found.tag == ALTERNATIVES:
            yield from next((made for choice in found if (made := list(_box_contents(choice)))), [])
        elif found.tag != f"{W}p":
            yield from _box_contents(found)


def _notes(package: Package) -> Iterator[tuple[str, ET.Element]]:
    for kind in ("footnote", "endnote"):
        name = f"word/{kind}s.xml"
        if name in package.names:
            notes = tree(package, name).iter(f"{W}{kind}")
            yield from ((kind, note) for note in notes if note.get(f"{W}type") in (None, "normal"))
