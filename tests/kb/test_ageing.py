"""What a process has found out about a model is found out anew after some use, and not while it rests."""

from types import SimpleNamespace

import pytest

from kb.models import EmbeddingModel
from kb.retrieval import ageing
from kb.retrieval.ageing import KEPT, age, in_use

OLD, NEW = EmbeddingModel(pk=-1), EmbeddingModel(pk=-2)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [1_000.0]
    monkeypatch.setattr(ageing, "time", SimpleNamespace(monotonic=lambda: now[0]))
    for known in "_used", "_ages":
        monkeypatch.setattr(ageing, known, {})
    return now


def test_a_model_in_use_ages(clock: list[float]) -> None:
    in_use(OLD)
    young = age(OLD)
    clock[0] += KEPT - 1
    in_use(OLD)
    assert age(OLD) == young
    clock[0] += 1
    assert age(OLD) != young


def test_a_model_that_rests_does_not_age_and_is_known_when_searches_go_back_to_it(
    clock: list[float],
) -> None:
    in_use(OLD)
    before = age(OLD)
    in_use(NEW)
    for _ in range(3):
        clock[0] += KEPT
        assert age(OLD) == before
    in_use(OLD)
    assert age(OLD) == before
    clock[0] += KEPT
    assert age(OLD) != before


def test_a_model_measured_before_it_is_made_active_is_young_when_it_is(clock: list[float]) -> None:
    in_use(OLD)
    measured = age(NEW)
    clock[0] += 10 * KEPT
    in_use(NEW)
    assert age(NEW) == measured
