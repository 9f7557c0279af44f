"""Read a PowerPoint deck: each slide that is shown is a heading with its text, tables and notes."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator

from kb.extract import numerals, pieces, placing
from kb.extract.package import Package, Relation, whole
from kb.extract.result import Reading

P = "{http://schemas.openxmlformats.org/presentationml/2006/main}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
DIAGRAM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}relIds"
DC = "{http://purl.org/dc/elements/1.1/}"
DECK = "ppt/presentation.xml"
TITLES = ("title", "ctrTitle")
# Of the page, not of what it says.
FURNITURE = ("dt", "ftr", "sldNum", "hdr", "sldImg")
FORMS = {"alphaLc": "a", "alphaUc": "A", "romanLc": "i", "romanUc": "I"}
DEEPEST = 30  # of groups in groups
SHAPES = tuple(f"{P}{name}" for name in ("sp", "graphicFrame", "grpSp", "cxnSp"))


def read(data: bytes) -> Reading:
    package = Package(data)
    relations = package.relations(DECK)
    slides = [
        relations[name]
        for made in package.tree(DECK).iter(f"{P}sldId")
        if (name := made.get(f"{R}id", "")) in relations
    ]
    blocks = [
        block
        for number, slide in enumerate(slides, 1)
        if slide.target in package.names
        for block in _slide(package, slide.target, number)
    ]
    return Reading(text=pieces.joined(blocks), title=package.text_of("docProps/core.xml", f"{DC}title"))


def _slide(package: Package, name: str, number: int) -> Iterator[str]:
    slide = package.tree(name)
    if slide.get("show", "1") in ("0", "false"):
        return
    relations = package.relations(name)
    tree = slide.find(f"{P}cSld/{P}spTree")
    shapes = list(_shapes(tree)) if tree is not None else []
    title = next((_line(shape) for shape in shapes if _role(shape) in TITLES and _line(shape)), "")
    body = [block for shape in shapes for block in _shape(package, relations, shape, title)]
    notes = list(_notes(package, relations))
    if title or any(body) or notes:
        yield pieces.heading(2, title or f"Slide {number}")
        yield from body
        yield from notes


def _shapes(parent: ET.Element, deep: int = 0) -> Iterator[ET.Element]:
    """As they are read: the title, what has no place of its own, and then by their places."""
    held = [shape for shape in parent if shape.tag in SHAPES and _says_something(shape)]
    titles = [shape for shape in held if _role(shape) in TITLES]
    boxes = {shape: _box(shape) for shape in held if _role(shape) not in TITLES}
    unplaced = [shape for shape, box in boxes.items() if box is None]
    placed = placing.in_order([box for box in boxes.values() if box], leftwards=_is_leftwards(parent))
    for shape in [*titles, *unplaced, *placed]:
        if shape.tag != f"{P}grpSp":
            yield shape
        elif deep < DEEPEST:
            yield from _shapes(shape, deep + 1)


def _says_something(shape: ET.Element) -> bool:
    """Lines and areas of colour say nothing, and stand between others."""
    return any((text.text or "").strip() for text in shape.iter(f"{A}t")) or any(shape.iter(DIAGRAM))


def _box(shape: ET.Element) -> placing.Box[ET.Element] | None:
    for tag in (f"{P}spPr/{A}xfrm", f"{P}xfrm", f"{P}grpSpPr/{A}xfrm"):
        where = shape.find(tag)
        if where is not None and (start := where.find(f"{A}off")) is not None:
            size = where.find(f"{A}ext")
            width, height = (size.get("cx"), size.get("cy")) if size is not None else ("", "")
            sizes = whole(width, 0), whole(height, 0)
            return placing.Box(_offset(start.get("x")), _offset(start.get("y")), *sizes, shape)
    return None


def _is_leftwards(parent: ET.Element) -> bool:
    lines = [line.get("rtl") in ("1", "true") for line in parent.iter(f"{A}pPr")]
    return sum(lines) * 2 > len(lines)


def _offset(told: str | None) -> int:
    """Beyond the slide's edge it is below zero."""
    off = whole((told or "").removeprefix("-"), 0)
    return -off if told and told.startswith("-") else off


def _role(shape: ET.Element) -> str:
    found = shape.find(f"{P}nvSpPr/{P}nvPr/{P}ph")
    return found.get("type", "body") if found is not None else ""


def _line(shape: ET.Element) -> str:
    return " ".join(" ".join(_words(line) for line in shape.iter(f"{A}p")).split())


def _words(line: ET.Element) -> str:
    said = (part for part in line if part.tag in (f"{A}r", f"{A}br", f"{A}fld"))
    return "".join("\n" if part.tag == f"{A}br" else part.findtext(f"{A}t", "") for part in said)


def _shape(package: Package, relations: dict[str, Relation], shape: ET.Element, title: str) -> Iterator[str]:
    role = _role(shape)
    if role in FURNITURE or (role in TITLES and _line(shape) == title):
        return
    if (table := shape.find(f"{A}graphic/{A}graphicData/{A}tbl")) is not None:
        yield pieces.table(_rows(table))
    for drawn in shape.iter(DIAGRAM):
        target = relations.get(drawn.get(f"{R}dm", ""))
        if target and target.target in package.names:
            yield from _paragraphs(package.tree(target.target), listed=True)
    if (text := shape.find(f"{P}txBody")) is not None:
        yield from _paragraphs(text, listed=role in ("body", "obj"))


def _rows(table: ET.Element) -> Iterator[list[str]]:
    """A cell over several rows stands in each of them, so that each row says all."""
    above: list[str] = []
    for row in table.iter(f"{A}tr"):
        cells: list[str] = []
        for cell in row.findall(f"{A}tc"):
            place = len(cells)
            if cell.get("vMerge") in ("1", "true"):
                cells.append(above[place] if place < len(above) else "")
            elif cell.get("hMerge") in ("1", "true"):
                cells.append(cells[-1] if cells else "")
            else:
                cells.append(_line(cell))
        yield cells
        above = cells


def _paragraphs(text: ET.Element, *, listed: bool) -> Iterator[str]:
    """The lines of a slide's body are a list where they are several."""
    lines = [(line, said) for line in text.iter(f"{A}p") if (said := _words(line)).strip()]
    items = pieces.Items()
    for line, said in lines:
        level, mark, start, scheme = _mark(line)
        if mark == "buNone" or not (mark or level or (listed and len(lines) > 1)):
            yield items.text()
            items = pieces.Items()
            yield pieces.paragraph(said)
        elif mark == "buAutoNum":
            number = items.following(level, start)
            items.add(level, said, number, _counted(number, scheme))
        else:
            items.add(level, said)
    yield items.text()


def _mark(line: ET.Element) -> tuple[int, str, int, str]:
    """Its level, what stands before it, and where its numbers begin and how they look."""
    properties = line.find(f"{A}pPr")
    if properties is None:
        return 0, "", 1, ""
    marks = ((name, properties.find(f"{A}{name}")) for name in ("buNone", "buAutoNum", "buChar", "buBlip"))
    name, found = next(((name, found) for name, found in marks if found is not None), ("", None))
    start, scheme = (found.get("startAt"), found.get("type", "")) if found is not None else (None, "")
    return whole(properties.get("lvl"), 0), name, whole(start, 1), scheme


def _counted(number: int, scheme: str) -> str:
    """As the scheme of a list's numbers is called: alphaLcParenR is “a)”."""
    form = next((form for name, form in FORMS.items() if scheme.startswith(name)), "1")
    said = numerals.written(number, form)
    if scheme.endswith("ParenBoth"):
        return f"({said})"
    return f"{said})" if scheme.endswith("ParenR") else f"{said}."


def _notes(package: Package, relations: dict[str, Relation]) -> Iterator[str]:
    for related in relations.values():
        if related.kind != "notesSlide" or related.target not in package.names:
            continue
        for shape in package.tree(related.target).iter(f"{P}sp"):
            text = shape.find(f"{P}txBody")
            if text is not None and _role(shape) == "body" and _line(shape):
                yield "**Notes**"
                yield from _paragraphs(text, listed=False)
