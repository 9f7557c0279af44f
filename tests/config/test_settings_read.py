"""A setting that cannot be used ends in one sentence that names it, and never in a traceback."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.environment import Environment

env = Environment()


@pytest.mark.parametrize(
    ("kind", "options", "given"),
    [
        ("time_zone", {}, "Mars/Olympus"),
        ("time_zone", {}, "../../etc/passwd"),
        ("time_zone", {}, "Europe"),
        ("time_zone", {}, "+02:00"),
        ("log_level", {}, "LOUD"),
        ("log_level", {}, "10"),
        ("switch", {"default": False}, "ture"),
        ("switch", {"default": True}, "2"),
        ("whole", {"default": 1}, "-1"),
        ("whole", {"default": 1}, "many"),
        ("whole", {"default": 8000, "least": 1, "most": 65535}, "65536"),
        ("whole", {"default": 1}, "9" * 30),
        ("whole", {"default": 1}, "1e3"),
        ("whole", {"default": 1}, ""),
        ("number", {"default": 5}, "nan"),
        ("number", {"default": 5}, "5 seconds"),
        ("number", {"default": 5}, "inf"),
        ("db_url", {}, "nonsense"),
        ("db_url", {}, "sqlite:///x"),
        ("db_url", {}, "postgres://u:secret@h:99999/x"),
        ("usd", {}, "a lot"),
        ("usd", {}, "-1"),
        ("data", {"default": {}}, "{"),
        ("address", {"schemes": ("redis", "unix")}, "localhost:6379"),
    ],
)
def test_nonsense_is_named_in_a_sentence(
    monkeypatch, kind: str, options: dict[str, object], given: str
) -> None:
    monkeypatch.setenv("SOME_SETTING", given)
    with pytest.raises(ImproperlyConfigured) as refused:
        getattr(env, kind)("SOME_SETTING", **options)
    said = str(refused.value)
    assert said.startswith("SOME_SETTING") and said.endswith(".") and "\n" not in said
    assert "secret" not in said


@pytest.mark.parametrize(
    ("kind", "options", "given", "expected"),
    [
        ("time_zone", {}, "", "UTC"),
        ("time_zone", {}, "Europe/Berlin", "Europe/Berlin"),
        ("log_level", {}, " info ", "INFO"),
        ("log_level", {}, "", "WARNING"),
        ("switch", {"default": True}, "", True),
        ("switch", {"default": True}, "Off", False),
        ("switch", {"default": False}, "YES", True),
        ("whole", {"default": 3}, "0", 0),
        ("number", {"default": 5}, " 2.5", 2.5),
        ("data", {"default": {"a": 1}}, "", {"a": 1}),
        ("data", {"default": {}}, "[1]", [1]),
        (
            "address",
            {"schemes": ("redis", "unix")},
            "unix:///run/valkey.sock?db=0",
            "unix:///run/valkey.sock?db=0",
        ),
    ],
)
def test_what_is_meant_is_read(
    monkeypatch, kind: str, options: dict[str, object], given: str, expected: object
) -> None:
    monkeypatch.setenv("SOME_SETTING", given)
    assert getattr(env, kind)("SOME_SETTING", **options) == expected
