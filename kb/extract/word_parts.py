"""The parts of a Word file: their XML in one namespace, and the styles that its paragraphs and words have."""

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import dataclass

from kb.extract.package import Package, whole

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
STRICT = "{http://purl.oclc.org/ooxml/wordprocessingml/main}"
R, STRICT_R = (
    f"{{http://{where}/officeDocument/{more}relationships}}"
    for where, more in (("schemas.openxmlformats.org", "2006/"), ("purl.oclc.org/ooxml", ""))
)
STYLES = "word/styles.xml"
NO_LEVEL = 9  # what Word writes for body text
MOST = 100  # of what a file counts: columns, levels
OLDEST = 20  # of a style's parents

# A list's id and the level in it, each where it is told.
Numbered = tuple[str, int | None]


def tree(package: Package, name: str) -> ET.Element:
    """One part. What was saved as “strict” says the same in another namespace."""
    found = package.tree(name)
    if found.tag.startswith(STRICT):
        for element in found.iter():
            element.tag = element.tag.replace(STRICT, W)
            for key in [key for key in element.attrib if key.startswith((STRICT, STRICT_R))]:
                usual = key.replace(STRICT, W).replace(STRICT_R, R)
                element.attrib[usual] = element.attrib.pop(key)
    return found


@dataclass(frozen=True)
class Style:
    id: str = ""
    name: str = ""
    based_on: str = ""
    level: int | None = None
    numbered: Numbered | None = None
    hidden: bool | None = None


class Styles:
    def __init__(self, package: Package) -> None:
        self._known: dict[str, Style] = {}
        self.language = ""
        if STYLES in package.names:
            written = tree(package, STYLES)
            self._known = {style.id: style for style in map(_style, written.iter(f"{W}style"))}
            found = written.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr/{W}lang")
            self.language = found.get(f"{W}val", "") if found is not None else ""

    def get(self, name: str) -> Style | None:
        return self._known.get(name)

    def lineage(self, name: str) -> Iterator[Style]:
        """A style, and those that it is based on."""
        for _ in range(OLDEST):
            style = self._known.get(name)
            if style is None:
                return
            yield style
            name = style.based_on

    def hides(self, name: str, *, otherwise: bool) -> bool:
        told = (one.hidden for one in self.lineage(name))
        return next((hidden for hidden in told if hidden is not None), otherwise)


def told(element: ET.Element, path: str) -> str:
    """What the element there says, or nothing."""
    found = element.find("/".join(f"{W}{name}" for name in path.split("/")))
    return found.get(f"{W}val", "") if found is not None else ""


def told_on(properties: ET.Element, name: str) -> bool | None:
    """None: it says nothing of that."""
    found = properties.find(f"{W}{name}")
    return None if found is None else found.get(f"{W}val", "1") not in ("0", "false", "off")


def number(element: ET.Element | None, otherwise: int) -> int:
    says = element.get(f"{W}val") if element is not None else None
    return min(whole(says, otherwise), MOST)


def numbered(properties: ET.Element) -> Numbered | None:
    found = properties.find(f"{W}numPr")
    if found is None:
        return None
    level = found.find(f"{W}ilvl")
    return told(found, "numId"), None if level is None else number(level, 0)


def _style(written: ET.Element) -> Style:
    properties, looks = written.find(f"{W}pPr"), written.find(f"{W}rPr")
    level = properties.find(f"{W}outlineLvl") if properties is not None else None
    return Style(
        id=written.get(f"{W}styleId", ""),
        name=told(written, "name"),
        based_on=told(written, "basedOn"),
        level=number(level, NO_LEVEL) if level is not None else None,
        numbered=numbered(properties) if properties is not None else None,
        hidden=told_on(looks, "vanish") if looks is not None else None,
    )
