"""Find e-mail addresses, also as people write them to be read by people only. Pure."""

import re
from collections.abc import Iterator

from llm.personal_words import LETTER

AT = re.compile(r" {0,2}(?:@|%40|&#0*64;|&commat;) {0,2}", re.IGNORECASE)
DOT = "[.。．｡]"
LOCALS = [
    re.compile(r'"[^"\n]{1,62}"\Z'),
    re.compile(rf"(?:{LETTER}|[_.+%'!#$^~*-])+\Z"),
    re.compile(r"[\w.+%'!#$^~*-]+\Z"),
]
DOMAINS = [
    re.compile(
        rf"(?:{LETTER}(?:(?:{LETTER}|-){{0,61}}{LETTER})?{DOT})+(?![0-9]){LETTER}{{2,24}}(?!{LETTER})"
    ),
    re.compile(rf"(?:[^\W_](?:[\w-]{{0,61}}[^\W_])?{DOT})+[^\W\d_]{{2,24}}(?![^\W_])"),
    re.compile(r"[\w-]{1,63}(?: {0,2}[\[({]?dot[\])}]? {0,2}[\w-]{2,63}){1,8}", re.IGNORECASE),
]
LONGEST_LOCAL, LONGEST_DOMAIN = 64, 253
# Where people have mail, and what stands before “at” without being their name there.
PROVIDERS = (
    r"(?:gmail|googlemail|outlook|hotmail|live|yahoo|ymail|icloud|aol|gmx|web|t-online|proton|protonmail|yandex"
    r"|qq|163|126|foxmail|naver|daum|libero|orange|laposte|wp|seznam|uol|mail)(?:\.[a-z]{2,3}){1,2}(?![\w.-]*\w)"
)
NO_NAME = (
    r"(?!(?:in|on|up|out|me|us|it|them|you|log|login|sign|signin|look|looking|found|find|available|account|"
    r"accounts|site|page|website|inbox|address|mail|email|e-mail|mailbox|is|are|was|here|back|online|and|or)\b)"
)
AT_WORD = re.compile(r" (?:[aä]t|arroba|arobase|chiocciola) |[\[({][aä]t[\])}]", re.IGNORECASE)
SPELT_OUT = re.compile(
    r"(?<![\w.+-])(?:"
    r"[\w.+-]{1,64} {0,2}[\[({][aä]t[\])}] {0,2}[\w-]{1,63}(?:(?: {0,2}[\[({](?:dot|punkt)[\])}] {0,2}|"
    r" {1,2}(?:dot|punkt) {1,2}|[.。．｡])[\w-]{1,63}){1,8}"
    rf"|{NO_NAME}[\w.+-]{{1,64}} {{1,2}}at {{1,2}}{PROVIDERS}"
    r"|[\w.+-]{1,64} {1,2}[aä]t {1,2}[\w-]{1,63}(?: {1,2}(?:dot|punkt) {1,2}[\w-]{2,63}){1,8}"
    r"|[\w.+-]{1,64} {1,2}(?:arroba|arobase|chiocciola) {1,2}[\w-]{1,63}"
    r"(?:(?:\.| {1,2}(?:dot|punto|ponto|point) {1,2})[\w-]{2,63}){1,8})",
    re.IGNORECASE,
)


def spans(text: str) -> Iterator[tuple[int, int]]:
    """Of addresses, in a text as it is read (`llm.personal_words.PLAIN`)."""
    for at in AT.finditer(text):
        before = text[max(0, at.start() - LONGEST_LOCAL) : at.start()]
        after = text[at.end() : at.end() + LONGEST_DOMAIN]
        local = next((one for one in (local.search(before) for local in LOCALS) if one), None)
        domain = next((one for one in (domain.match(after) for domain in DOMAINS) if one), None)
        if local and domain and (name := local[0].lstrip(".%'-!#$^~*")):
            yield at.start() - len(name), at.end() + domain.end()
    behind = 0
    for word in AT_WORD.finditer(text):
        begin = max(behind, word.start() - LONGEST_LOCAL - 1)
        spelt = SPELT_OUT.search(text, begin, word.end() + LONGEST_DOMAIN)
        if spelt and spelt.start() <= word.start():
            behind = spelt.end()
            yield spelt.span()
