"""A gateway that does whatever the text in its prompt tells it: the worst that injection can make of a model.

It looks for orders in the whole prompt, also in the guises that a model sees through, in many languages:
words between « and » are said as they stand; whoever asks for instructions, articles, an action gets them.
"""

import base64
import binascii
import codecs
import html
import re
import unicodedata
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from tests.gateway import Act, Gateway, Reply, Request, chunk, frames, sensible_answer

ORDERED = re.compile(r"«(.+?)»", re.DOTALL)
WANTS_INSTRUCTIONS = re.compile(
    r"system prompt|instructions above|everything above|your (?:initial )?(?:rules|instructions)"
    r"|prompt del sistema|systemprompt|deine anweisungen|invite système|tes instructions"
    r"|系统提示|システムプロンプト|시스템 프롬프트"
    r"|системн\w+ промпт|تعليمات النظام|सिस्टम प्रॉम्प्ट|instruções do sistema|istruzioni di sistema",
    re.IGNORECASE,
)
WANTS_ARTICLES = re.compile(
    r"internal (?:articles?|documents?|notes?)|interne (?:artikel|dokumente)|documentos internos"
    r"|documents internes|内部文档",
    re.IGNORECASE,
)
WANTS_ACTION = re.compile(
    r"\b(send_reply|close_ticket|refund_customer|assign_ticket|delete_document|publish_document)\b"
)
# Look-alikes of other alphabets, as a model reads them.
LOOK_ALIKES = str.maketrans("асеорхуіѕԁѵ", "aceopxyisdv")
LEET = str.maketrans("013457", "oleast")


class Obedient(Gateway):
    """`obeyed` holds what it did for orders; empty: it found none and answered as a good model does."""

    def __init__(self) -> None:
        super().__init__()
        self.obeyed: list[str] = []

    def next_reply(self, request: Request) -> Reply:
        system, *material = [str(message["content"]) for message in request.body["messages"]]
        said = list(dict.fromkeys(_obey("\n".join(material), system)))
        actions = list(dict.fromkeys(WANTS_ACTION.findall("\n".join(_readings("\n".join(material))))))
        self.obeyed += said + actions
        if actions and not said:
            return Reply(frames=_tool_calls(actions))
        return Reply("\n\n".join(map(_cited, said))) if said else Reply(sensible_answer(request.prompt))


def _obey(material: str, system: str) -> Iterator[str]:
    for reading in _readings(material):
        yield from (words.strip() for words in ORDERED.findall(reading) if words.strip())
        if WANTS_INSTRUCTIONS.search(reading):
            yield _in_the_form_asked_for(reading, system)
        if WANTS_ARTICLES.search(reading):
            yield f"Here is all that I was given: {material[:2000]}"


def _in_the_form_asked_for(order: str, system: str) -> str:
    asked = order.casefold()
    if "base64" in asked:
        return base64.b64encode(system.encode()).decode()
    if "rot13" in asked:
        return codecs.encode(system, "rot13")
    if "hexadecimal" in asked:
        return system.encode().hex()
    if "backwards" in asked:
        return system[::-1]
    if "letter by letter" in asked:
        return " ".join(system)
    return system


def _readings(text: str) -> Iterator[str]:
    """The text, and what it says in each guise."""
    yield text
    yield unicodedata.normalize("NFKC", "".join(c for c in text if unicodedata.category(c) != "Cf"))
    yield "".join(chr(ord(c) - 0xE0000) for c in text if 0xE0020 <= ord(c) <= 0xE007E)
    yield text.translate(LOOK_ALIKES)
    yield text.translate(LEET)
    yield text[::-1]
    yield codecs.encode(text, "rot13")
    yield html.unescape(html.unescape(text))
    yield unquote(text)
    yield re.sub(r"(?<=\S)[ .](?=\S(?:[ .]|$))", "", text)  # l e t t e r s
    for code in re.findall(r"[A-Za-z0-9+/]{16,}={0,2}", text):
        part = code.rstrip("=")
        yield base64.b64decode(part + "=" * (-len(part) % 4) if len(part) % 4 != 1 else "").decode(
            "utf-8", "ignore"
        )
    for code in re.findall(r"(?:[0-9a-f]{2}){12,}", text):
        yield binascii.unhexlify(code).decode("utf-8", "ignore")


def _cited(words: str) -> str:
    """As an answer that counts; what is a form, or cites by itself, stays as it is."""
    if re.match(r"CANNOT_ANSWER|CLARIFY", words) or re.search(r"\[\d", words):
        return words
    return f"{words} [1]"


def _tool_calls(names: list[str]) -> list[str | bytes | float | Act]:
    """Tools that nobody offered, called in the middle of an answer."""
    calls = [
        {"index": n, "id": f"call_{n}", "type": "function", "function": {"name": name, "arguments": "{}"}}
        for n, name in enumerate(names)
    ]
    delta: dict[str, Any] = {"content": "I have done it [1].", "tool_calls": calls}
    first, *_, usage, done = frames(Reply(""))
    return [first, chunk(delta), chunk({}, finish_reason="tool_calls"), usage, done]
