"""Show a revision's Markdown as HTML that can't do anything, with a mark where each passage begins. Pure.

HTML in the text is shown as text; pictures that are kept here are shown, others are named and not fetched;
links lead only to web and mail addresses.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from html import escape
from itertools import islice, takewhile

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

TAGS = {
    *("h1", "h2", "h3", "h4", "h5", "h6", "p", "ul", "ol", "li", "blockquote", "pre", "code", "hr", "br"),
    *("strong", "em", "s", "a", "span", "div", "table", "thead", "tbody", "tr", "th", "td"),
    "img",
}
ATTRIBUTES = {
    "*": {"id", "data-passages"},
    "a": {"href", "title"},
    "ol": {"start"},
    "div": {"class", "role", "tabindex", "aria-label"},
    "img": {"src", "alt", "loading"},
}
# Where a kept picture is served (kb.images.address); anything else would be fetched from elsewhere.
PICTURE = re.compile(r"/images/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# A wide table scrolls by itself, also with the keys.
TABLE_START = '<div class="table-scroll" role="group" tabindex="0" aria-label="Table">'
DEEPEST_HEADING = 6


@dataclass(frozen=True)
class Stretch:
    """Where a passage stands in the text."""

    passage: int
    start: int
    end: int


def render(text: str, title: str, stretches: Sequence[Stretch] = ()) -> SafeString:
    """Top-level blocks carry the numbers of the passages in them; `#passage-<n>` is where passage n begins.

    A first heading that only repeats the title is left out, as the page shows the title itself.
    """
    tokens = _with_steps(_without_title(_MARKDOWN.parse(text), title))
    _unname_empty_headers(tokens)
    marked = list(_with_marks(tokens, _lines(text, stretches)))
    html = _MARKDOWN.renderer.render(marked, _MARKDOWN.options, {})
    # Everything in it was escaped or made by us; this is the second lock on the door.
    return mark_safe(_clean(html))


def _without_title(tokens: list[Token], title: str) -> list[Token]:
    repeats = (
        len(tokens) > 2 and tokens[0].type == "heading_open" and tokens[1].content.strip() == title.strip()
    )
    return tokens[3:] if repeats else tokens


def _with_steps(tokens: list[Token]) -> list[Token]:
    """The page's own heading is the first; below it no level is left out."""
    above: list[str] = []
    for token in tokens:
        if token.type == "heading_open":
            above = [*(tag for tag in above if tag < token.tag), token.tag]
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(len(above) + 1, DEEPEST_HEADING)}"
    return tokens


def _unname_empty_headers(tokens: list[Token]) -> None:
    """The empty corner of a table heads nothing."""
    for opened, content, closed in zip(tokens, tokens[1:], tokens[2:], strict=False):
        if opened.type == "th_open" and not content.content.strip():
            opened.tag = closed.tag = "td"


def _lines(text: str, stretches: Sequence[Stretch]) -> list[Stretch]:
    """From characters to lines, half open, as the parser counts them."""
    ends = [at for at, sign in enumerate(text) if sign == "\n"]
    return [
        Stretch(it.passage, bisect_left(ends, it.start), bisect_left(ends, max(it.start, it.end - 1)) + 1)
        for it in sorted(stretches, key=lambda it: it.start)
    ]


def _with_marks(tokens: list[Token], lines: list[Stretch]) -> Iterator[Token]:
    begun: set[int] = set()
    ends = [it.end for it in lines]
    for token in tokens:
        if token.level == 0 and token.map and token.nesting >= 0:
            after = islice(lines, bisect_right(ends, token.map[0]), None)
            inside = [it.passage for it in takewhile(partial(_begins_before, token.map[1]), after)]
            if inside:
                token.attrSet("data-passages", " ".join(map(str, inside)))
            yield from _anchors([number for number in inside if number not in begun])
            begun.update(inside)
        yield token


def _begins_before(line: int, stretch: Stretch) -> bool:
    return stretch.start < line


def _anchors(numbers: list[int]) -> Iterator[Token]:
    for number in numbers:
        yield Token("html_block", "", 0, content=f'<span id="passage-{number}"></span>')


def _clean(html: str) -> str:
    return nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        attribute_filter=_known_addresses_only,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )


def _known_addresses_only(tag: str, attribute: str, value: str) -> str | None:
    """A relative link of an article would lead to a page of the desk."""
    if (tag, attribute) == ("img", "src") and not PICTURE.fullmatch(value):
        return None
    if (tag, attribute) == ("a", "href") and not value.lower().startswith(("http:", "https:", "mailto:")):
        return None
    return value


def _markdown() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    parser.add_render_rule("image", _picture)
    parser.add_render_rule("table_open", _table_start)
    parser.add_render_rule("table_close", _table_end)
    return parser


def _picture(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    name, address = tokens[index].content, str(tokens[index].attrGet("src") or "")
    if PICTURE.fullmatch(address):
        return f'<img src="{address}" alt="{escape(name)}" loading="lazy">'
    return f"<em>{escape(name)}</em>" if name else ""


def _table_start(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    return TABLE_START + renderer.renderToken(tokens, index, options, env)


def _table_end(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    return renderer.renderToken(tokens, index, options, env) + "</div>"


_MARKDOWN: MarkdownIt = _markdown()
