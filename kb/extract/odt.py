"""Read an OpenDocument text: headings, lists, tables, notes; no comments, and nothing hidden or deleted."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from kb.extract import numerals, pieces, word_processors
from kb.extract.opendocument import (
    CONTENT,
    DC,
    DEEPEST,
    DRAW,
    NAMES,
    OFFICE,
    TABLE,
    TEXT,
    opened,
    plain,
    rows_of,
    spacing,
    table_rows,
)  # fmt: skip
from kb.extract.package import Damaged, Package, whole
from kb.extract.result import Reading

STYLE = f"{{{NAMES}style:1.0}}"
FO, SVG = (f"{{{NAMES}{part}-compatible:1.0}}" for part in ("xsl-fo", "svg"))
XML_ID = "{http://www.w3.org/XML/1998/namespace}id"
HREF = "{http://www.w3.org/1999/xlink}href"
PARAGRAPHS = (f"{TEXT}p", f"{TEXT}h")
# What says again what stands elsewhere, or is kept beside the text.
LEFT_OUT = {
    f"{TEXT}{name}"
    for name in (
        "tracked-changes", "table-of-content", "alphabetical-index", "illustration-index", "table-index",
        "object-index", "user-index", "sequence-decls", "variable-decls", "user-field-decls", "hidden-text",
        "ruby-text",
    )
} | {f"{OFFICE}{name}" for name in ("annotation", "annotation-end", "forms", "event-listeners")}  # fmt: skip
LONGEST_HEADING = 300
OLDEST = 20  # of a style's parents
MOST_LEVELS = 10
OUTLINE = "\0"  # in place of a style's name: that by which headings are counted

Counts = dict[int, int]  # by level, the last number
Run = tuple[str, bool]  # words, and whether they are bold


def read(data: bytes) -> Reading:
    package = opened(data)
    text = package.tree(CONTENT).find(f"{OFFICE}body/{OFFICE}text")
    if text is None:
        raise Damaged("it has no text")
    return Reading(
        text=pieces.joined(_Text(package).blocks(text)),
        title=package.text_of("meta.xml", f"{DC}title"),
        locale=package.text_of("meta.xml", f"{DC}language"),
    )


@dataclass(frozen=True)
class _Level:
    """How a list counts on one level."""

    form: str
    before: str = ""
    after: str = ""
    shown: int = 1  # levels whose numbers stand there, its own included
    start: int = 1


@dataclass(frozen=True)
class _Style:
    parent: str = ""
    bold: bool | None = None
    hidden: bool | None = None
    counted: bool | None = None


class _Text:
    """One document, and what its paragraphs refer to."""

    def __init__(self, package: Package) -> None:
        self._styles: dict[str, _Style] = {}
        # Of styles of lists, and of headings, those whose items have numbers.
        self._ordered: dict[tuple[str, int], _Level] = {}
        self._counts: dict[str, Counts] = {}  # of the last list of a style, and of each list by its id
        for name in ("styles.xml", CONTENT):
            if name in package.names:
                tree = package.tree(name)
                self._styles.update(_styles(tree))
                self._ordered.update(_ordered(tree))
        self._deep = 0

    def blocks(self, parent: ET.Element) -> Iterator[str]:
        for element in parent:
            if element.tag in PARAGRAPHS:
                yield from self._paragraph(element)
            elif element.tag == f"{TEXT}list":
                yield from self._list(element)
            elif element.tag == f"{TABLE}table":
                yield from self._table(element)
            elif not _is_left_out(element) and self._deep < DEEPEST:
                self._deep += 1
                yield self._picture(element)
                yield from self.blocks(element)
                self._deep -= 1

    def _paragraph(self, element: ET.Element, counted: str = "") -> Iterator[str]:
        """`counted`: what stands before it as an item of a list."""
        text, level = self._words(element), self._level(element)
        if text.strip() and (counted := counted or self._counted(element, level)):
            text = f"{counted} {text}"
        is_heading = level and len(text) <= LONGEST_HEADING
        yield pieces.heading(level, text.replace("**", "")) if is_heading else pieces.paragraph(text)
        yield from self._beside(element)

    def _level(self, element: ET.Element) -> int:
        """Of a heading; none is 0."""
        if element.tag == f"{TEXT}h":
            return whole(element.get(f"{TEXT}outline-level"), 1)
        return int("Title" in self._lineage(element))

    def _counted(self, element: ET.Element, level: int) -> str:
        """What stands before a heading that is counted with the others."""
        is_other = element.tag != f"{TEXT}h" or element.get(f"{TEXT}is-list-header") == "true"
        if is_other or not self._is(element, "counted", otherwise=True):
            return ""
        place, counts = (OUTLINE, level), self._counts.setdefault(OUTLINE, {})
        return "" if self._number(element, place, counts) is None else self._shown(place, counts)

    def _lineage(self, element: ET.Element) -> list[str]:
        """The style's name, and those that it is based on."""
        found: list[str] = []
        name = element.get(f"{TEXT}style-name", "")
        while name and len(found) < OLDEST:
            found.append(name)
            name = self._styles.get(name, _Style()).parent
        return found

    def _is(self, element: ET.Element, what: str, otherwise: bool) -> bool:
        styles = (self._styles.get(name, _Style()) for name in self._lineage(element))
        told = (getattr(style, what) for style in styles)
        return next((bool(one) for one in told if one is not None), otherwise)

    def _words(self, element: ET.Element) -> str:
        found = self._runs(element, bold=False)
        return "".join(
            pieces.bold(text) if bold else text
            for bold, runs in groupby((run for run in found if run[0]), key=lambda run: run[1])
            for text in ["".join(said for said, _ in runs)]
        )

    def _runs(self, element: ET.Element, *, bold: bool) -> Iterator[Run]:
        bold = self._is(element, "bold", bold)
        if self._is(element, "hidden", otherwise=False):
            return
        yield plain(element.text), bold
        for part in element:
            if space := spacing(part):
                yield space, bold
            elif part.tag == f"{TEXT}a":
                yield pieces.link(self._words(part), part.get(HREF, "")), False
            elif not (_is_left_out(part) or part.tag == f"{TEXT}note" or part.tag.startswith(DRAW)):
                yield from self._runs(part, bold=bold)
            yield plain(part.tail), bold

    def _beside(self, element: ET.Element) -> Iterator[str]:
        """What a paragraph holds that is not in its line: notes, boxes, and what pictures show."""
        if self._is(element, "hidden", otherwise=False):
            return
        for part in element:
            if part.tag == f"{TEXT}note":
                body = part.find(f"{TEXT}note-body")
                said = " ".join(self._said(body)) if body is not None else ""
                yield pieces.paragraph(f"({said})") if said else ""
            elif part.tag.startswith(DRAW):
                yield self._picture(part)
                if self._deep < DEEPEST:
                    self._deep += 1
                    yield from self.blocks(part)
                    self._deep -= 1
            elif not _is_left_out(part):
                yield from self._beside(part)

    def _picture(self, element: ET.Element) -> str:
        """What its author says that it shows."""
        if element.tag != f"{DRAW}frame":
            return ""
        told = (" ".join(element.findtext(f"{SVG}{name}", "").split()) for name in ("desc", "title"))
        return pieces.paragraph(word_processors.described(next(filter(None, told), "")))

    def _list(self, element: ET.Element) -> Iterator[str]:
        items = pieces.Items()
        style = element.get(f"{TEXT}style-name", "")
        counts = self._counted_before(element, style)
        yield from self._listed(element, items, 0, style, counts)
        for name in filter(None, (style, element.get(XML_ID))):
            self._counts[name] = counts
        yield from items.taken()

    def _counted_before(self, element: ET.Element, style: str) -> Counts:
        """What a list goes on from."""
        if before := element.get(f"{TEXT}continue-list"):
            return dict(self._counts.get(before, {}))
        goes_on = element.get(f"{TEXT}continue-numbering") == "true"
        return dict(self._counts.get(style, {})) if goes_on else {}

    def _listed(
        self, element: ET.Element, items: pieces.Items, level: int, style: str, counts: Counts
    ) -> Iterator[str]:
        """The items are added; a heading among them comes back, after those above it."""
        for item in element:
            own = [part for part in item if part.tag in PARAGRAPHS]
            number = self._number(item, (style, level + 1), counts) if own else None
            told = self._shown((style, level + 1), counts) if number is not None else ""
            head = own[0] if own and own[0].tag == f"{TEXT}h" else None
            if head is not None:
                yield from (*items.taken(), *self._paragraph(head, told))
                number, told = None, ""
            said = "\n".join(filter(str.strip, (self._words(one) for one in own if one.tag == f"{TEXT}p")))
            if said:
                items.add(level, said, number, told)
            for part in (one for one in item if one is not head):
                if part.tag == f"{TEXT}list" and level < DEEPEST:
                    named = part.get(f"{TEXT}style-name", style)
                    yield from self._listed(part, items, level + 1, named, counts)
                elif part.tag == f"{TEXT}h":
                    yield from (*items.taken(), *self._paragraph(part))
                else:
                    items.below += self._table(part) if part.tag == f"{TABLE}table" else self._beside(part)

    def _number(self, item: ET.Element, place: tuple[str, int], counts: Counts) -> int | None:
        if item.tag == f"{TEXT}list-header" or place not in self._ordered:
            return None
        for deeper in [one for one in counts if one > place[1]]:
            del counts[deeper]
        usual = counts.get(place[1], self._ordered[place].start - 1) + 1
        counts[place[1]] = whole(item.get(f"{TEXT}start-value"), usual)
        return counts[place[1]]

    def _shown(self, place: tuple[str, int], counts: Counts) -> str:
        """What is seen before the item that was counted last."""
        name, last = place
        own = self._ordered[place]
        levels = ((at, self._ordered.get((name, at))) for at in range(last - own.shown + 1, last + 1))
        numbers = (numerals.written(counts.get(at, it.start), it.form) for at, it in levels if it)
        return f"{own.before}{'.'.join(numbers)}{own.after}".strip()

    def _table(self, element: ET.Element) -> Iterator[str]:
        if self._deep >= DEEPEST:
            return
        self._deep += 1
        rows = list(table_rows(element, self._cell))
        if max(map(len, rows), default=0) > 1:
            yield pieces.table(rows)
        else:
            # A frame around some text, and no table.
            for cell in (part for row in rows_of(element) for part in row):
                yield from self.blocks(cell)
        self._deep -= 1

    def _cell(self, cell: ET.Element) -> str:
        return "; ".join(self._said(cell))

    def _said(self, parent: ET.Element) -> Iterator[str]:
        """Its paragraphs in one line each, whatever holds them."""
        for part in parent:
            if part.tag in PARAGRAPHS:
                yield from (said.strip() for said in [self._words(part), *self._beside(part)] if said.strip())
            elif part.tag == f"{TABLE}table" and self._deep < DEEPEST:
                self._deep += 1
                yield from (", ".join(filter(None, row)) for row in table_rows(part, self._cell))
                self._deep -= 1
            elif not _is_left_out(part) and self._deep < DEEPEST:
                self._deep += 1
                yield from self._said(part)
                self._deep -= 1


def _is_left_out(element: ET.Element) -> bool:
    return element.tag in LEFT_OUT or element.get(f"{TEXT}display") == "none"


def _styles(tree: ET.Element) -> Iterator[tuple[str, _Style]]:
    for style in tree.iter(f"{STYLE}style"):
        own = style.find(f"{STYLE}text-properties")
        weight = own.get(f"{FO}font-weight") if own is not None else None
        shown = own.get(f"{TEXT}display") if own is not None else None
        counted_by = style.get(f"{STYLE}list-style-name")
        yield (
            style.get(f"{STYLE}name", ""),
            _Style(
                parent=style.get(f"{STYLE}parent-style-name", ""),
                bold=None if weight is None else weight == "bold" or weight in ("600", "700", "800", "900"),
                hidden=None if shown is None else shown == "none",
                counted=None if counted_by is None else counted_by != "",
            ),
        )


def _ordered(tree: ET.Element) -> Iterator[tuple[tuple[str, int], _Level]]:
    kinds = (("list-style", "list-level-style-number"), ("outline-style", "outline-level-style"))
    for kind, levels in kinds:
        for style in tree.iter(f"{TEXT}{kind}"):
            name = OUTLINE if kind == "outline-style" else style.get(f"{STYLE}name", "")
            for level in style.iter(f"{TEXT}{levels}"):
                at = whole(level.get(f"{TEXT}level"), 0)
                if at and level.get(f"{STYLE}num-format"):
                    yield (name, at), _level(level)


def _level(written: ET.Element) -> _Level:
    return _Level(
        form=written.get(f"{STYLE}num-format", "1"),
        before=written.get(f"{STYLE}num-prefix", ""),
        after=written.get(f"{STYLE}num-suffix", ""),
        shown=min(whole(written.get(f"{TEXT}display-levels"), 1), MOST_LEVELS),
        start=whole(written.get(f"{TEXT}start-value"), 1),
    )
