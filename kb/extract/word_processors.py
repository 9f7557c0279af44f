"""What word processors call things, whatever format they write: headings, links, pictures. Pure."""

import re

# Word itself says "heading" everywhere; other programs say it in their own language.
HEADING = re.compile(
    r"(?:heading|überschrift|titre|título|titolo|kop|rubrik|overskrift|otsikko|nagłówek|nadpis|címsor|başlık|"
    r"заголовок|επικεφαλίδα|标题|標題|見出し|제목)\s?(\d)", re.I,
)  # fmt: skip
TITLE = "title"
HYPERLINK = re.compile(r'\s*HYPERLINK\s+(?:"([^"]{1,2000})|([^"\s\\]\S{0,1999}))')
# Of a picture that its author said nothing of.
BY_MACHINE = re.compile(
    r"(?:description|beschreibung|beschrijving) automati|gegenereerde |descri\w{1,9} g\w{1,9} autom",
    re.I,
)


def heading_level(style: str) -> int:
    """Of the heading that a style of this name makes, from 1; 0: of none. Other names may follow a comma."""
    name = style.split(",")[0].strip().rstrip(";").strip()
    if found := HEADING.fullmatch(name):
        return int(found[1])
    return int(name.lower() == TITLE)


def address(field: str) -> str:
    """Where a field leads that is told as words; nowhere is \"\"."""
    found = HYPERLINK.match(field)
    return (found[1] or found[2]) if found else ""


def described(said: str) -> str:
    """What an author says that a picture shows, in one line; what a program made of it says nothing."""
    return "" if BY_MACHINE.search(said) else " ".join(said.split())
