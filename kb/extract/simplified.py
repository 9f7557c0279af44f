"""Make HTML simpler: no furniture, accordions as headings, cells over several rows in each. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

TAG = re.compile(
    r"<(/?)([a-zA-Z][a-zA-Z0-9-]{0,30})((?:\s(?:[^<>\"']++|\"[^\"]{0,2000}+\"|'[^']{0,2000}+'){0,300}+)?/?)>"
)
ATTRIBUTE = re.compile(r"([^\s\"'<>/=]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+)))?")
# What stands in these is no markup.
RAW = {"script", "style", "textarea", "noscript", "template"}
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
# What surrounds an article, by what it says it is.
FURNITURE_ROLES = {
    "navigation", "banner", "contentinfo", "search", "complementary", "dialog",
    "alertdialog", "menu", "menubar",
}  # fmt: skip
FURNITURE_NAMES = re.compile(
    r"(?i)(?:^|[\s_-])(?:cookies?(?:[_-]?(?:banner|consent|notice|bar|policy[_-]?banner|popup|law|message))|"
    r"cc-(?:window|banner)|consent[_-]?(?:banner|manager|popup)|gdpr(?:[_-]\w+)?|onetrust(?:[_-]\S+)?|cookiebot\S*|"
    r"breadcrumbs?|skip[_-]?(?:link|nav|to[_-]?content)|nav(?:bar|igation)?|site[_-]?nav|main[_-]?nav|"
    r"side[_-]?bar|site[_-]?(?:header|footer)|page[_-]?footer|global[_-]?(?:header|footer)|footer|"
    r"share[_-]?(?:buttons?|links?|bar)|social[_-]?(?:links?|share|media|icons?)|"
    r"article[_-]?(?:votes?|feedback|relatives)|related[_-]?(?:articles?|posts?|links?)|recently[_-]?viewed(?:[_-]\w+)?|"
    r"was[_-]?this[_-]?helpful|feedback[_-]?(?:form|widget)|newsletter(?:[_-]\w+)?|pagination|advert(?:isement)?s?)"
    r"(?:$|[\s])"
)
# These may be anything's name, and are the page's whole frame at times.
FRAMES = {"html", "body", "main", "article", "h1", "h2", "h3", "h4", "h5", "h6"}
HEADING = re.compile(r"h[1-6]")
# In these a heading would be out of place.
TIGHT = {"li", "td", "th", "dt", "dd", "p", "h1", "h2", "h3", "h4", "h5", "h6", "a"}


def without_furniture(source: str) -> str:
    """The page without navigation, banners and what else its elements say is not the article."""
    kept, at, skipped, depth = [], 0, "", 0
    for tag in _tags(source):
        if skipped:
            if tag.name == skipped:
                depth += -1 if tag.closes else 1
            if not depth:
                skipped, at = "", tag.end
        elif not tag.closes and tag.name not in VOID and tag.name not in FRAMES and _is_furniture(tag):
            kept.append(source[at : tag.start])
            skipped, depth, at = tag.name, 1, tag.start
    # What is never closed was hardly meant to hold the rest of the page.
    return "".join([*kept, source[at:]])


HIDDEN = re.compile(r"hidden|display\s*:\s*none", re.I)
HIDING_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
# On wider screens, or when something is done: `md:block`.
SHOWN_AT_TIMES = re.compile(r":(?:block|flex|grid|inline|table|contents|list-item|flow-root)")
# What hides until it is asked for: the page's own words say so.
UNFOLDS = re.compile(
    r"accordion|collaps|toggle|tab|panel|faq|answer|content|body|drop|expand|details|modal|step|region", re.I
)
CONTROLS = re.compile(
    r"(?:aria-controls|aria-owns|data-(?:bs-)?target|href)\s*=\s*[\"']?#?([\w:. -]{1,300})", re.I
)
AFTER_SWITCH = re.compile(r"</(?:button|summary|a|dt)>\s*(?:</(?:h[1-6]|div|dt)>\s*)?$", re.I)


def without_hidden(source: str) -> str:
    """The page without what its readers never see; what unfolds when they ask for it stays."""
    if not HIDDEN.search(source):
        return source
    controlled = {name for told in CONTROLS.findall(source) for name in told.split()}
    kept, at, skipped, depth = [], 0, "", 0
    for tag in _tags(source):
        if skipped:
            depth += (-1 if tag.closes else 1) if tag.name == skipped else 0
            if not depth:
                skipped, at = "", tag.end
        elif _is_hidden(tag, controlled, source):
            kept.append(source[at : tag.start])
            skipped, depth, at = tag.name, 1, tag.start
    return "".join([*kept, source[at:]])


def _is_hidden(tag: _Tag, controlled: set[str], source: str) -> bool:
    if tag.closes or tag.name in VOID or tag.name in FRAMES or not HIDDEN.search(tag.attributes):
        return False
    told = tag.told()
    if not _hides(told):
        return False
    names = " ".join(told.get(name, "") for name in ("class", "id", "role"))
    if told.get("id") in controlled or UNFOLDS.search(names[:1000]):
        return False
    return tag.name in ("i", "span", "b", "em") or not AFTER_SWITCH.search(
        source[max(tag.start - 200, 0) : tag.start]
    )


def _hides(told: dict[str, str]) -> bool:
    """By an attribute that does so; what others say of hidden things hides nothing."""
    classes = told.get("class", "")
    return (
        not told.get("hidden", "until").lower().startswith("until")
        or told.get("aria-hidden", "").strip().lower() == "true"
        or bool(HIDING_STYLE.search(told.get("style", "")[:1000]))
        or ("hidden" in classes.lower().split() and not SHOWN_AT_TIMES.search(classes))
    )


TAB_LIST = re.compile(r"(?i)\brole\s*=\s*[\"']?tablist\b")
MARKUP = re.compile(r"<[^<>]{0,2000}+>")


def with_named_panels(source: str) -> str:
    """What stands behind a tab stands under the tab's words, as a heading; the row of tabs goes."""
    if not TAB_LIST.search(source):
        return source
    tabs = _Tabs(source)
    names = tabs.names()
    if len(names) != len(tabs.panels):
        return source
    changes = [(start, end, "") for start, end in tabs.rows]
    changes += [
        (at, at, f"<h{level}>{name}</h{level}>")
        for (at, level, _), name in zip(tabs.panels, names, strict=True)
    ]
    kept, at = [], 0
    for start, end, put_in in sorted(changes):
        kept += [source[at:start], put_in]
        at = max(end, at)
    return "".join([*kept, source[at:]])


class _Tabs:
    """A page's rows of tabs, and the panels that they show one of."""

    def __init__(self, source: str) -> None:
        self.rows: list[tuple[int, int]] = []
        self.panels: list[tuple[int, int, str]] = []  # where it begins, its heading's level, its id
        self._labels: list[tuple[str, str]] = []  # what a tab says, and which panel it shows
        self._row: tuple[str, int, int] | None = None  # what holds the tabs, where, and how deep we are in it
        self._tab: _Tag | None = None
        level = 1
        for tag in _tags(source):
            role = "" if tag.closes else tag.told().get("role", "").lower()
            if HEADING.fullmatch(tag.name):
                level = int(tag.name[1])
            if role == "tab":
                self._tab = tag
            elif role == "tabpanel":
                self.panels.append((tag.end, min(level + 1, 6), tag.told().get("id", "")))
            elif self._tab and tag.closes and tag.name == self._tab.name:
                self._end_tab(source, self._tab, tag)
            self._follow_row(tag, role)

    def _follow_row(self, tag: _Tag, role: str) -> None:
        if self._row is None:
            self._row = (tag.name, tag.start, 1) if role == "tablist" else None
            return
        name, start, depth = self._row
        if tag.name == name:
            depth += -1 if tag.closes else 1
        self._row = (name, start, depth) if depth else None
        if not depth:
            self.rows.append((start, tag.end))

    def _end_tab(self, source: str, tab: _Tag, closing: _Tag) -> None:
        self._tab = None
        told = tab.told()
        shows = told.get("aria-controls") or told.get("href", "").removeprefix("#")
        words = " ".join(MARKUP.sub(" ", source[tab.end : closing.start]).split())
        self._labels.append((words, shows))

    def names(self) -> list[str]:
        """Of the panels, by what the tabs say that they show, else in their order."""
        known = {shows: words for words, shows in self._labels if shows}
        told = [known[name] for _, _, name in self.panels if name in known]
        return told if len(told) == len(self.panels) else [words for words, _ in self._labels]


def with_plain_blocks(source: str) -> str:
    """Accordions and definition lists as headings and lists, which every later step understands."""
    source = with_named_panels(source)
    return _Blocks(source).text() if WORTH_IT.search(source) else source


WORTH_IT = re.compile(r"(?i)<(?:summary|dl)[\s>]|aria-expanded|<(?:\w+)[^<>]{1,300}accordion")


@dataclass(frozen=True)
class _Tag:
    name: str
    closes: bool
    attributes: str
    start: int
    end: int

    def told(self) -> dict[str, str]:
        found = ATTRIBUTE.findall(self.attributes)
        return {name.lower(): double or single or bare for name, double, single, bare in found}


def _tags(source: str) -> Iterator[_Tag]:
    """The tags in order, without those in comments, scripts and the like."""
    at, lower = 0, source.lower()
    while found := TAG.search(source, at):
        comment = source.find("<!--", at, found.start())
        if comment >= 0:
            closed = source.find("-->", comment + 4)
            at = closed + 3 if closed >= 0 else len(source)
            continue
        tag = _Tag(found[2].lower(), bool(found[1]), found[3], found.start(), found.end())
        at = found.end()
        yield tag
        if tag.name in RAW and not tag.closes:
            closed = lower.find(f"</{tag.name}", at)
            at = closed if closed >= 0 else len(source)


def _is_furniture(tag: _Tag) -> bool:
    if not tag.attributes.strip():
        return False
    told = tag.told()
    if told.get("role", "").lower() in FURNITURE_ROLES:
        return True
    return any(FURNITURE_NAMES.search(told.get(name, "")[:500]) for name in ("class", "id"))


@dataclass
class _Blocks:
    source: str
    out: list[str] = field(default_factory=list)
    level: int = 1  # of the last heading
    open: list[str] = field(default_factory=list)
    ends: dict[int, str] = field(default_factory=dict)  # what closes an accordion's heading, by its depth
    lists: list[str] = field(default_factory=list)  # what stands open in each definition list

    def text(self) -> str:
        at = 0
        for tag in _tags(self.source):
            self.out.append(self.source[at : tag.start])
            at = tag.end
            self.out.append(self._written(tag))
        return "".join([*self.out, self.source[at:]])

    def _written(self, tag: _Tag) -> str:
        own = self.source[tag.start : tag.end]
        if tag.name in VOID:
            return own
        if tag.closes:
            return self._closed(tag, own)
        if HEADING.fullmatch(tag.name):
            self.level = int(tag.name[1])
        written = self._item(tag, own) or self._opened(tag, own)
        self.open.append(tag.name)
        return written

    def _opened(self, tag: _Tag, own: str) -> str:
        """What unfolds something is that thing's heading."""
        unfolds = tag.name == "summary" or (
            tag.name in ("button", "div", "span") and "aria-expanded" in tag.attributes
        )
        if not unfolds or TIGHT.intersection(self.open):
            return own
        within = max(self.open.count("details"), 1) if tag.name == "summary" else 1
        level = min(self.level + within, 6)
        self.ends[len(self.open)] = f"</h{level}>"
        return f"<h{level}>"

    def _closed(self, tag: _Tag, own: str) -> str:
        while self.open and tag.name in self.open and self.open[-1] != tag.name:
            self.ends.pop(len(self.open) - 1, None)
            self.open.pop()
        if not self.open or self.open[-1] != tag.name:
            return own
        self.open.pop()
        if tag.name in ("dt", "dd") and self.lists:
            was_open = self.lists[-1] == "dt"
            self.lists[-1] = "term" if tag.name == "dt" else self.lists[-1]
            return "</strong>: " if tag.name == "dt" and was_open else ""
        if tag.name == "dl" and self.lists:
            last = self.lists.pop()
            return ("</strong>" if last == "dt" else "") + ("</li>" if last else "") + "</ul>"
        return self.ends.pop(len(self.open), own)

    def _item(self, tag: _Tag, own: str) -> str:
        """A term and what is said of it are one item."""
        if tag.name == "dl":
            self.lists.append("")
            return "<ul>"
        if tag.name not in ("dt", "dd") or not self.lists:
            return ""
        before, self.lists[-1] = self.lists[-1], tag.name
        # A term, and what is said of it, may end where the next one begins.
        ended = "</strong>: " if before == "dt" else ""
        if tag.name == "dt":
            if before in ("dt", "term"):
                return "</strong>, <strong>" if ended else "<strong>"
            return ("</li>" if before else "") + "<li><strong>"
        return ended or ("<br>" if before == "dd" else " " if before else "<li>")


LAYOUT = re.compile(r"<(/?)(table|thead|tbody|tfoot|tr|td|th|h[1-6])(?=[ >])[^<>]{0,200}>")


def without_layout(cleaned: str) -> str:
    """Cleaned HTML in which tables that hold headings or tables, as old pages place things, are none."""
    if "<table" not in cleaned:
        return cleaned
    tags = list(LAYOUT.finditer(cleaned))
    places, kept, at = _of_layout(tags), [], 0
    for tag in (tag for tag in tags if tag.start() in places):
        kept += [cleaned[at : tag.start()], f"<{tag[1]}div>"]
        at = tag.end()
    return "".join([*kept, cleaned[at:]])


def _of_layout(tags: list[re.Match[str]]) -> set[int]:
    """Where the tags of such tables stand."""
    found: set[int] = set()
    open_tables: list[tuple[list[int], list[bool]]] = []  # its tags, and whether it places things
    for tag in tags:
        closes, name = bool(tag[1]), tag[2]
        if name == "table" and not closes:
            if open_tables:
                open_tables[-1][1].append(True)
            open_tables.append(([], []))
        if not open_tables:
            continue
        if name.startswith("h") and name[1:].isdigit():
            open_tables[-1][1].append(True)
            continue
        open_tables[-1][0].append(tag.start())
        if name == "table" and closes:
            own, places = open_tables.pop()
            found.update(own if places else ())
    return found


CELL = re.compile(r"<(td|th)((?: [a-z]+=\"[^\"]{0,20}\")*)>(.*?)</\1>", re.S)
SPAN = re.compile(r"(colspan|rowspan)=\"(\d{1,4})\"")
TABLE = re.compile(r"<table>((?:(?!<table>).)*?)</table>", re.S)
ROW = re.compile(r"<tr>(.*?)</tr>", re.S)
MOST_COLUMNS = 200


def spelled_out(cleaned: str) -> str:
    """Cleaned HTML whose cells over several rows stand in each of them, so that each row says all."""
    if 'span="' not in cleaned:
        return cleaned
    return TABLE.sub(lambda table: _without_spans(table[0]) if 'span="' in table[0] else table[0], cleaned)


def _without_spans(table: str) -> str:
    going_on: dict[int, tuple[int, str]] = {}  # by column: how many rows more, and the cell
    return ROW.sub(lambda row: f"<tr>{''.join(_cells(row[1], going_on))}</tr>", table)


def _cells(row: str, going_on: dict[int, tuple[int, str]]) -> list[str]:
    made: list[str] = []
    found = list(CELL.finditer(row))
    for cell in found:
        _carry_on(made, going_on)
        spans = {name: int(number) for name, number in SPAN.findall(cell[2])}
        plain = f"<{cell[1]}>{cell[3]}</{cell[1]}>"
        # What goes over the whole row is said once.
        empty = f"<{cell[1]}></{cell[1]}>"
        for copy in range(min(max(spans.get("colspan", 1), 1), MOST_COLUMNS - len(made))):
            shown = plain if not copy or len(found) > 1 else empty
            if spans.get("rowspan", 1) > 1:
                going_on[len(made)] = spans["rowspan"] - 1, shown
            made.append(shown)
    _carry_on(made, going_on)
    return made


def _carry_on(made: list[str], going_on: dict[int, tuple[int, str]]) -> None:
    while len(made) in going_on and len(made) < MOST_COLUMNS:
        left, cell = going_on.pop(len(made))
        if left > 1:
            going_on[len(made)] = left - 1, cell
        made.append(cell)
