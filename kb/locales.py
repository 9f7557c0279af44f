"""The language of a document, set by hand: its passages are found by that language's words at once.

Their rows stay, and with them their vectors and what cites them: no word of the text has changed.
"""

from __future__ import annotations

import copy

from kb import lexical
from kb.extract.languages import declared_locale
from kb.models import Document

NOT_A_LANGUAGE = "Write the language's code, such as en, es or pt, or leave it empty."


def code_of(given: str) -> str:
    """As a file's own is kept: `pt` for `pt-BR`. Raises ValueError, with a sentence, for what is no code."""
    _, *others = given.strip().replace("_", "-").split("-")
    parts = all(2 <= len(part) <= 8 and part.isascii() and part.isalnum() for part in others)
    code = declared_locale(given, "")
    if given.strip() and not (code and parts):
        raise ValueError(NOT_A_LANGUAGE)
    return code


def after_reading(locale: str, read_before: str, read_now: str) -> str:
    """What an admin set stays, whatever a file that is read later says of itself."""
    return locale if locale != read_before else read_now


def find_in(document: Document, was: str) -> None:
    """Put the passages into the words of the document's language, in the transaction that changes it."""
    passages = list(document.passages.order_by("pk").select_for_update(no_key=True))
    for passage in passages:
        passage.document = document
    before = [copy.copy(passage) for passage in passages]
    lexical.index(passages, document.locale)
    lexical.rewrite(passages)
    lexical.count(passages, before, document.locale, removed_locale=was)
