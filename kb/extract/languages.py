"""Tell a document's locale: what the file or its name declares, or what its words are if that is certain."""

import re
from pathlib import PurePosixPath

from kb.extract.language_model import classify

# What two letters after a dot may mean in a file's name (`faq.es.md`), and what a detector may answer.
CODES = """
    af am ar as az be bg bn br bs ca cs cy da de el en eo es et eu fa fi fo fr ga gl gu he hi hr ht hu hy id
    is it ja jv ka kk km kn ko ku ky lb lo lt lv mg mk ml mn mr ms mt my nb ne nl nn no oc or pa pl ps pt ro
    ru rw sk sl so sq sr sv sw ta te th tl tr ug uk ur uz vi xh yi yo zh zu
"""
LANGUAGES = frozenset(CODES.split())
SURE = 0.95
# A message is shorter, and in one language: of the development sets' questions none is mistaken then.
SURE_OF_A_MESSAGE = 0.9
LEAST_LETTERS_OF_A_MESSAGE = 20
SAMPLE = 3000
# Letters that a guess needs; a character of Chinese or Japanese says more.
LEAST_LETTERS = 60
LEAST_IDEOGRAPHS = 15
KANA = re.compile("[\u3040-\u30ff]")
HANGUL = re.compile("[\uac00-\ud7a3]")
HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")

NOT_WORDS = re.compile(
    r"```.*?(?:```|\Z)|`[^`\n]*`|<[^<>\n]{1,300}>|https?://\S+|\]\([^)\n]*\)|(?<!\S)\S*[\d@/\\]\S*", re.S
)


def is_language(code: str) -> bool:
    return code in LANGUAGES


def declared_locale(told: str, name: str) -> str:
    """What a file says of itself ("en" for "en-US"), else what its name says: `faq._es.md`, `faq.es.md`."""
    if code := _language(told):
        return code
    stem = PurePosixPath(name.replace("\\", "/")).stem
    found = re.search(r"\._?([a-z]{2})(?:[-_][A-Za-z]{2,4})?$", stem)
    return found[1] if found and found.start() > 0 and is_language(found[1]) else ""


def _language(told: str) -> str:
    found = re.fullmatch(r"([a-z]{2,3})(?:[-_.@].*)?", told.strip().lower())
    return found[1] if found and found[1] not in ("und", "mul", "zxx") else ""


def detected_locale(text: str) -> str:
    """The language of the words, or "" where they are too few or could be another one."""
    # A long text begins with its contents and its small print.
    start = len(text) // 3 if len(text) > 4 * SAMPLE else 0
    words = " ".join(NOT_WORDS.sub(" ", text[start : start + 4 * SAMPLE]).split())[:SAMPLE]
    letters = "".join(filter(str.isalpha, words))
    kana, hangul, han = (len(script.findall(letters)) for script in (KANA, HANGUL, HAN))
    if kana + hangul + han > len(letters) * 0.3:
        return _east_asian(len(letters), kana, hangul, han)
    return _classified(words) if len(letters) >= LEAST_LETTERS else ""


def borne_out(told: str, text: str) -> str:
    """The language that is told, if the words are likelier in it than in any other; else ""."""
    code = _language(told)
    words = " ".join(NOT_WORDS.sub(" ", text[: 4 * SAMPLE]).split())[:SAMPLE]
    return code if is_language(code) and classify(words)[0] == code else ""


def message_locale(text: str) -> str:
    """The language of a few words of one writer, or "" where it could be another one."""
    found = detected_locale(text)
    words = " ".join(NOT_WORDS.sub(" ", text[: 4 * SAMPLE]).split())[:SAMPLE]
    if found or sum(map(str.isalpha, words)) < LEAST_LETTERS_OF_A_MESSAGE:
        return found
    code, sure = classify(words)
    return str(code) if sure >= SURE_OF_A_MESSAGE and is_language(code) else ""


def _east_asian(letters: int, kana: int, hangul: int, han: int) -> str:
    """The script tells, and a character says more than a letter."""
    if letters < LEAST_IDEOGRAPHS:
        return ""
    if hangul > letters * 0.6:
        return "ko"
    if hangul or kana + han < letters * 0.6:
        return ""
    if kana > letters * 0.2:
        return "ja"
    return "" if kana else "zh"


def _classified(words: str) -> str:
    """A text of two languages has none: it would be hidden from readers of the other."""
    halves = words[: len(words) // 2], words[len(words) // 2 :]
    (first, sure), (second, also_sure) = map(classify, halves)
    certain = first == second and min(sure, also_sure) >= SURE
    return str(first) if certain and is_language(first) else ""
