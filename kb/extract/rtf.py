"""Read RTF: headings, lists, tables, notes, links; no pictures, and nothing deleted or hidden."""

import locale
import re
from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

from kb.extract import pieces, rtf_tokens, word_processors
from kb.extract.result import Reading
from kb.extract.rtf_blocks import Blocks, Run
from kb.extract.rtf_tokens import Token, Tokens

# Groups that say nothing to a reader.
SKIPPED = {
    "colortbl", "pict", "header", "headerl", "headerr", "headerf", "footer", "footerl", "footerr", "footerf",
    "ftnsep", "ftnsepc", "ftncn", "aftnsep", "aftnsepc", "aftncn", "xe", "tc", "tcn", "atnid", "atnauthor",
    "annotation", "revtbl", "filetbl", "sp", "shprslt", "private", "nonesttables", "nonshppict", "objdata",
    "themedata", "author", "operator", "keywords", "comment", "doccomm", "company", "manager", "subject",
    "category", "creatim", "revtim", "printim", "buptim", "hlinkbase", "background", "mmathPr", "falt",
    "panose",
}  # fmt: skip
# Of those that older programs are told to pass over, the ones with words in them.
KEPT = {"shpinst", "fldinst", "pntext", "listtext"}
GATHERED = {
    "title", "footnote", "shptxt", "fldinst", "listtext", "pntext", "fonttbl", "stylesheet", "info",
}  # fmt: skip
SIGNS = {
    "tab": "\t", "line": "\n", "emdash": "—", "endash": "–", "bullet": "•", "lquote": "‘", "rquote": "’",
    "ldblquote": "“", "rdblquote": "”", "emspace": " ", "enspace": " ", "qmspace": " ", "zwj": "\u200d",
    "zwnj": "\u200c", "ltrmark": "\u200e", "rtlmark": "\u200f", "chdate": "", "column": " ",
}  # fmt: skip
BY_SIGN = {b"~": " ", b"_": "-", b"-": "", b"|": "", b":": "", b"\\": "\\", b"{": "{", b"}": "}"}
CONTENTS = re.compile(r"\s*(?:TOC|INDEX)\b")
DESCRIPTION = re.compile(rb"\{\s*\\sn\s+wzDescription\s*\}\s*\{\s*\\sv ")
LONGEST_DESCRIPTION = 4000  # bytes
# By the number of a language and its country; by the lower half of that, the language.
LANGUAGES = {number & 0x3FF: name[:2] for number, name in reversed(locale.windows_locale.items())} | {
    number: name[:2] for number, name in locale.windows_locale.items()
}
MOSTLY = 0.8  # of a text is in one language
BODY_LEVEL = 9
MOST_NUMBER = 100_000


class State(NamedTuple):
    """What holds within a group, until it ends."""

    into: str = ""  # what its words are gathered for; nothing is the text itself
    charset: str = ""
    symbols: bool = False
    fallback: int = 1  # signs that follow each one in Unicode, for programs that don't know that
    bold: bool = False
    unseen: bool = False
    deleted: bool = False
    link: str = ""
    style: int = 0
    level: int | None = None
    listed: bool = False
    depth: int = 0  # in a list
    indent: int = 0
    in_table: bool = False
    language: int = 0


def read(data: bytes) -> Reading:
    found = _Reader(data)
    found.run()
    return Reading(
        text=pieces.joined(found.blocks.done()),
        title=" ".join(found.title.split()),
        usual_locale=found.language(),
    )


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._tokens = Tokens(data)
        self._state = State()
        self._outer: list[State] = []
        self._bytes = bytearray()
        self._to_skip = 0
        self._starred = False
        self._default = "cp1252"
        self._fonts: dict[int, int] = {}
        self._font = 0
        self._levels: dict[int, int] = {}  # of styles that are headings
        self._gathered: dict[str, list[str]] = {name: [] for name in GATHERED}
        self._address = ""
        self._is_contents = False
        self._languages: Counter[int] = Counter()  # of how many letters
        self.title = ""
        self.blocks = Blocks()

    def run(self) -> None:
        for token in self._tokens:
            match token.kind:
                case "text":
                    self._text(token.data)
                case "brace":
                    self._brace(token.data)
                case "sign":
                    self._sign(token.data)
                case _:
                    self._word(token)
        self._say_bytes()
        self._end_paragraph()

    def language(self) -> str:
        """The one that nearly all of the text is said to be in."""
        number, letters = next(iter(self._languages.most_common(1)), (0, 0))
        is_most = letters >= MOSTLY * sum(self._languages.values())
        return LANGUAGES.get(number) or LANGUAGES.get(number & 0x3FF, "") if is_most else ""

    def _text(self, data: bytes) -> None:
        skipped = min(self._to_skip, len(data))
        self._to_skip -= skipped
        self._bytes += data[skipped:]

    def _brace(self, brace: bytes) -> None:
        self._say_bytes()
        self._to_skip, self._starred = 0, False
        if brace == b"{":
            self._outer.append(self._state)
        elif self._outer:
            left, self._state = self._state, self._outer.pop()
            if left.into != self._state.into:
                self._leave(left)

    def _sign(self, sign: bytes) -> None:
        if sign == b"*":
            self._starred = True
        elif sign in (b"\n", b"\r"):
            self._word(Token("word", "par"))
        elif sign in BY_SIGN:
            self._say(BY_SIGN[sign])

    def _word(self, token: Token) -> None:
        word, number = token.word, token.number
        starred, self._starred = self._starred, False
        if word not in KNOWN and not starred:
            return
        if word in SKIPPED or (starred and word not in KEPT):
            self._described(self._tokens.skip_group())
        elif word == "u":
            self._unicode(number or 0)
        elif word in rtf_tokens.BY_WORD:
            self._default = rtf_tokens.BY_WORD[word]
        elif word in SIGNS:
            self._say(SIGNS[word])
        elif word in GATHERED:
            self._say_bytes()
            self._gathered[word].clear()
            self._state = self._state._replace(into=word)
        elif self._state.into in ("fonttbl", "stylesheet"):
            self._define(word, number)
        elif change := CHANGES.get(word):
            self._say_bytes()
            self._state = change(self._state, number)
        elif act := ACTS.get(word):
            self._say_bytes()
            act(self, _few(number))

    def _described(self, group: memoryview) -> None:
        """What a picture or a drawing shows, as its author says."""
        state = self._state
        if state.into or state.unseen or state.deleted or not (found := DESCRIPTION.search(group)):
            return
        value = bytes(group[found.end() : found.end() + LONGEST_DESCRIPTION])
        inner = _Reader(b"{\\rtf1" + value.split(b"}")[0] + b"}")
        inner._default = self._default
        inner.run()
        self.blocks.beside(word_processors.described(" ".join(inner.blocks.done())))

    def _unicode(self, number: int) -> None:
        """Half of a sign beyond the first 65,536 waits for the other half."""
        code = number % 65_536
        if 0xF000 <= code <= 0xF0FF:
            self._say(rtf_tokens.of_symbols(bytes([code & 0xFF])))
        else:
            self._say(chr(code))
        self._to_skip = self._state.fallback

    def _define(self, word: str, number: int | None) -> None:
        """Fonts and styles, by their numbers."""
        self._say_bytes()
        if word == "f":
            self._font = number or 0
        elif word == "fcharset":
            self._fonts[self._font] = number or 0
        elif word in ("s", "outlinelevel"):
            self._state = CHANGES[word](self._state, number)

    def _say_bytes(self) -> None:
        if not self._bytes:
            return
        data, self._bytes = bytes(self._bytes), bytearray()
        state = self._state
        self._put(
            rtf_tokens.of_symbols(data)
            if state.symbols and state.into != "stylesheet"
            else data.decode(state.charset or self._default, "replace")
        )

    def _say(self, text: str) -> None:
        self._say_bytes()
        self._put(text)

    def _put(self, text: str) -> None:
        state = self._state
        if state.into == "stylesheet":
            self._style(text)
        elif state.into:
            if not (state.unseen or state.deleted) or state.into == "fldinst":
                self._gathered[state.into].append(text)
        elif not (state.unseen or state.deleted):
            self._languages[state.language] += sum(map(str.isalpha, text))
            self.blocks.say(Run(text, state.bold, state.link))

    def _style(self, name: str) -> None:
        named, level = word_processors.heading_level(name), self._state.level
        if named:
            self._levels[self._state.style] = named
        elif level is not None and level < BODY_LEVEL:
            self._levels.setdefault(self._state.style, level + 1)

    def _leave(self, left: State) -> None:
        words = rtf_tokens.whole("".join(self._gathered[left.into]))
        self._gathered[left.into].clear()
        match left.into:
            case "title":
                self.title = words
            case "footnote":
                self.blocks.beside(f"({' '.join(words.split())})" if words.strip() else "")
            case "shptxt":
                self.blocks.beside(words)
            case "listtext" | "pntext":
                self.blocks.mark(words)
            case "fldinst":
                self._address = word_processors.address(words)
                self._is_contents = bool(CONTENTS.match(words))

    def font(self, number: int) -> None:
        charset = self._fonts.get(number, 0)
        self._state = self._state._replace(
            charset=rtf_tokens.CHARSETS.get(charset, ""), symbols=charset == rtf_tokens.SYMBOLS
        )

    def charset(self, name: str) -> None:
        self._default = name

    def field_result(self, number: int) -> None:
        if self._is_contents:
            self._is_contents = False
            self._tokens.skip_group()
        self._state = self._state._replace(link=self._address)
        self._address = ""

    def paragraph(self, number: int) -> None:
        if self._state.into:
            self._put("\n")
        else:
            self._end_paragraph()

    def _end_paragraph(self) -> None:
        state = self._state
        own = state.level
        level = self._levels.get(state.style, 0) if own is None else (own + 1 if own < BODY_LEVEL else 0)
        self.blocks.paragraph(
            level, listed=state.listed, depth=state.depth, indent=state.indent, in_table=state.in_table
        )

    def cell(self, number: int) -> None:
        if self._state.into:
            self._put(" ")
        else:
            self.blocks.cell()

    def row(self, number: int) -> None:
        if self._state.into:
            self._put("\n")
        else:
            self.blocks.row()


Change = Callable[[State, int | None], State]


def _on(number: int | None) -> bool:
    return number != 0


def _few(number: int | None) -> int:
    return min(max(number or 0, 0), MOST_NUMBER)


CHANGES: dict[str, Change] = {
    "b": lambda state, n: state._replace(bold=_on(n)),
    "lang": lambda state, n: state._replace(language=_few(n)),
    "deflang": lambda state, n: state._replace(language=_few(n)),
    "v": lambda state, n: state._replace(unseen=_on(n)),
    "deleted": lambda state, n: state._replace(deleted=_on(n)),
    "plain": lambda state, n: state._replace(bold=False, unseen=False, deleted=False),  # in the same language
    "uc": lambda state, n: state._replace(fallback=min(_few(n), 100)),
    "pard": lambda state, n: state._replace(
        style=0, level=None, listed=False, depth=0, indent=0, in_table=False
    ),
    "s": lambda state, n: state._replace(style=_few(n)),
    "outlinelevel": lambda state, n: state._replace(level=_few(n)),
    "ls": lambda state, n: state._replace(listed=bool(n)),
    "ilvl": lambda state, n: state._replace(depth=min(_few(n), 20)),
    "li": lambda state, n: state._replace(indent=_few(n)),
    "intbl": lambda state, n: state._replace(in_table=True),
}
ACTS: dict[str, Callable[[_Reader, int], None]] = {
    "f": _Reader.font,
    "ansicpg": lambda reader, number: reader.charset(rtf_tokens.code_page(number)),
    "fldrslt": _Reader.field_result,
    "par": _Reader.paragraph,
    "sect": _Reader.paragraph,
    "page": _Reader.paragraph,
    "cell": _Reader.cell,
    "nestcell": lambda reader, number: reader.blocks.say(Run(" ")),
    "row": _Reader.row,
    "trowd": lambda reader, number: reader.blocks.new_row(),
    "cellx": lambda reader, number: reader.blocks.edge(number),
    "clvmrg": lambda reader, number: reader.blocks.goes_on("down"),
    "clmrg": lambda reader, number: reader.blocks.goes_on("across"),
}
KNOWN = {"u", *SKIPPED, *SIGNS, *GATHERED, *rtf_tokens.BY_WORD, *CHANGES, *ACTS, "fcharset"}
