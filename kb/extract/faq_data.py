"""Questions and answers that a page tells search engines of (FAQPage in JSON-LD), as HTML. Pure."""

import json
import re
from collections.abc import Iterator
from html import escape

SCRIPT = re.compile(r"<script\b[^<>]{0,300}application/ld\+json[^<>]{0,300}>", re.I)
MOST_SCRIPTS, MOST_QUESTIONS, DEEPEST = 20, 2000, 8


def questions(source: str) -> list[tuple[str, str]]:
    """Each question with its answer, which may be HTML."""
    found: list[tuple[str, str]] = []
    for number, script in enumerate(SCRIPT.finditer(source)):
        end = source.find("</script", script.end())
        if number >= MOST_SCRIPTS or end < 0:
            break
        try:
            told = json.loads(source[script.end() : end])
        except (ValueError, RecursionError):
            continue
        found += _asked(told)
    return found[:MOST_QUESTIONS]


def _asked(told: object, deep: int = 0) -> Iterator[tuple[str, str]]:
    if isinstance(told, list) and deep < DEEPEST:
        for one in told:
            yield from _asked(one, deep + 1)
    elif isinstance(told, dict) and deep < DEEPEST:
        answer = told.get("acceptedAnswer") or told.get("suggestedAnswer")
        answer = answer[0] if isinstance(answer, list) and answer else answer
        if told.get("@type") == "Question" and isinstance(answer, dict):
            yield str(told.get("name", "")), str(answer.get("text", ""))
        for name in ("mainEntity", "@graph"):
            yield from _asked(told.get(name), deep + 1)


def as_html(asked: list[tuple[str, str]]) -> str:
    return "".join(f"<h2>{escape(question)}</h2><div>{answer}</div>" for question, answer in asked)
