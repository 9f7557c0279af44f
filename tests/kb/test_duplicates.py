"""Documents that say nearly the same are found, by words and by meaning, and once dismissed stay so."""

from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from kb import duplicates, ingest
from kb.leases import LEASE
from kb.models import Document, Duplicate, DuplicateSearch, jobs

pytestmark = pytest.mark.django_db

REFUNDS = (
    "# Refunds\n\nRefunds take five working days and go back to the card that paid. "
    "Shipping costs are not refunded unless the order arrived damaged. Write to us with your order number.\n"
)
COPIED = REFUNDS.replace("# Refunds", "# Money back").replace("five working days", "seven working days")
BATTERY = "# Battery\n\nCharge the battery below forty degrees and store it half full over the winter.\n"


@pytest.fixture(autouse=True)
def uploads(tmp_path: Path, settings: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def document(reference: str, text: str, locale: str = "en") -> Document:
    made = ingest.receive(reference, text.encode())
    ingest.ingest(made, locale)
    made.refresh_from_db()
    assert made.state == "searchable", made.reason
    return made


def looked() -> DuplicateSearch:
    asked = DuplicateSearch.request()
    claimed = DuplicateSearch.claim(asked.pk, LEASE)
    assert claimed is not None
    duplicates.search(claimed)
    asked.refresh_from_db()
    return asked


def test_a_copy_with_a_few_words_changed_is_found_and_others_are_not() -> None:
    refunds, copied = document("refunds.md", REFUNDS), document("money-back.md", COPIED)
    document("battery.md", BATTERY)
    done = looked()
    assert (done.state, done.documents, done.found) == ("done", 3, 1)
    pair = Duplicate.objects.get()
    assert {pair.document, pair.other} == {refunds, copied}
    assert 0.4 < pair.shared < 1 and pair.likeness > 0.8


def test_the_same_said_in_other_words_is_found_by_its_meaning() -> None:
    begin = "# Reset your password\n\n"
    document("one.md", f"{begin}To reset your password, open Settings and choose Security.\n")
    document("two.md", f"{begin}Open Settings, choose Security, and reset the password there.\n")
    document("battery.md", BATTERY)
    looked()
    pair = Duplicate.objects.get()
    assert pair.shared < duplicates.SHARED and pair.likeness >= duplicates.NEAR


def test_what_was_dismissed_stays_so_and_what_is_no_duplicate_any_more_goes() -> None:
    document("refunds.md", REFUNDS)
    copied = document("money-back.md", COPIED)
    looked()
    Duplicate.objects.update(dismissed=timezone.now())
    looked()
    assert Duplicate.objects.get().dismissed is not None
    Duplicate.objects.update(dismissed=None)
    copied.delete()
    looked()
    assert not Duplicate.objects.exists()


def test_a_footer_that_all_share_makes_nobody_a_duplicate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(duplicates, "COMMON", 3)
    footer = "\n\nCall us from nine to five on every working day of the week but never on public holidays.\n"
    topics = ("bikes with a motor", "the winter tyres", "a new saddle", "our oldest locks", "kitchen towels")
    for number, topic in enumerate(topics):
        document(f"{number}.md", f"# {topic}\n\nThis page is about {topic} and about nothing else.{footer}")
    looked()
    assert not Duplicate.objects.filter(shared__gte=duplicates.SHARED).exists()


def test_only_one_search_runs_and_one_that_kills_its_workers_ends() -> None:
    asked = DuplicateSearch.request()
    assert DuplicateSearch.request() == asked
    for _ in range(jobs.ATTEMPTS):
        assert DuplicateSearch.claim(asked.pk, LEASE) is not None
        assert DuplicateSearch.claim(asked.pk, LEASE) is None  # held
        DuplicateSearch.objects.update(lease=timezone.now() - LEASE)
    assert asked in DuplicateSearch.forgotten(timezone.now())
    assert DuplicateSearch.claim(asked.pk, LEASE) is None
    asked.refresh_from_db()
    assert asked.state == "failed" and "start another one" in asked.reason


@pytest.mark.parametrize("text", ["", "one two", "一二三四五六七八", "😀"])
def test_any_text_has_its_runs(text: str) -> None:
    assert len(duplicates.hashes(text, "en")) <= 2 * len(text)
