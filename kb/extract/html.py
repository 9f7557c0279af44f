"""Turn HTML into Markdown: the article without what surrounds it, and nothing active."""

import re
from html import unescape

import nh3
from html_to_markdown import ConversionOptions, PreprocessingOptions, convert

from kb.extract import decoding, faq_data, simplified
from kb.extract.result import Reading, Unreadable

# These go with all that is in them.
DROPPED = {
    "script", "style", "noscript", "template", "iframe", "object", "embed", "applet", "frameset", "svg",
    "math", "canvas", "nav", "aside", "footer", "form", "select", "textarea", "dialog", "audio",
    "video", "title", "head",
}  # fmt: skip
# These stay, without attributes but the ones below; of all others only the content stays.
KEPT = {
    "h1", "h2", "h3", "h4", "h5", "h6", "p", "br", "hr", "blockquote", "pre", "code", "kbd", "samp",
    "ul", "ol", "li", "dl", "dt", "dd", "table", "thead", "tbody", "tfoot", "tr", "th", "td", "caption",
    "a", "b", "strong", "i", "em", "del", "s", "div", "section", "article", "main", "figure",
    "figcaption", "details", "summary", "sub", "sup",
}  # fmt: skip
ATTRIBUTES = {
    "a": {"href"},
    "img": {"src", "alt"},
    "code": {"class"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}

OPTIONS = ConversionOptions(
    preprocessing=PreprocessingOptions(enabled=False),
    extract_metadata=False,
    compact_tables=True,
    autolinks=False,
    bullets="-",
    hidden_content="reachable",
)
# What is left of a link that was a picture, with the list item that held nothing else.
EMPTY_LINK = re.compile(r"^[ \t]*[-*] \[\s*\]\([^)\n]*\)[ \t]*\n?|(?<!!)\[\s*\]\([^)\n]*\)", re.M)
# Its own declarations end in a bracket that would be taken for text.
DOCTYPE = re.compile(r"<!DOCTYPE[^\[>]{0,1000}\[[^\]]{0,100000}\]\s{0,100}>", re.I)
NO_PICTURE = re.compile(r"<img(?![^>]{0,3000} src=)[^>]{0,3000}>")
# What it shows, unless that is an icon's name.
DESCRIBED = re.compile(r" alt=\"([^\"]{1,1000})\"")
ELSEWHERE = re.compile(r"\s*(?:[a-z][a-z0-9+.-]*:|/|#|$)", re.I)
# The cleaner's time grows with the square of the depth. No page that people wrote comes near this.
DEEPEST = 3000
OPEN_OR_CLOSE = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,20})")
NEVER_NESTED = {
    "br", "hr", "img", "input", "meta", "link", "area", "base", "col", "source", "track", "wbr", "p",
    "li", "dt", "dd", "tr", "td", "th", "thead", "tbody", "tfoot", "option",
}  # fmt: skip
TITLE = re.compile(r"<title\b[^>]{0,500}>([^<]{0,1000})", re.I)
LANG = re.compile(r"<html\b[^<>]{0,2000}?\blang\s*=\s*[\"']?([A-Za-z0-9-]{2,20})", re.I)


def read_page(data: bytes) -> Reading:
    source = DOCTYPE.sub("", decoding.decode_html(data).replace("\0", ""), count=1)
    head = source[:100_000]
    title, lang = TITLE.search(head), LANG.search(head)
    body, dropped = _article(source)
    article = simplified.without_furniture(body)
    # A page that a program shows in the end is hidden as a whole till then.
    text = to_markdown(simplified.without_hidden(article), dropped)
    text = text if text.strip() else to_markdown(article, dropped)
    if not text.strip() and (asked := faq_data.questions(source)):
        # A program shows them in the end. Where the page says something by itself, this is not seen.
        text = to_markdown(faq_data.as_html(asked), pictures=False)
    return Reading(
        text=text,
        title=unescape(title[1]).strip() if title else first_heading(text),
        locale=lang[1] if lang else "",
    )


def to_markdown(source: str, dropped: frozenset[str] = frozenset(), *, pictures: bool = True) -> str:
    """HTML as Markdown, cleaned on the way. Pictures stay where they are files beside the page."""
    if _depth(source) > DEEPEST:
        raise Unreadable("The page's elements are nested too deeply to be read; save it in a simpler form.")
    cleaned = nh3.clean(
        simplified.with_plain_blocks(source),
        tags=KEPT | {"img"} if pictures else KEPT,
        clean_content_tags=DROPPED | dropped,
        attributes=ATTRIBUTES,
        url_schemes={"http", "https", "mailto", "tel"},
        link_rel=None,
        attribute_filter=_beside_the_page,
    )
    cleaned = simplified.spelled_out(simplified.without_layout(NO_PICTURE.sub(_description, cleaned)))
    text = convert(cleaned, OPTIONS).content or ""
    text = EMPTY_LINK.sub("", text)
    return re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"


def _description(picture: re.Match[str]) -> str:
    """Of one that is not kept, in one line: it heads and lists nothing."""
    told = DESCRIBED.search(picture[0])
    words = told[1].split() if told else []
    return f" {' '.join(words)} " if len(words) > 1 else ""


def _beside_the_page(tag: str, attribute: str, value: str) -> str | None:
    """Of a picture on some other server nothing would ever be shown."""
    if (tag, attribute) == ("img", "src") and ELSEWHERE.match(value):
        return None
    return value


def words(source: str) -> str:
    """What a reader sees of a line of HTML."""
    return " ".join(unescape(nh3.clean(source, tags=set())).split())


def _depth(source: str) -> int:
    """How deep elements are nested, roughly; those that never are left open don't count."""
    deepest = depth = 0
    for closing, name in OPEN_OR_CLOSE.findall(source):
        if name.lower() not in NEVER_NESTED:
            depth = max(depth + (-1 if closing else 1), 0)
            deepest = max(deepest, depth)
    return deepest


def _article(source: str) -> tuple[str, frozenset[str]]:
    """What stands in <main> or in the only <article>; else the page without its header."""
    lower = source.lower()
    for tag in ("main", "article"):
        start, end = _tag(lower, tag), lower.rfind(f"</{tag}>")
        if 0 <= start < end and (tag == "main" or _tag(lower, tag, start + 1) < 0):
            return source[start:end], frozenset()
    return source, frozenset({"header"})


def _tag(lower: str, name: str, start: int = 0) -> int:
    found = re.compile(rf"<{name}[\s>]").search(lower, start)
    return found.start() if found else -1


def first_heading(text: str) -> str:
    found = re.search(r"^# (.*)$", text, re.M)
    return found[1].rstrip(" #").strip("*_` ") if found else ""
