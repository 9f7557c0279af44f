"""A model per feature: by a setting, and by an admin's row, which is in force at once."""

import pytest

from config import diagnosis
from llm import chat, variants
from llm.models import ModelCall, Variant
from tests.gateway import Gateway

pytestmark = pytest.mark.django_db


def asked(gateway: Gateway, feature: str) -> dict[str, object]:
    list(chat.stream([{"role": "user", "content": "Ready?"}], feature=feature))
    body: dict[str, object] = gateway.requests[-1].body
    return body


def test_unset_variant_is_the_one_model(gateway: Gateway) -> None:
    assert asked(gateway, "rewrite")["model"] == asked(gateway, "draft")["model"] == "glm-4.5"


def test_setting_gives_one_feature_its_model(gateway: Gateway, settings) -> None:
    settings.LLM_MODELS = {"rewrite": "glm-4.5-air"}
    assert asked(gateway, "rewrite")["model"] == "glm-4.5-air"
    assert asked(gateway, "draft")["model"] == "glm-4.5"
    assert set(ModelCall.objects.values_list("feature", "model")) == {
        ("rewrite", "glm-4.5-air"),
        ("draft", "glm-4.5"),
    }


def test_admins_row_beats_the_environment_at_once(gateway: Gateway, settings) -> None:
    settings.LLM_MODELS = {"rewrite": "glm-4.5-air"}
    row = Variant.objects.create(feature="rewrite", model="glm-4.5-flash")
    assert asked(gateway, "rewrite")["model"] == "glm-4.5-flash"
    row.delete()
    assert asked(gateway, "rewrite")["model"] == "glm-4.5-air"


def test_model_has_its_own_extra_body(gateway: Gateway, settings) -> None:
    settings.LLM_MODELS = {"rewrite": "other"}
    settings.LLM_EXTRA_BODIES = {"other": {"top_k": 3}}
    body = asked(gateway, "rewrite")
    assert body["top_k"] == 3 and "thinking" not in body
    assert asked(gateway, "draft")["thinking"] == {"type": "disabled"}


def test_doctor_says_which_model_serves_what_and_where_that_is_set(gateway: Gateway, settings) -> None:
    gateway.models = ["glm-4.5"]
    Variant.objects.create(feature="rewrite", model="not-there")
    found = list(diagnosis.gateway())
    assert [one.state for one in found] == ["ok", "warning"]
    assert "draft by LLM_MODEL" in found[0].saw
    assert "not-there (rewrite by the admin pages)" in found[1].saw


def test_feature_without_a_setting_is_served_by_the_one_model(settings) -> None:
    settings.LLM_MODEL = "glm-9"
    assert variants.in_force("doctor").model == "glm-9"
