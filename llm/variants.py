"""Which model serves which feature: an admin's row, else the feature's setting, else LLM_MODEL.

A row is read with each call, so a change is in force at once, in every process.
"""

from dataclasses import dataclass
from typing import Any

from django.conf import settings

from llm import budgets
from llm.models import Variant


@dataclass(frozen=True)
class InForce:
    """A feature's model, what goes along with its requests, and where that is set."""

    feature: str
    model: str
    extra_body: dict[str, Any]
    set_by: str


def in_force(feature: str) -> InForce:
    """For any feature; one without a setting of its own, such as doctor's call, is served by LLM_MODEL.

    When a budget is nearly used up, the lighter model serves all, if one is named.
    """
    model, set_by = _model(feature)
    if (lighter := _chosen(Variant.Feature.LIGHTER)) and budgets.tight():
        model, set_by = lighter[0], f"{lighter[1]}, as the budget is nearly used up"
    body = settings.LLM_EXTRA_BODIES.get(model, settings.LLM_EXTRA_BODY) or {}
    return InForce(feature, model, body, set_by)


def all_in_force() -> list[InForce]:
    """Of each feature; the lighter model is none."""
    return [in_force(feature) for feature in Variant.Feature if feature != Variant.Feature.LIGHTER]


def _model(feature: str) -> tuple[str, str]:
    return _chosen(feature) or (settings.LLM_MODEL, "LLM_MODEL")


def _chosen(feature: str) -> tuple[str, str] | None:
    """The model that somebody named for this, and where."""
    if row := Variant.objects.filter(feature=feature).first():
        return row.model, "the admin pages"
    if model := settings.LLM_MODELS.get(feature, "").strip():
        return model, f"LLM_MODEL_{feature.upper()}"
    return None
