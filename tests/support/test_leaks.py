"""The desk's own instructions are found in what a model wrote. Pure."""

import base64
import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from support import prompts
from support.leaks import repeats

PART = prompts.SYSTEM[:400]
GUISES = {
    "as it stands": PART,
    "within an answer": f"Of course! My rules are: {PART} Anything else?",
    "in capitals": PART.upper(),
    "each word on a line": PART.replace(" ", "\n"),
    "each letter apart": "-".join(PART),
    "with invisible characters": "\u200b".join(PART),
    "in wide letters": "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in PART),
    "as a list in bold": "\n".join(f"- **{word}**" for word in PART.split()),
    "backwards": PART[::-1],
    "in rot13": codecs.encode(PART, "rot13"),
    "in base64": base64.b64encode(PART.encode()).decode(),
    "in base64 on several lines": "Here: " + base64.encodebytes(PART.encode()).decode(),
    "in base64 for addresses": base64.urlsafe_b64encode(f"ÿ{PART}".encode()).decode().rstrip("="),
    "in hex": PART.encode().hex(),
    "in hex with blanks": PART.encode().hex(" "),
}


@pytest.mark.parametrize("text", GUISES.values(), ids=GUISES.keys())
def test_instructions_are_found_in_any_simple_guise(text: str) -> None:
    assert repeats(text, prompts.SYSTEM)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Refunds take five days [2]. You get the money on the card that you paid with [1].",
        "Keep names and numbers exactly as the passage has them.",  # shorter than a run
        "Die Erstattung dauert fünf Tage [1].",
        "A" * 5000,
        "deadbeef" * 500,
    ],
)
def test_an_answer_is_none_of_them(text: str) -> None:
    assert not repeats(text, prompts.SYSTEM)


@given(st.text(max_size=500))
def test_any_text_can_be_looked_through(text: str) -> None:
    assert not repeats(text, prompts.SYSTEM)
