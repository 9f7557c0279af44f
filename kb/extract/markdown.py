"""Read Markdown as help centers keep it: front matter, Liquid tags, HTML in between. Pure."""

import contextlib
import json
import re
import tomllib
from html import escape
from typing import Any

import yaml
from frontmatter.default_handlers import YAMLHandler
from markdown_it import MarkdownIt

from kb.extract import html, mdx
from kb.extract.result import Reading

FRONT_MATTER = re.compile(r"\A\s*---[ \t]*\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.S | re.M)
TOML_FRONT_MATTER = re.compile(r"\A\s*\+\+\+[ \t]*\n(.{0,100000}?)^\+\+\+[ \t]*(?:\n|\Z)", re.S | re.M)
JSON_FRONT_MATTER = re.compile(
    r"\A\s*(\{[^\n]{0,100000}\}(?=[ \t]*\n[ \t]*\n)|\{.{0,100000}?^\})[ \t]*\n(?=\s*\S)", re.S | re.M
)
LOCALE_KEYS = ("lang", "locale", "language")
# An alias can unfold a few bytes into gigabytes.
FRONT_MATTER_LENGTH = 100_000
ALIAS = re.compile(r"[:\-][ \t]+[&*]\w")
SIMPLE_FACT = re.compile(r"^(title|lang|locale|language):[ \t]+([^\s\[{&*!|>].*)$", re.M)


def read(source: str, name: str = "") -> Reading:
    """`name` may tell that it is MDX."""
    source = source.replace("\r\n", "\n").replace("\r", "\n").lstrip("\ufeff")
    facts, text = _front_matter(source)
    text = mdx.without_builder(text, is_mdx=name.lower().endswith(".mdx"))
    if facts:
        text = _without_liquid(text, facts)
    text = _without_html(text)
    locale = next((facts[key] for key in LOCALE_KEYS if isinstance(facts.get(key), str)), "")
    title = " ".join(_resolved(_words(facts.get("title")), facts).split())
    if not text.strip():
        # A page that its site makes of the front matter: a form, a list.
        text = _words(facts.get("description")) or title
    return Reading(text=text, title=title or html.first_heading(text), locale=locale)


def _words(fact: object) -> str:
    return str(fact) if isinstance(fact, str | int | float) else ""


def _front_matter(source: str) -> tuple[dict[str, Any], str]:
    """What can't be understood stays in the text: better shown than lost."""
    if toml := TOML_FRONT_MATTER.match(source):
        with contextlib.suppress(ValueError, RecursionError):
            return tomllib.loads(toml[1]), source[toml.end() :]
    if told := JSON_FRONT_MATTER.match(source):
        with contextlib.suppress(ValueError, RecursionError):
            return dict(json.loads(told[1])), source[told.end() :]
    found = FRONT_MATTER.match(source)
    if not found:
        return {}, source
    body = source[found.end() :]
    if len(found[1]) <= FRONT_MATTER_LENGTH and not ALIAS.search(found[1]):
        with contextlib.suppress(yaml.YAMLError, ValueError, RecursionError):
            # PyYAML's loader in C overflows the stack on deep nesting, and the process ends.
            facts = YAMLHandler().load(found[1], Loader=yaml.SafeLoader)
            if isinstance(facts, dict) or facts is None:
                return facts or {}, body
    return _simple_facts(found[1]), f"{found[1]}\n{body}"


def _simple_facts(front_matter: str) -> dict[str, Any]:
    """The usual mistake is a colon in an unquoted title."""
    return {key: value.strip("\"' ") for key, value in SIMPLE_FACT.findall(front_matter)}


# Liquid, as Jekyll sites use it. Code is left alone: there, the braces are what the article is about.
CODE = re.compile(r"^(?P<fence>`{3,}|~{3,})[^\n]*\n.*?(?:^(?P=fence)[ \t]*$|\Z)|`[^`\n]+`", re.S | re.M)
LINK_TARGET = re.compile(
    r"\]\(\s{0,9}(?:\{\{[^{}\n]{0,300}\}\})?(?:/?\{%[^%\n]{0,300}%\}[^)\n]{0,300}|(?<=\}\}))\)"
)
TAG = re.compile(r"\{%([^%]{0,2000})%\}")
VALUE = re.compile(r"\{\{([^{}\n]{0,300})\}\}")
SHOWN_WORDS = re.compile(
    r"^-?\s*include\b.{0,500}?\b(?:content|text|message|body)\s*=\s*([\"'])(.+?)\1", re.S
)
ATTRIBUTES = re.compile(r"^[ \t]{0,9}\{:[^{}\n]{0,300}\}[ \t]{0,9}\n?|\{:[^{}\n]{0,300}\}", re.M)
SITE_NAMES = ("page", "site", "layout", "include", "theme", "jekyll", "content", "paginator")


def _without_liquid(text: str, facts: dict[str, Any]) -> str:
    pieces, last = [], 0
    for code in CODE.finditer(text):
        pieces += [_resolved(text[last : code.start()], facts), code[0]]
        last = code.end()
    return "".join([*pieces, _resolved(text[last:], facts)])


def _resolved(text: str, facts: dict[str, Any]) -> str:
    if "{%" in text:
        text = _without_comments(_without_link_targets(text))
        text = TAG.sub(lambda tag: _listed(tag[1], facts), text)
    if "{{" in text:
        text = VALUE.sub(lambda value: _value(value, facts), text)
    return ATTRIBUTES.sub("", text) if "{:" in text else text


def _without_link_targets(text: str) -> str:
    """Where only the site knows the address, the words of the link stay."""
    kept, last = [], 0
    for target in LINK_TARGET.finditer(text):
        before = text[last : target.start()]
        opening = before.rfind("[")
        kept.append(before[: max(opening, 0)] + before[opening + 1 :])
        last = target.end()
    return "".join([*kept, text[last:]])


def _without_comments(text: str) -> str:
    kept, hidden, last = [], False, 0
    for tag in TAG.finditer(text):
        name = tag[1].strip(" -\n")
        if name == "comment" and not hidden:
            kept.append(text[last : tag.start()])
            hidden = True
        elif name == "endcomment" and hidden:
            hidden, last = False, tag.end()
    return "".join([*kept, text[last:]]) if not hidden else "".join(kept)


def _listed(tag: str, facts: dict[str, Any]) -> str:
    """An include that shows a list of the front matter is that list, one that shows words is those words."""
    if said := SHOWN_WORDS.search(tag):
        return said[2]
    lists = [facts.get(name) for name in re.findall(r"=\s*page\.(\w+)", tag)]
    items = [item for found in lists if isinstance(found, list) for item in found if isinstance(item, str)]
    return "\n" + "\n".join(f"- {' '.join(item.split())}" for item in items) + "\n" if items else ""


def _value(value: re.Match[str], facts: dict[str, Any]) -> str:
    """A page's own value is filled in; what only the site knows goes; {{ticket.id}} is text about macros."""
    name = value[1].split("|")[0].strip(" -\t")
    if literal := re.fullmatch(r"([\"'])(.*)\1", name):
        return literal[2]
    first, _, rest = name.partition(".")
    if first not in SITE_NAMES:
        return value[0]
    return _words(facts.get(rest)) if first == "page" else ""


def _without_html(text: str) -> str:
    """Markdown with HTML in it goes through HTML once, so that one kind of text comes out."""
    if "<" not in text:
        return text
    if len(text) > LONGEST_WITH_HTML or text.count("[") - text.count("]") > MOST_OPEN:
        return _without_blocks_of_comment(text)
    tokens = _parser.parse(text)
    found = [
        token for token in tokens for token in [token, *(token.children or [])] if token.type in HTML_TOKENS
    ]
    if not any(_is_markup(token.content) for token in found):
        return text
    return html.to_markdown(_parser.renderer.render(tokens, _parser.options, {}))


def _without_blocks_of_comment(text: str) -> str:
    """What the writer hid stays hidden, also where the parser would take minutes."""
    kept, last = [], 0
    while begin := COMMENT.search(text, last):
        end = text.find("-->", begin.end())
        if end < 0:
            break
        kept.append(text[last : begin.start()])
        last = end + 3
    return "".join([*kept, text[last:]])


COMMENT = re.compile(r"^ {0,3}<!--", re.M)
# Longer ones are exports and logs; the parser would take minutes.
LONGEST_WITH_HTML = 1_000_000
MOST_OPEN = 1000  # brackets
HTML_TOKENS = ("html_block", "html_inline")
MARKUP = re.compile(r"\s*<(?:/?([a-zA-Z][a-zA-Z0-9]*)(?=[\s/>])|!--|!doctype|\?)", re.I)
KNOWN = html.KEPT | html.DROPPED | {
    "span", "img", "button", "label", "u", "small", "mark", "header", "input", "center", "font", "abbr",
    "time", "picture", "source", "option", "colgroup", "col", "html", "body", "meta", "link", "big",
    "ins", "q", "cite", "var", "wbr", "address",
}  # fmt: skip


def _is_markup(content: str) -> bool:
    """`<br>` is; `<your-name>` and `<Enter>` are text that a writer forgot to escape."""
    found = MARKUP.match(content)
    return bool(found and (found[1] is None or found[1].lower() in KNOWN))


def _render_html(self: Any, tokens: Any, index: int, options: Any, env: Any) -> str:
    content = tokens[index].content
    return str(content if _is_markup(content) else content.replace("<", "&lt;"))


def _render_indented(self: Any, tokens: Any, index: int, options: Any, env: Any) -> str:
    """Indented HTML after a blank line is code by the letter of CommonMark, and hardly ever meant so."""
    content = str(tokens[index].content)
    return content if _is_markup(content) else f"<pre><code>{escape(content)}</code></pre>\n"


_parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
_parser.add_render_rule("code_block", _render_indented)
for _kind in HTML_TOKENS:
    _parser.add_render_rule(_kind, _render_html)
