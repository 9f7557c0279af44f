"""Make the demo's PDF and DOCX from the Markdown in sources/. The same input, the same bytes.

The made files are committed, so that only who changes a source needs reportlab and python-docx:

    .venv/bin/python demo/make_files.py
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from docx import Document
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.platypus import ListFlowable, ListItem, Paragraph, SimpleDocTemplate, Table, TableStyle
from reportlab.platypus.flowables import Flowable

HERE = Path(__file__).resolve().parent
SOURCES = HERE / "sources"
ARTICLES = HERE / "articles"
MADE = datetime(2026, 3, 1, 9, 0, 0)  # a fixed moment, so that the bytes never change by themselves


@dataclass
class Block:
    """One heading, paragraph, list or table of a source."""

    kind: str
    lines: list[str] = field(default_factory=list)

    @property
    def rows(self) -> list[list[str]]:
        kept = [line for line in self.lines if not re.fullmatch(r"[|\s:-]+", line)]
        return [[cell.strip() for cell in line.strip("|").split("|")] for line in kept]


def main() -> None:
    for name, made in made_files().items():
        (ARTICLES / name).write_bytes(made)
        print(f"{name}: {len(made):,} bytes")  # noqa: T201  # a script's answer


def made_files() -> dict[str, bytes]:
    """File name → bytes, for every file that is made."""
    return {
        "warranty.pdf": pdf((SOURCES / "warranty.md").read_text("utf-8")),
        "service-and-maintenance.docx": docx((SOURCES / "service-and-maintenance.md").read_text("utf-8")),
    }


def blocks(source: str) -> Iterator[Block]:
    """The small part of Markdown that the sources use: headings, paragraphs, lists, tables."""
    for chunk in re.split(r"\n\s*\n", source.strip()):
        lines = chunk.splitlines()
        if match := re.match(r"(#+) ", lines[0]):
            yield Block(f"heading{len(match[1])}", [lines[0].lstrip("# ")])
        elif lines[0].startswith("|"):
            yield Block("table", lines)
        elif lines[0].startswith("- "):
            yield Block("bullets", [line[2:] for line in lines])
        elif re.match(r"\d+\. ", lines[0]):
            yield Block("steps", [re.sub(r"^\d+\. ", "", line) for line in lines])
        else:
            yield Block("paragraph", [" ".join(lines)])


def pdf(source: str) -> bytes:
    styles = getSampleStyleSheet()
    story: list[Flowable] = []
    title = ""
    for block in blocks(source):
        if block.kind.startswith("heading"):
            title = title or block.lines[0]
            story.append(Paragraph(block.lines[0], styles[f"Heading{block.kind[-1]}"]))
        elif block.kind == "table":
            story.append(_pdf_table(block, styles["BodyText"]))
        elif block.kind in ("bullets", "steps"):
            items = [ListItem(Paragraph(line, styles["BodyText"])) for line in block.lines]
            story.append(ListFlowable(items, bulletType="bullet" if block.kind == "bullets" else "1"))
        else:
            story.append(Paragraph(block.lines[0], styles["BodyText"]))
    out = io.BytesIO()
    page = SimpleDocTemplate(out, pagesize=A4, title=title, author="Wrenmoor", lang="en", invariant=1)
    page.build(story)
    return out.getvalue()


def _pdf_table(block: Block, style: object) -> Table:
    rows = [[Paragraph(cell, style) for cell in row] for row in block.rows]
    table = Table(rows, hAlign="LEFT", spaceBefore=6, spaceAfter=6)
    table.setStyle(
        TableStyle(
            [
                ("GRID", (0, 0), (-1, -1), 0.5, colors.grey),
                ("BACKGROUND", (0, 0), (-1, 0), colors.whitesmoke),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ]
        )
    )
    return table


def docx(source: str) -> bytes:
    document = Document()
    for block in blocks(source):
        if block.kind.startswith("heading"):
            document.add_heading(block.lines[0], level=int(block.kind[-1]))
        elif block.kind == "table":
            _add_docx_table(document, block.rows)
        elif block.kind in ("bullets", "steps"):
            style = "List Bullet" if block.kind == "bullets" else "List Number"
            for line in block.lines:
                document.add_paragraph(line, style=style)
        else:
            document.add_paragraph(block.lines[0])
    properties = document.core_properties
    properties.title, properties.author = "Service and maintenance", "Wrenmoor"
    properties.created = properties.modified = MADE
    out = io.BytesIO()
    document.save(out)
    return _with_fixed_times(out.getvalue())


def _add_docx_table(document: object, rows: list[list[str]]) -> None:
    table = document.add_table(rows=0, cols=len(rows[0]), style="Table Grid")
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text


def _with_fixed_times(archive: bytes) -> bytes:
    """A ZIP file carries the time of its making for each entry; rewritten with a fixed one."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            info = zipfile.ZipInfo(entry.filename, MADE.timetuple()[:6])
            info.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(info, old.read(entry.filename))
    return out.getvalue()


if __name__ == "__main__":
    main()
