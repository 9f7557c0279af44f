"""docs/operations.md describes each setting that config/settings.py reads, no other; links lead somewhere."""

import re
from pathlib import Path

from tests.environment import settings_read

ROOT = Path(__file__).resolve().parent.parent.parent
LINK = re.compile(r"\]\(([^)\s]+)")
OPERATIONS = (ROOT / "docs" / "operations.md").read_text()


def documented() -> dict[str, str]:
    """The rows of the settings tables: name and the rest of the line."""
    return dict(re.findall(r"^\| `([A-Z_]+)` \|(.*)\|$", OPERATIONS, re.MULTILINE))


def test_each_setting_has_a_line_and_each_line_a_setting() -> None:
    assert set(documented()) == settings_read()


def test_each_line_says_the_default_and_what_it_does() -> None:
    for name, line in documented().items():
        default, meaning = line.split("|", 1)
        assert default.strip(), name
        assert len(meaning.strip()) > 15, name


def test_each_relative_link_leads_to_a_file() -> None:
    pages = [ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").rglob("*.md")]
    links = [(page, link) for page in pages for link in LINK.findall(page.read_text())]
    assert len(links) > 5
    assert not [
        f"{page.relative_to(ROOT)}: {link}"
        for page, link in links
        if not re.match("[a-z]+:|#", link) and not (page.parent / link.partition("#")[0]).exists()
    ]


def test_no_setting_is_read_anywhere_else() -> None:
    # One page tells an operator everything.
    found = [
        str(path.relative_to(ROOT))
        for folder in ("kb", "llm", "support")
        for path in (ROOT / folder).rglob("*.py")
        if re.search(r"""\benviron(\.get\(|\["\w+"\](?! = ))|\bgetenv\(|\benviron\.Env\b""", path.read_text())
    ]
    assert not found


def test_each_limit_is_told_with_a_test_that_there_is() -> None:
    named = set(re.findall(r"^\|.*\| `(test_\w+)` \|$", OPERATIONS, re.MULTILINE))
    known = {
        name
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(r"^def (test_\w+)", path.read_text(), re.MULTILINE)
    }
    assert len(named) > 20
    assert not named - known
