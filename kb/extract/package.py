"""Open what is a ZIP file inside, as Office files and EPUB books are. Read with limits, and nothing else."""

import io
import posixpath
import re
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote

# Of one member, unpacked; what its entry says of its size may be a lie.
MOST_OF_A_MEMBER = 100 * 1024 * 1024
MOST_DIGITS = 10  # of a number that a program means
DECLARED = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.I)
DOCTYPE = re.compile(rb"<!DOCTYPE[^\[>]{0,1000}(?:\[[^\]]{0,100000}\]\s{0,100})?>", re.I)
ENTITY = re.compile(rb"&(?!(?:amp|lt|gt|quot|apos);)[a-zA-Z_][\w.-]{0,200};")
XML_START = re.compile(rb"<\?xml[^>]{0,200}\?>")
RELATIONS = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"


class Damaged(Exception):
    """Something that such a file must hold is missing, or is not what it should be."""


@dataclass(frozen=True)
class Relation:
    kind: str  # the last part of its type, such as "slide"
    target: str  # a member's name, or an address outside
    outside: bool = False


class Package:
    """The members of a file by name."""

    def __init__(self, data: bytes) -> None:
        self._archive = zipfile.ZipFile(io.BytesIO(data))
        self.names = frozenset(self._archive.namelist())

    def bytes(self, name: str) -> bytes:
        if name not in self.names:
            raise Damaged(f"{name} is missing")
        with self._archive.open(name) as member:
            content = member.read(MOST_OF_A_MEMBER + 1)
        if len(content) > MOST_OF_A_MEMBER:
            raise Damaged(f"{name} is larger than it says")
        return content

    def tree(self, name: str) -> ET.Element:
        return ET.fromstring(_without_entities(self.bytes(name)))

    def elements(self, name: str, tag: str) -> Iterator[ET.Element]:
        """Those of this tag one by one, each forgotten when the next one comes."""
        content = _without_entities(self.bytes(name))
        path: list[ET.Element] = []
        for event, element in ET.iterparse(io.BytesIO(content), ("start", "end")):
            if event == "start":
                path.append(element)
                continue
            path.pop()
            if element.tag == tag:
                yield element
                if path:
                    path[-1].remove(element)

    def relations(self, name: str) -> dict[str, Relation]:
        """What a member refers to, by the ids that it uses."""
        folder, base = posixpath.split(name)
        where = posixpath.join(folder, "_rels", f"{base}.rels")
        if where not in self.names:
            return {}
        return {str(found.get("Id")): _relation(found, folder) for found in self.tree(where).iter(RELATIONS)}

    def text_of(self, name: str, tag: str) -> str:
        """One fact about the file, such as its title."""
        if name not in self.names:
            return ""
        found = next(self.tree(name).iter(tag), None)
        return " ".join("".join(found.itertext()).split()) if found is not None else ""


def _without_entities(content: bytes) -> bytes:
    """No program declares any in such files, but for one that means harm: they go, and so does their use."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        content = content.decode("utf-16", "replace").encode()
        content = XML_START.sub(b"", content, count=1)
    if not DECLARED.search(content):
        return content
    plain = DOCTYPE.sub(b"", content, count=1)
    if DECLARED.search(plain):
        raise Damaged("it declares entities")
    return ENTITY.sub(b"", plain)


def _relation(found: ET.Element, folder: str) -> Relation:
    kind = str(found.get("Type", "")).rsplit("/", 1)[-1]
    target = str(found.get("Target", ""))
    if found.get("TargetMode") == "External":
        return Relation(kind, target, outside=True)
    return Relation(kind, within(folder, target))


def whole(told: str | None, otherwise: int) -> int:
    """The number that an attribute tells; else the other one, whatever stands there."""
    return int(told) if told and len(told) <= MOST_DIGITS and told.isdecimal() else otherwise


def within(folder: str, target: str) -> str:
    """A member's name as another one in that folder writes it."""
    plain = unquote(target.split("#")[0])
    return posixpath.normpath(plain.lstrip("/") if plain.startswith("/") else posixpath.join(folder, plain))
