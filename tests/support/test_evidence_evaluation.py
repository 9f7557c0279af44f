"""Measuring the check on labelled sentences, from the command line."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from support.evidence.evaluation import HARD, evaluate

SHARED = Path(os.environ.get("CITEDESK_SHARED", "/nowhere"), "eval", "support")
ROW = {"passage": "Refunds take 5 days.", "sentence": "Refunds take 5 days.", "label": "supported"}


def rows(folder: Path, *changes: dict[str, Any]) -> Path:
    lines = (json.dumps(ROW | {"group": str(number)} | change) for number, change in enumerate(changes))
    (folder / "rows.jsonl").write_text("\n".join(lines), "utf-8")
    return folder


MOVED = {
    "sentence": "Refunds take 9 days.",
    "label": "unsupported",
    "kind": "number_changed",
    "sub": "day:hard",
}


def test_figures_count_what_matches_by_kind(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("evaluate-support", rows(tmp_path, {}, {}, MOVED), json=True)
    figures = json.loads(capsys.readouterr().out)
    assert figures == {
        "rows": 3,
        "auc": 1.0,
        "auc_all": 1.0,
        "balanced_accuracy": 1.0,
        "kept": 1.0,
        "caught": {"number_changed": 1.0, "number_changed/day": 1.0, "number_changed/day:hard": 1.0},
    }


def test_figures_are_told_to_a_reader_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("evaluate-support", rows(tmp_path, {}, MOVED))
    assert "supported sentences that match: 1.0" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "There is no"),
        ("{", "line 1 is no JSON"),
        ("[]", "must be a JSON object"),
        (json.dumps({"passage": "x", "label": "supported"}), "needs a text “sentence”"),
        (json.dumps(ROW | {"label": "perhaps"}), "must be supported or unsupported"),
        (json.dumps(ROW), "both supported and unsupported"),
        ("", "both supported and unsupported"),
    ],
)
def test_set_that_cannot_be_measured_is_told_in_a_sentence(
    tmp_path: Path, content: str | None, told: str
) -> None:
    if content is not None:
        (tmp_path / "rows.jsonl").write_text(content, "utf-8")
    with pytest.raises(CommandError, match=told):
        call_command("evaluate-support", tmp_path)


def test_folds_need_groups_to_learn_from(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="need more groups"):
        call_command("evaluate-support", rows(tmp_path, {"group": "a"}, MOVED | {"group": "a"}), folds=2)
    with pytest.raises(CommandError, match="must be 2 or more"):
        call_command("evaluate-support", tmp_path, folds=1)


@pytest.mark.skipif(not SHARED.exists(), reason="CITEDESK_SHARED names no shared sets")
@pytest.mark.slow
def test_check_holds_its_targets_on_groups_that_it_was_not_learnt_from() -> None:
    figures = evaluate(SHARED, folds=5)
    caught = figures["caught"]
    assert figures["auc"] >= 0.92 and figures["kept"] >= 0.92
    assert caught["negated"] >= 0.80 and caught["entity_swapped"] >= 0.70
    assert caught["number_changed/swapped_within_passage"] >= 0.50
    assert set(HARD) <= set(caught)
