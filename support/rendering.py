"""Show a draft or a reply: a strict subset of Markdown that can fetch, run and lead to nothing. Pure.

Paragraphs, line breaks, lists, emphasis and inline code. A link leads to a cited document or an allowed host;
any other, and every picture, is its words and its address, and so is a link whose words name another address
than its own. All else is text as it was written.
"""

import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

# Stretches are told apart by characters that stand in no reply; the parser takes them for punctuation, so
# that emphasis and lists begin and end as they would without them.
BEGIN, END = "\U00012470", "\U00012471"
BORDER = re.compile(f"{BEGIN}(\\d+){BEGIN}|{END}(\\d+){END}")
# Marks that turn the direction of what follows, and could make an address read as another.
TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
# Letters that fonts show as nothing.
BLANK_LETTERS = "\u115f\u1160\u2800\u3164\uffa0"
ADDRESS = re.compile(r"https?://[^\s<>\"“”«»（）、。，]+", re.IGNORECASE)
# In a link's words, what its reader takes for where it leads: any host, with what follows it.
NAMED = re.compile(
    r"(?<![\w.-])(?:https?://)?[\w-]+(?:\.[\w-]+)*\.[^\W\d_]{2,}(?![\w-])(?:[/?#:][^\s<>\"“”«»]*)?|https?://\S+",
    re.IGNORECASE,
)
SCHEME = re.compile(r"^https?://(?:www\.)?|^www\.")
ENDS_A_SENTENCE = ".,;:!?'*_`"
HOST = re.compile(r"https://([a-z0-9.-]+)(?::443)?(?:[/?#].*)?", re.DOTALL)
# A backslash stays one, as in a path, unless it stands before a mark that it takes the meaning from.
ESCAPABLE = "*_`["

TAGS = {"p", "br", "ul", "ol", "li", "em", "strong", "code", "a", "span"}
ATTRIBUTES = {"a": {"href"}, "ol": {"start"}, "span": {"data-sentence"}}
NOTHING = SafeString("")


@dataclass(frozen=True)
class Stretch:
    """A part of a text; `after` is HTML of ours that follows a supported one, such as its numbers."""

    text: str
    after: SafeString = NOTHING


def render(text: str, links: Collection[str] = (), hosts: Collection[str] = ()) -> SafeString:
    """`links`: the addresses of the cited documents. `hosts`: whose every https address may be a link."""
    return render_stretches([Stretch(text)], links, hosts)


def render_stretches(
    stretches: Sequence[Stretch], links: Collection[str] = (), hosts: Collection[str] = ()
) -> SafeString:
    """One text in parts. What stands in a supported part is marked with its place in `stretches`."""
    tokens = _MARKDOWN.parse("".join(_bordered(number, one) for number, one in enumerate(stretches)))
    allowed = _Allowed(links, hosts)
    lit: list[str] = []
    for token in tokens:
        if token.type == "inline":
            plain = _only_allowed(token.children or [], allowed)
            token.children = list(_linked(_divided(plain, lit), allowed))
    html = _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {})
    # Everything in it was escaped or made by us; this is the second lock on the door.
    return mark_safe(_with_what_follows(_clean(html), stretches))


def inline(text: str) -> Sequence[Token]:
    """What a paragraph's Markdown comes to, for whoever must read what its reader does."""
    return [child for token in _MARKDOWN.parseInline(text) for child in token.children or []]


def shows_something(text: str) -> bool:
    """A reader sees at least one letter, digit or sign."""
    return any(
        unicodedata.category(sign)[0] in "LNPS" and sign not in BLANK_LETTERS
        for token in _MARKDOWN.parse(text)
        for part in token.children or []
        for sign in part.content
    )


def without_turning(text: str) -> str:
    """What is read in the order in which it is written: U+202E and "05" would be read as 50."""
    return TURNING.sub("", text)


class _Allowed:
    """Which addresses may be links."""

    def __init__(self, links: Collection[str], hosts: Collection[str]) -> None:
        self._links = {_MARKDOWN.normalizeLink(link) for link in links}
        self._hosts = {host.strip().lower() for host in hosts}

    def __contains__(self, address: object) -> bool:
        address = str(address)
        if address in self._links and address.startswith(("https://", "http://")):
            return True
        found = HOST.fullmatch(address)
        return found is not None and found[1] in self._hosts


def _bordered(number: int, stretch: Stretch) -> str:
    text = without_turning(stretch.text.replace(BEGIN, "").replace(END, ""))
    return f"{BEGIN}{number}{BEGIN}{text}{END}{number}{END}" if stretch.after else text


def _only_allowed(tokens: Sequence[Token], allowed: _Allowed) -> Iterator[Token]:
    """Without pictures and the other links; their addresses stand there to be read."""
    opened: list[_Opened] = []
    for token in tokens:
        if token.type == "link_open":
            opened.append(_Opened(str(token.attrGet("href") or "")))
            if opened[-1].address not in allowed:
                continue
            token.attrs = {"href": opened[-1].address}
        elif token.type == "link_close":
            closed = opened.pop()
            if closed.address in allowed:
                yield token
                if not closed.names_another():
                    continue
            token = _text(f" ({closed.address})")
        elif token.type == "image":
            token = _text(f"{token.content} ({token.attrGet('src')})")
        for link in opened:
            link.words += token.content
        yield token


@dataclass
class _Opened:
    """A link whose end is yet to come, and the words in it so far."""

    address: str
    words: str = ""

    def names_another(self) -> bool:
        """Its words hold an address that is not where it leads, nor the beginning of that."""
        leads_to = _bare(self.address)
        named = (_bare(found[0]) for found in NAMED.finditer(_seen(self.words)))
        return not all(f"{leads_to}/".startswith((f"{one}/", f"{one}?", f"{one}#")) for one in named)


def _bare(address: str) -> str:
    """Without what a reader overlooks."""
    return SCHEME.sub("", address.casefold()).rstrip("/" + ENDS_A_SENTENCE)


def _seen(words: str) -> str:
    plain = unicodedata.normalize("NFKC", BORDER.sub("", words)).replace("。", ".")
    return "".join(sign for sign in plain if unicodedata.category(sign) not in ("Cf", "Mn"))


def _divided(tokens: Iterator[Token], lit: list[str]) -> Iterator[Token]:
    """Cut at the borders; `lit` is the supported stretch that has begun, also in the paragraph before."""
    for token in tokens:
        if token.type not in ("text", "code_inline"):
            yield token
            continue
        place = 0
        for border in BORDER.finditer(token.content):
            yield from _leaf(token, token.content[place : border.start()], lit)
            place = border.end()
            if border[1] is not None:
                lit[:] = [border[1]]
            else:
                lit.clear()
                yield _text(border[0])
        yield from _leaf(token, token.content[place:], lit)


def _leaf(token: Token, content: str, lit: list[str]) -> Iterator[Token]:
    if not content:
        return
    if lit:
        yield _html(f'<span class="cited" data-sentence="{int(lit[0])}">')
    yield Token(token.type, token.tag, 0, content=content, markup=token.markup)
    if lit:
        yield _html("</span>")


def _linked(tokens: Iterator[Token], allowed: _Allowed) -> Iterator[Token]:
    """An allowed address that stands in the text as it is becomes a link, too."""
    inside = 0
    for token in tokens:
        inside += token.nesting if token.type in ("link_open", "link_close") else 0
        if inside or token.type != "text":
            yield token
            continue
        place = 0
        for found in ADDRESS.finditer(token.content):
            address = found[0].rstrip(ENDS_A_SENTENCE)
            if ")" in address and "(" not in address:
                address = address.partition(")")[0]
            if _MARKDOWN.normalizeLink(address) not in allowed:
                continue
            yield _text(token.content[place : found.start()])
            yield Token("link_open", "a", 1, attrs={"href": _MARKDOWN.normalizeLink(address)})
            yield _text(address)
            yield Token("link_close", "a", -1)
            place = found.start() + len(address)
        yield _text(token.content[place:])


def _with_what_follows(html: str, stretches: Sequence[Stretch]) -> str:
    """What belongs behind a stretch whose border was lost, such as in an address, stands at the end."""
    placed: set[int] = set()

    def after(border: re.Match[str]) -> str:
        number = int(border[2]) if border[2] else -1
        if number not in range(len(stretches)) or number in placed:
            return ""
        placed.add(number)
        return stretches[number].after

    html = BORDER.sub(after, html)
    return html + "".join(one.after for number, one in enumerate(stretches) if number not in placed)


def _clean(html: str) -> str:
    return nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        tag_attribute_values={"span": {"class": {"cited"}}},
        # In a frame of the widget's, a link must not take the conversation's place.
        set_tag_attribute_values={"a": {"target": "_blank"}},
        url_schemes={"http", "https"},
        link_rel="noopener noreferrer nofollow",
    )


def _text(content: str) -> Token:
    return Token("text", "", 0, content=content)


def _html(content: str) -> Token:
    return Token("html_inline", "", 0, content=content)


def _escape(state: StateInline, silent: bool) -> bool:
    sign = state.src[state.pos + 1 : state.pos + 2]
    if state.src[state.pos] != "\\" or not sign or sign not in ESCAPABLE:
        return False
    if not silent:
        state.pending += sign
    state.pos += 2
    return True


def _markdown() -> MarkdownIt:
    parser = MarkdownIt("zero", {"html": False, "breaks": True})
    # Without "hr", a line of dashes would be lists in lists.
    parser.enable(["list", "hr", "newline", "backticks", "emphasis", "link", "image"])
    parser.inline.ruler.before("backticks", "escape_marks", _escape)
    parser.add_render_rule("hr", _line_of_marks)
    parser.normalizeLink = _normalized(parser)  # type: ignore[method-assign,assignment]
    return parser


def _line_of_marks(
    renderer: RendererHTML, tokens: Sequence[Token], index: int, options: OptionsDict, env: EnvType
) -> str:
    return f"<p>{tokens[index].markup[:3]}</p>\n"


def _normalized(parser: MarkdownIt) -> Callable[[str], str]:
    """A border within an address is none of it."""
    normalize = parser.normalizeLink
    return lambda url: normalize(BORDER.sub("", url))


_MARKDOWN: MarkdownIt = _markdown()
