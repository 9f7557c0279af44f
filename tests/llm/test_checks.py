"""Settings of the gateway that cannot work are named at the start."""

from typing import Any

import pytest

from llm.checks import gateway_settings


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("LLM_BASE_URL", "https://runapi.ai/v1", []),
        ("LLM_BASE_URL", "runapi.ai/v1", ["llm.E001"]),
        ("LLM_BASE_URL", "", ["llm.E001"]),
        ("RUNAPI_KEY", "", []),
        ("RUNAPI_KEY", " sk-1\n", []),
        ("RUNAPI_KEY", "sk-ü", ["llm.E002"]),
        ("RUNAPI_KEY", "a\nb", ["llm.E002"]),
        ("LLM_EXTRA_BODY", {}, []),
        ("LLM_EXTRA_BODY", None, []),
        ("LLM_EXTRA_BODY", ["x"], ["llm.E003"]),
        ("LLM_EXTRA_BODY", {"max_tokens": 9}, ["llm.E015"]),
        ("LLM_EXTRA_BODY", {"stream": False, "messages": [], "temperature": 0}, ["llm.E015"] * 2),
        ("LLM_EXTRA_BODY", {"model": "x", "tools": [], "tool_choice": "none"}, ["llm.E015"] * 3),
        ("LLM_EXTRA_BODIES", {"glm-4.5-air": {"n": 4, "max_completion_tokens": 9}}, ["llm.E015"] * 2),
        ("LLM_MODEL", " ", ["llm.E016"]),
        ("LLM_EXTRA_BODIES", {"glm-4.5-air": {}, "glm-4.5": None}, []),
        ("LLM_EXTRA_BODIES", [], ["llm.E010"]),
        ("LLM_EXTRA_BODIES", {"glm-4.5-air": "thinking"}, ["llm.E010"]),
        ("LLM_MAX_TOKENS", 1, []),
        ("LLM_MAX_TOKENS", 0, ["llm.E011"]),
        ("LLM_REQUESTS_PER_MINUTE", 0, []),
        ("LLM_REQUESTS_PER_MINUTE", -5, ["llm.E012"]),
        ("LLM_CONTEXT_TOKENS", {"my-model": 8192}, []),
        ("LLM_CONTEXT_TOKENS", 8192, ["llm.E013"]),
        ("LLM_CONTEXT_TOKENS", {"my-model": "8192"}, ["llm.E013"]),
        ("LLM_CONTEXT_TOKENS", {"my-model": True}, ["llm.E013"]),
        ("LLM_CONTEXT_TOKENS", {"my-model": 2048}, ["llm.E014"]),
        ("LLM_PIECE_TIMEOUT", 0, ["llm.E004"]),
        ("LLM_CONNECT_TIMEOUT", float("nan"), ["llm.E004"]),
        ("LLM_PIECE_TIMEOUT", 500, ["llm.W001"]),
        ("LLM_BASE_URL", "http://[::1", ["llm.E001"]),
        ("EMBEDDINGS_BASE_URL", "http://[::1", ["llm.E008", "llm.E007"]),
        ("EMBEDDINGS_API_KEY", "schlüssel", ["llm.E009"]),
        ("EMBEDDINGS_OTHER_KEYS", ["a"], ["llm.E009"]),
        ("EMBEDDINGS_BATCH", 0, ["llm.E006"]),
    ],
)
def test_settings_are_checked(settings: Any, name: str, value: Any, found: list[str]) -> None:
    setattr(settings, name, value)
    assert [message.id for message in gateway_settings(None)] == found
