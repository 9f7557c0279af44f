from dataclasses import replace

import pytest

from kb.models import Document, Passage
from kb.retrieval import Hit
from kb.retrieval.arranging import arranged, numbers
from kb.retrieval.hits import best_per_document, unfolded

BOILERPLATE = (
    "If you still need help, write to our team with your order number at hand, and tell us what you have "
    "tried so far. We answer every message within one working day, in the order in which they come in."
)


def hit(document: int, text: str, position: int = 0, *, audience: str = "public", title: str = "") -> Hit:
    owner = Document(pk=document, title=title or f"Article {chr(64 + document)}", audience=audience)
    passage = Passage(pk=100 * document + position, document=owner, text=text, position=position)
    return Hit(passage, 1.0, 1, 1, 1.0, 0.5)


def texts(hits: list[Hit]) -> list[tuple[int, int]]:
    return [(found.passage.document_id, found.passage.position) for found in hits]


def test_copies_are_folded_into_the_best_which_tells_of_them() -> None:
    found = arranged([hit(1, BOILERPLATE), hit(2, "Something else."), hit(3, BOILERPLATE + " ")], 8)
    assert texts(found) == [(1, 0), (2, 0)]
    assert texts(list(found[0].duplicates)) == [(3, 0)]
    assert found[1].duplicates == ()


def test_what_a_copy_left_free_is_filled() -> None:
    hits = [hit(1, BOILERPLATE), hit(2, BOILERPLATE), hit(3, "One."), hit(4, "Two.")]
    assert texts(arranged(hits, 2)) == [(1, 0), (3, 0)]


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        (hit(2, BOILERPLATE, audience="internal"), "never across audiences"),
        (hit(1, BOILERPLATE, position=5), "the same document says it twice"),
        (hit(2, BOILERPLATE.replace("one working day", "3 working days")), "another number"),
        (hit(2, BOILERPLATE, title="Article B, version 2.1"), "another version in the title"),
        (hit(2, BOILERPLATE[: len(BOILERPLATE) // 2]), "half of it"),
        (hit(2, "We ship to all countries."), "another text"),
    ],
)
def test_what_may_say_something_else_is_not_folded(other: Hit, reason: str) -> None:
    assert len(arranged([hit(1, BOILERPLATE), other], 8)) == 2, reason


@pytest.mark.parametrize("text", ["Yes.", "", "退款将在五天内到账。请打开订单并选择退货。", "—"])
def test_short_and_unspaced_texts_are_compared_too(text: str) -> None:
    assert len(arranged([hit(1, text), hit(2, text)], 8)) == 1


def test_a_number_is_told_by_the_whole_word_that_it_stands_in() -> None:
    assert list(numbers("ab12-x, é2 3.50 € and none_of a-7/b")) == ["ab12-x,", "é2", "3.50", "7/b"]


def test_a_very_long_word_is_compared_in_good_time() -> None:
    """At the square of its length this would take hours."""
    word = "é" * 1_000_000
    assert len(arranged([hit(1, word), hit(2, word), hit(3, f"{word}2")], 8)) == 2


def test_a_neighbour_follows_its_better_passage() -> None:
    hits = [hit(1, "a", 4), hit(2, "b", 1), hit(1, "c", 5), hit(3, "d", 0), hit(1, "e", 3), hit(1, "f", 9)]
    assert texts(arranged(hits, 8)) == [(1, 4), (1, 5), (1, 3), (2, 1), (3, 0), (1, 9)]


def test_neighbours_outside_the_limit_push_nothing_out() -> None:
    hits = [hit(1, "a", 4), hit(2, "b", 1), hit(1, "c", 5)]
    assert texts(arranged(hits, 2)) == [(1, 4), (2, 1)]


@pytest.mark.parametrize(
    ("first", "second", "brought"),
    [
        ("Do this:\n1. Open the app.\n2. Sign in.", "3. Choose “Return”.", True),
        ("| Plan | Price |\n|---|---|\n| A | 5 |", "| B | 7 |", True),
        ("You need:", "- a passport", True),
        ("You need a passport.", "And a photo.", False),
        ("- a passport\n- a photo", "That is all.", False),
    ],
)
def test_a_list_that_was_cut_in_two_is_read_to_its_end(first: str, second: str, brought: bool) -> None:
    hits = [hit(1, first, 4), hit(2, "b"), hit(3, "c"), hit(1, second, 5)]
    assert texts(arranged(hits, 3)) == ([(1, 4), (1, 5), (2, 0)] if brought else [(1, 4), (2, 0), (3, 0)])
    hits = [hit(1, second, 5), hit(2, "b"), hit(3, "c"), hit(1, first, 4)]
    assert ((1, 4) in texts(arranged(hits, 3))) is brought


def test_lists_under_two_headings_are_two_lists() -> None:
    first, second = hit(1, "- a", 4), hit(1, "- b", 5)
    second.passage.heading = "Other"
    assert texts(arranged([first, hit(2, "c"), second], 2)) == [(1, 4), (2, 0)]


def test_no_hits_are_arranged() -> None:
    assert arranged([], 8) == []


def test_folded_copies_come_back_in_their_own_place() -> None:
    hits = [
        replace(hit(number, text), score=1 - number / 10)
        for number, text in enumerate([BOILERPLATE, "One.", BOILERPLATE, "Two.", BOILERPLATE], start=1)
    ]
    assert texts(list(unfolded(arranged(hits, 8)))) == [(1, 0), (2, 0), (3, 0), (4, 0), (5, 0)]


def test_by_document_each_copy_stands_for_its_own() -> None:
    found = best_per_document(arranged([hit(1, BOILERPLATE), hit(2, BOILERPLATE), hit(1, "More.", 1)], 8))
    assert texts(found) == [(1, 0), (2, 0)]
