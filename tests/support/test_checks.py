"""Settings of drafts and of the widget that cannot work are named at the start."""

from typing import Any

import pytest
from django.core.checks import run_checks


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("DRAFT_DEBOUNCE_SECONDS", 0, []),
        ("DRAFT_DEBOUNCE_SECONDS", -1, ["support.E002"]),
        ("DRAFT_DEBOUNCE_SECONDS", float("nan"), ["support.E002"]),
        ("DRAFT_DEBOUNCE_SECONDS", float("inf"), ["support.E002"]),
        ("RELEVANCE_FLOOR", 1, []),
        ("RELEVANCE_FLOOR", 35, ["support.E003"]),
        ("RELEVANCE_FLOOR", float("nan"), ["support.E003"]),
        ("WIDGET_MESSAGES_PER_MINUTE", 0, ["support.E004"]),
        ("WIDGET_ADDRESS_MESSAGES_PER_MINUTE", -1, ["support.E004"]),
    ],
)
def test_settings_are_checked(settings: Any, name: str, value: Any, found: list[str]) -> None:
    setattr(settings, name, value)
    assert [message.id for message in run_checks() if str(message.id).startswith("support.")] == found
