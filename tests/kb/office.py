"""Small Office files and books, made of no more than a reader needs."""

import io
import zipfile

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
S = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
P = 'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"'
A = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
CONTAINER = "urn:oasis:names:tc:opendocument:xmlns:container"
BOOK = 'xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/"'
TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def packed(members: dict[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def unpacked(data: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def relations(*targets: tuple[str, str]) -> str:
    made = "".join(
        f'<Relationship Id="r{n}" Type="{TYPES}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets)
    )
    return f'<Relationships xmlns="{PACKAGE}">{made}</Relationships>'


def workbook(sheets: dict[str, str], formats: tuple[str, ...] = (), state: str = "visible") -> bytes:
    """Each sheet's rows as XML; a cell's style is the number of its format, from 1."""
    names = list(sheets)
    listed = "".join(
        f'<sheet name="{name}" r:id="r{n}" state="{state if n else "visible"}"/>'
        for n, name in enumerate(names)
    )
    codes = "".join(f'<numFmt numFmtId="{200 + n}" formatCode="{code}"/>' for n, code in enumerate(formats))
    used = '<xf numFmtId="0"/>' + "".join(f'<xf numFmtId="{200 + n}"/>' for n in range(len(formats)))
    return packed(
        {
            "[Content_Types].xml": "<Types/>",
            "xl/workbook.xml": f"<workbook {S} {R}><sheets>{listed}</sheets></workbook>",
            "xl/_rels/workbook.xml.rels": relations(
                *(("worksheet", f"worksheets/s{n}.xml") for n in range(len(names)))
            ),
            "xl/styles.xml": f"<styleSheet {S}><numFmts>{codes}</numFmts>"
            f"<cellXfs>{used}</cellXfs></styleSheet>",
            **{
                f"xl/worksheets/s{n}.xml": f"<worksheet {S}><sheetData>{sheets[name]}</sheetData></worksheet>"
                for n, name in enumerate(names)
            },
        }
    )


def row(number: int, *cells: str | float | tuple[float, int]) -> str:
    made = ""
    for place, cell in enumerate(cells):
        where = f'r="{chr(65 + place)}{number}"'
        if isinstance(cell, tuple):
            made += f'<c {where} s="{cell[1]}"><v>{cell[0]}</v></c>'
        elif isinstance(cell, str):
            made += f'<c {where} t="inlineStr"><is><t>{cell}</t></is></c>' if cell else ""
        else:
            made += f"<c {where}><v>{cell}</v></c>"
    return f'<row r="{number}">{made}</row>'


def shape(text: str, role: str = "", top: int | None = None, level: int = 0) -> str:
    place = f'<p:spPr><a:xfrm><a:off x="0" y="{top}"/></a:xfrm></p:spPr>' if top is not None else ""
    kind = f'<p:ph type="{role}"/>' if role else ""
    lines = "".join(
        f'<a:p><a:pPr lvl="{level}"/><a:r><a:t>{line}</a:t></a:r></a:p>' for line in text.split("\n")
    )
    return f"<p:sp><p:nvSpPr><p:nvPr>{kind}</p:nvPr></p:nvSpPr>{place}<p:txBody>{lines}</p:txBody></p:sp>"


def deck(slides: list[str], notes: dict[int, str]) -> bytes:
    """Slides and notes as the XML of their shapes."""
    ids = "".join(f'<p:sldId id="{n}" r:id="r{n}"/>' for n in range(len(slides)))
    members: dict[str, str | bytes] = {
        "[Content_Types].xml": "<Types/>",
        "ppt/presentation.xml": f"<p:presentation {P} {R}><p:sldIdLst>{ids}</p:sldIdLst></p:presentation>",
        "ppt/_rels/presentation.xml.rels": relations(
            *(("slide", f"slides/s{n}.xml") for n in range(len(slides)))
        ),
    }
    for n, shapes in enumerate(slides):
        shown = ' show="0"' if "HIDDEN" in shapes else ""
        members[f"ppt/slides/s{n}.xml"] = (
            f"<p:sld {P} {A}{shown}><p:cSld><p:spTree>{shapes}</p:spTree></p:cSld></p:sld>"
        )
        if n in notes:
            members[f"ppt/slides/_rels/s{n}.xml.rels"] = relations(("notesSlide", f"../notesSlides/n{n}.xml"))
            members[f"ppt/notesSlides/n{n}.xml"] = f"<p:notes {P} {A}>{notes[n]}</p:notes>"
    return packed(members)


def book(chapters: dict[str, str], contents: dict[str, str]) -> bytes:
    """Chapters by file name in their order; the contents name some of them."""
    names = list(chapters)
    items = "".join(
        f'<item id="c{n}" href="{name}" media-type="application/xhtml+xml"/>'
        for n, name in sorted(enumerate(names), reverse=True)
    )
    spine = "".join(f'<itemref idref="c{n}"/>' for n in range(len(names)))
    links = "".join(f'<a href="{name}">{title}</a>' for name, title in contents.items())
    return packed(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": f'<container xmlns="{CONTAINER}"><rootfiles>'
            '<rootfile full-path="OPS/book.opf"/></rootfiles></container>',
            "OPS/book.opf": f"<package {BOOK}>"
            "<metadata><dc:title>The Handbook</dc:title><dc:language>en-GB</dc:language></metadata><manifest>"
            f'{items}<item id="nav" href="nav.xhtml" media-type="text/html" properties="nav"/></manifest>'
            f"<spine>{spine}</spine></package>",
            "OPS/nav.xhtml": f"<html><body><nav>{links}</nav></body></html>",
            **{f"OPS/{name}": f"<html><body>{text}</body></html>" for name, text in chapters.items()},
        }
    )
