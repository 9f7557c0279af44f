"""The words of a link do not say that it leads elsewhere than it does."""

import re

import pytest

from support.rendering import render, shows_something

LINKS = ["https://help.shop.example/returns"]
HOSTS = ["ok.example"]
TAG = re.compile(r"<[^>]+>")
TRUE = "https://ok.example/redirect?u=evil"


def is_told(words: str, address: str) -> bool:
    """The address stands behind the link, to be read."""
    html = render(f"[{words}]({address}).", LINKS, HOSTS)
    assert f'<a href="{address}"' in html
    return TAG.sub("", html).strip().endswith(f" ({address}).")


@pytest.mark.parametrize(
    "words",
    [
        "https://bank.example/login",
        "bank.example",
        "Sign in at www.bank.example now",
        "https://**bank**.example",
        "`bank.example`",
        "bank\u200b.example",
        "bank。example",
        "ｂａｎｋ．example",
        "ok.example.bank.example",
        "https://ok.example/other",
        "https://ok.example@bank.example",
        "https://10.0.0.1/login",
        "ok.example or bank.example",
        "![bank.example](https://ok.example/a.png)",
    ],
)
def test_words_that_name_another_address_are_followed_by_the_true_one(words: str) -> None:
    assert is_told(words, TRUE)


@pytest.mark.parametrize(
    ("words", "address"),
    [
        ("our returns page", LINKS[0]),
        ("What is new, e.g. in 2.0", TRUE),
        ("help.shop.example", LINKS[0]),
        ("HTTPS://Help.Shop.example/", LINKS[0]),
        (LINKS[0], LINKS[0]),
        (TRUE, TRUE),
        ("www.ok.example/redirect", TRUE),
    ],
)
def test_words_that_say_where_it_leads_stand_alone(words: str, address: str) -> None:
    assert not is_told(words, address)


@pytest.mark.parametrize("text", ["", " \n", "\u200b\u2060", "\u3164", "\ufe0f", "* ", "1. "])
def test_what_has_no_letter_digit_or_sign_shows_nothing(text: str) -> None:
    assert not shows_something(text)


@pytest.mark.parametrize("text", ["1", "👍", "€", "はい", "* a", "[a](https://bank.example)", "`x`"])
def test_what_has_one_shows_something(text: str) -> None:
    assert shows_something(text)
