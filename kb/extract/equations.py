"""Write a Word document's equations in one line, as people type them: a^2, (a+b)/2, √(x). Pure."""

import xml.etree.ElementTree as ET

M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
DEEPEST = 30
# What stands between the parts of one; each part is an element of its own.
BETWEEN = {"f": "/", "sSup": "^", "sSub": "_", "rad": "√", "func": " "}
PARTS = {
    "f": ("num", "den"), "sSup": ("e", "sup"), "sSub": ("e", "sub"), "rad": ("deg", "e"),
    "func": ("fName", "e"),
}  # fmt: skip


def written(element: ET.Element, deep: int = 0) -> str:
    """What an equation, or a part of one, says."""
    if deep > DEEPEST:
        return ""
    name = element.tag.removeprefix(M)
    if name == "t":
        return element.text or ""
    if name in PARTS:
        found = (element.find(f"{M}{part}") for part in PARTS[name])
        said = [_grouped(written(part, deep + 1)) if part is not None else "" for part in found]
        return BETWEEN[name].join(said)
    inner = "".join(written(part, deep + 1) for part in element)
    return f"({inner})" if name == "d" else inner


def _grouped(said: str) -> str:
    return said if len(said) < 2 or said.isalnum() or said.startswith("(") else f"({said})"
