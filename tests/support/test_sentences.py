"""Where one sentence ends and the next begins."""

import pytest

from support import sentences

CASES = [
    ("Ride at 15 km/h. Besides, wear a helmet.", ["Ride at 15 km/h.", "Besides, wear a helmet."]),
    ("It takes 3 h. Then unplug it.", ["It takes 3 h.", "Then unplug it."]),
    ("Ask Dr. J. Smith. He knows.", ["Ask Dr. J. Smith.", "He knows."]),
    ("Use the B5 e.g. on hills.", ["Use the B5 e.g. on hills."]),
    ("1. Unplug it.\n2. Wait 1 h. Plug it in.", ["Unplug it.", "Wait 1 h.", "Plug it in."]),
]


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_sentences_end_where_a_reader_ends_them(text: str, expected: list[str]) -> None:
    assert [text[span.start : span.end] for span in sentences.split(text)] == expected
