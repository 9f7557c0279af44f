"""How a reply is cut into sentences and numbers, and whose address a request comes from. No database."""

from typing import Any

import pytest
from django.test import RequestFactory

from support.widget.access import address
from support.widget.conversation import Piece, mark


@pytest.mark.parametrize(
    ("text", "sentences", "pieces"),
    [
        ("One. Two.", [], [Piece("One. Two.")]),
        ("One. Two.", [("One.", (1,))], [Piece("One.", (1,)), Piece(" Two.")]),
        ("One. Two.", [("Two.", (1, 2))], [Piece("One. "), Piece("Two.", (1, 2))]),
        (
            "One.\n\nTwo.",
            [("One.", (1,)), ("Two.", (1,))],
            [Piece("One.", (1,)), Piece("\n\n"), Piece("Two.", (1,))],
        ),
        # An agent may have broken the line elsewhere.
        ("It takes\nthree days.", [("It takes three days.", (1,))], [Piece("It takes\nthree days.", (1,))]),
        # Reworded and vouched for: the numbers stand at the end.
        (
            "Three days, I think.",
            [("It takes three days.", (2,))],
            [Piece("Three days, I think."), Piece("", (2,))],
        ),
        # The same words twice are two sentences.
        (
            "Yes. Yes.",
            [("Yes.", (1,)), ("Yes.", (2,))],
            [Piece("Yes.", (1,)), Piece(" "), Piece("Yes.", (2,))],
        ),
        ("Anything (a+b)?", [("(a+b)?", (1,))], [Piece("Anything "), Piece("(a+b)?", (1,))]),
        ("七天内可退。", [("七天内可退。", (1,))], [Piece("七天内可退。", (1,))]),
        ("", [("", (1,))], [Piece("", (1,))]),
    ],
)
def test_each_supported_sentence_stands_alone_with_its_numbers(
    text: str, sentences: Any, pieces: list[Piece]
) -> None:
    assert mark(text, sentences) == pieces
    assert "".join(piece.text for piece in mark(text, sentences)) == text


@pytest.mark.parametrize(
    ("proxies", "forwarded", "peer", "seen"),
    [
        (0, "", "203.0.113.5", "203.0.113.5"),
        (0, "198.51.100.1", "203.0.113.5", "203.0.113.5"),
        (1, "198.51.100.1", "10.0.0.2", "198.51.100.1"),
        (1, "6.6.6.6, 198.51.100.1", "10.0.0.2", "198.51.100.1"),
        (2, "6.6.6.6, 198.51.100.1, 10.0.0.3", "10.0.0.2", "198.51.100.1"),
        (2, "198.51.100.1", "10.0.0.2", "10.0.0.2"),  # came past a proxy: only the peer is certain
        (1, "not an address", "10.0.0.2", "10.0.0.2"),
        (1, "x" * 9000, "10.0.0.2", "10.0.0.2"),
        (0, "", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        (0, "", "::ffff:203.0.113.5", "203.0.113.5"),
        (0, "", "", ""),
    ],
)
def test_the_address_is_what_the_trusted_proxies_vouch_for(
    settings: Any, proxies: int, forwarded: str, peer: str, seen: str
) -> None:
    settings.TRUSTED_PROXIES = proxies
    headers = {"x-forwarded-for": forwarded} if forwarded else {}
    assert address(RequestFactory().get("/", REMOTE_ADDR=peer, headers=headers)) == seen
