"""Take out of Markdown what only a site's builder understands: MDX, admonitions, shortcodes. Pure."""

import re
import textwrap
from bisect import bisect
from collections import defaultdict
from collections.abc import Callable, Iterator

# Code is left alone: there, the marks are what the article is about.
CODE = re.compile(r"^(?P<fence>`{3,}|~{3,})[^\n]*\n.*?(?:^(?P=fence)[ \t]*$|\Z)|`[^`\n]+`", re.S | re.M)
MODULE = re.compile(
    r"^(?:import\s[^\n;]{0,500}?['\"][^'\"\n]{1,300}['\"];?|"
    r"export\s(?:const|default|function|let)\b.{0,2000}?)[ \t]*$"
    r"(?:\n(?=[ \t]*\n)|\Z|\n)",
    re.M,
)
# From `import` or `export` at the start of a line to the blank line after it, which ends a module's lines
# unless a bracket stands open.
MODULE_START = re.compile(
    r"^(?:import\b(?=[\s{\"'*])|export\s+(?:const|default|function|let|class|async|\{))", re.M
)
MODULE_END = re.compile(r"\n[ \t]*(?:\n|\Z)|\Z")
LONGEST_MODULE = 20_000
IMPORTED = re.compile(r"[\"'][^\"'\n]{1,300}[\"'];?[ \t]{0,50}\Z")
Opened = tuple[int, int, int]
IS_MDX = re.compile(r"^import\s[^\n;]{0,500}?from\s+['\"][^'\"\n]{1,300}['\"];?[ \t]*$", re.M)
BRACES = r"\{(?:[^{}]|\{(?:[^{}]|\{[^{}]{0,500}\}){0,500}\}){0,1000}\}"
COMMENT_START, COMMENT_END = "{/*", "*/}"
LONGEST_COMMENT = 5000
QUOTED = r"\"[^\"]{0,1000}+\"|'[^']{0,1000}+'"
COMPONENT = re.compile(
    rf"<(/?)([A-Z][A-Za-z0-9.]{{0,60}})((?:\s(?:[^<>{{}}\"'/]++|/(?!>)|{QUOTED}|{BRACES}){{0,100}}+)?)(/?)>"
)
SAID = re.compile(
    r"\b(?:label|title|summary|question|heading|header|name)\s*=\s*\{?(?:\"([^\"]*)\"|'([^']*)')"
)
# What an admonition is called in the builders that have them.
DOCUSAURUS = re.compile(
    r"^[ \t]{0,12}:{3,}[ \t]{0,3}([a-z][a-z-]{2,30})?"
    r"(?:\[([^\]\n]{0,300})\]|[ \t]([^\n{]{1,300}))?[^\n]{0,200}$",
    re.M,
)
GITHUB = re.compile(r"^([ \t]{0,3}>[ \t]?)\[!([A-Za-z]{3,30})\][ \t]*$", re.M)
MKDOCS = re.compile(
    r"^(?P<indent>[ \t]{0,8})(?:!!!|\?\?\?\+?|===)[ \t]+(?P<kind>[a-z][a-z -]{2,40})?[ \t]*"
    r"(?:\"(?P<title>[^\"\n]{0,300})\")?[ \t]*\n"
    r"(?P<body>(?:(?:(?P=indent)(?: {4}|\t)[^\n]*|[ \t]*)(?:\n|\Z))*)",
    re.M,
)
SHORTCODE = re.compile(r"\{\{[<%][ \t]*(/?)[ \t]*([\w./-]{1,60})([^{}]{0,500}?)[%>]\}\}")
NAMES = ("title", "caption", "summary", "name", "label")
BLANK_LINES = re.compile(r"\n[ \t]*\n(?:[ \t]*\n)+")
ANCHOR = re.compile(r"(?<=\S)[ \t]+\{#[\w-]{1,100}\}[ \t]*$", re.M)


def without_builder(text: str, *, is_mdx: bool = False) -> str:
    """Markdown as its reader sees it on the site."""
    if "!!!" in text or "???" in text or "===" in text:
        text = _outside_code(text, lambda part: MKDOCS.sub(_unfolded, part))
    if is_mdx or IS_MDX.search(text):
        text = _outside_code(text, _without_components)
    return _outside_code(text, _without_marks)


def _outside_code(text: str, change: Callable[[str], str]) -> str:
    """Stretches of text between code; code within a line stays in its line."""
    held: list[str] = []

    def hide(code: re.Match[str]) -> str:
        held.append(code[0])
        return f"\x00{len(held) - 1}\x00"

    hidden = CODE.sub(hide, text.replace("\x00", ""))
    changed = change(hidden)
    if changed != hidden:
        changed = BLANK_LINES.sub("\n\n", changed)
    return re.sub("\x00(\\d+)\x00", lambda found: held[int(found[1])], changed)


def _without_components(text: str) -> str:
    text = _without_comments(MODULE.sub("", _without_modules(text)))
    pieces, last = [], 0
    for tag in COMPONENT.finditer(text):
        pieces += [_flat(text[last : tag.start()]), _said_by(tag)]
        last = tag.end()
    return "".join([*pieces, _flat(text[last:]) if pieces else text])


def _without_modules(text: str) -> str:
    """Statements over several lines, as far as their brackets are closed where they seem to end."""
    starts = [found.start() for found in MODULE_START.finditer(text)]
    ends = {found.start(): found.end() for found in MODULE_END.finditer(text)} if starts else {}
    opened = _opened(text, sorted({*starts, *ends}))
    alike: dict[Opened, list[int]] = defaultdict(list)
    for end in ends:
        alike[opened[end]].append(end)
    kept, last = [], 0
    for start in starts:
        closed = alike[opened[start]]
        at = bisect(closed, start)
        if start >= last and at < len(closed) and _is_module(text, start, closed[at]):
            kept.append(text[last:start])
            last = ends[closed[at]]
    return "".join([*kept, text[last:]])


def _without_comments(text: str) -> str:
    """Those that end; each end is looked for once."""
    kept, last, end = [], 0, 0
    start = text.find(COMMENT_START)
    while start >= 0 and end >= 0:
        end = text.find(COMMENT_END, start + len(COMMENT_START)) if end < start + len(COMMENT_START) else end
        is_one = 0 <= end <= start + len(COMMENT_START) + LONGEST_COMMENT
        if is_one:
            kept.append(text[last:start])
            last = end + len(COMMENT_END)
        start = text.find(COMMENT_START, last if is_one else start + 1)
    return "".join([*kept, text[last:]])


def _opened(text: str, places: list[int]) -> dict[int, Opened]:
    """How many brackets of each kind stand open at each place, so that no stretch is counted twice."""
    found: dict[int, Opened] = {}
    last, curly, round_, square = 0, 0, 0, 0
    for place in places:
        part, last = text[last:place], place
        curly += part.count("{") - part.count("}")
        round_ += part.count("(") - part.count(")")
        square += part.count("[") - part.count("]")
        found[place] = curly, round_, square
    return found


def _is_module(text: str, start: int, end: int) -> bool:
    """Else it only looks like one."""
    if end - start > LONGEST_MODULE:
        return False
    return text.startswith("export", start) or IMPORTED.search(text, max(start, end - 400), end) is not None


def _flat(part: str) -> str:
    """What stands in a component is often moved to the right, and is no code for that."""
    if not part.startswith("\n"):
        return part
    return "\n" + textwrap.dedent(part[1:])


def _said_by(tag: re.Match[str]) -> str:
    said = next((double or single for double, single in SAID.findall(tag[3])), "")
    return f"\n\n**{said.strip()}**\n\n" if said.strip() and not tag[1] else "\n" if tag[4] or tag[1] else ""


def _without_marks(text: str) -> str:
    if ":::" in text:
        text = DOCUSAURUS.sub(_headed, text)
    if "[!" in text:
        text = GITHUB.sub(lambda found: f"{found[1]}**{found[2].capitalize()}**  ", text)
    if "{{" in text:
        text = SHORTCODE.sub(_shortcode, text)
    return ANCHOR.sub("", text) if "{#" in text else text


def _headed(found: re.Match[str]) -> str:
    """The end of one, or what it says it is."""
    if not found[1]:
        return ""
    title = (found[2] or found[3] or "").strip() or found[1].replace("-", " ").capitalize()
    return f"\n**{title}**\n"


def _unfolded(found: re.Match[str]) -> str:
    kind = (found["kind"] or "").split()
    title = found["title"] or (kind[0].capitalize() if kind else "")
    if not title or not found["body"].strip():
        return found[0]
    return f"\n**{title}**\n\n{textwrap.dedent(found['body']).rstrip()}\n\n"


def _shortcode(found: re.Match[str]) -> str:
    if found[1]:
        return ""
    said: Iterator[str] = (
        told for name in NAMES for told in re.findall(rf"\b{name}\s*=\s*\"([^\"]{{1,300}})\"", found[3])
    )
    title = next(said, "")
    bare = re.match(r"\s*\"([^\"]{1,300})\"", found[3])
    if not title and bare and found[2] in ("tab", "details", "expand"):
        title = bare[1]
    return f"**{title}**" if title else ""
