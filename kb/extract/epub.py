"""Read an EPUB book: its chapters in their order, each under its name, cleaned as any HTML is."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator

from kb.extract import decoding, html, pieces
from kb.extract.package import Damaged, Package, within
from kb.extract.result import Reading, Unreadable

CONTAINER = "META-INF/container.xml"
ENCRYPTION = "META-INF/encryption.xml"
ROOTFILE = "{urn:oasis:names:tc:opendocument:xmlns:container}rootfile"
OPF = "{http://www.idpf.org/2007/opf}"
DC = "{http://purl.org/dc/elements/1.1/}"
NCX = "{http://www.daisy.org/z3986/2005/ncx/}"
HTML_TYPES = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml")
FIRST_HEADING = re.compile(r"\A\s*#{1,6} ")
NAV_LINK = re.compile(
    r"<a\b[^>]{0,500}?href\s*=\s*[\"']([^\"'#]{1,500})[^>]{0,200}>(.{0,500}?)</a>", re.I | re.S
)
FONT_SCRAMBLING = (b"http://www.idpf.org/2008/embedding", b"http://ns.adobe.com/pdf/enc#RC")


def read(data: bytes) -> Reading:
    package = Package(data)
    _refuse_locked(package)
    book = _Book(package)
    blocks = [block for name in book.spine() for block in book.chapter(name)]
    return Reading(text=pieces.joined(blocks), title=book.fact("title"), locale=book.fact("language"))


def _refuse_locked(package: Package) -> None:
    """Fonts are scrambled in many books; where the text is, nobody but its shop's own reader opens it."""
    if ENCRYPTION in package.names:
        told = package.bytes(ENCRYPTION)
        if told.count(b"EncryptionMethod") > sum(map(told.count, FONT_SCRAMBLING)):
            raise Unreadable("The book is protected against copying; upload a version without protection.")


class _Book:
    def __init__(self, package: Package) -> None:
        self._package = package
        container = package.tree(CONTAINER).find(f".//{ROOTFILE}")
        if container is None:
            raise Damaged("its container names no book")
        where = container.get("full-path", "")
        self._folder = where.rpartition("/")[0]
        self._opf = package.tree(where)
        self._items = {item.get("id", ""): item for item in self._opf.iter(f"{OPF}item")}
        self._names = dict(self._told_names())

    def fact(self, name: str) -> str:
        found = self._opf.find(f".//{DC}{name}")
        return " ".join("".join(found.itertext()).split()) if found is not None else ""

    def spine(self) -> Iterator[str]:
        """Each chapter once, however often it is named."""
        for name in dict.fromkeys(one.get("idref", "") for one in self._opf.iter(f"{OPF}itemref")):
            item = self._items.get(name)
            if item is not None and self._is_chapter(item):
                yield self._member(item)

    def _is_chapter(self, item: ET.Element) -> bool:
        is_text = item.get("media-type") in HTML_TYPES and "nav" not in item.get("properties", "").split()
        return is_text and self._member(item) in self._package.names

    def chapter(self, name: str) -> Iterator[str]:
        """Its own headings; where it has none at its start, the name that the contents give it."""
        page = html.DOCTYPE.sub("", decoding.decode_html(self._package.bytes(name)), count=1)
        text = html.to_markdown(page, pictures=False).strip()
        if text and not FIRST_HEADING.match(text):
            yield pieces.heading(1, self._names.get(name, ""))
        yield text

    def _member(self, item: ET.Element) -> str:
        return within(self._folder, item.get("href", ""))

    def _told_names(self) -> Iterator[tuple[str, str]]:
        for item in self._items.values():
            name = self._member(item)
            folder = name.rpartition("/")[0]
            if name not in self._package.names:
                continue
            if "nav" in item.get("properties", "").split():
                for address, words in NAV_LINK.findall(decoding.decode_html(self._package.bytes(name))):
                    yield within(folder, address), html.words(words)
            elif item.get("media-type") == "application/x-dtbncx+xml":
                yield from _points(self._package.bytes(name), folder)


def _points(contents: bytes, folder: str) -> Iterator[tuple[str, str]]:
    """Of the older kind of contents, which names its own document type."""
    plain = re.sub(rb"<!DOCTYPE[^>\[]{0,500}>", b"", contents, count=1)
    if b"<!ENTITY" in plain or b"<!DOCTYPE" in plain:
        return
    for point in ET.fromstring(plain).iter(f"{NCX}navPoint"):
        label, content = point.find(f"{NCX}navLabel/{NCX}text"), point.find(f"{NCX}content")
        if label is not None and content is not None and "#" not in content.get("src", ""):
            yield within(folder, content.get("src", "")), " ".join((label.text or "").split())
