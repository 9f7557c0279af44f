"""Prices are entered in the admin, and the ledger is only read there."""

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from llm import variants
from llm.models import ModelCall, Price
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def adam(client: Client) -> Client:
    client.force_login(cast.adam())
    return client


def test_price_of_a_model_is_entered(adam: Client) -> None:
    form = {
        "model": "glm-4.5",
        "prompt_usd_per_1k": "0.0006",
        "completion_usd_per_1k": "0.0022",
        "since_0": "2026-01-01",
        "since_1": "00:00:00",
    }
    assert adam.post(reverse("admin:llm_price_add"), form).status_code == 302
    price = Price.objects.in_force("glm-4.5")
    assert price is not None and price.cost(1000, 1000) == Decimal("0.0028")


def test_ledger_is_read_and_never_written(adam: Client) -> None:
    call = ModelCall.objects.create(
        feature="draft", model="glm-4.5", gateway="https://x/v1", error="<b>no</b>"
    )
    page = adam.get(reverse("admin:llm_modelcall_changelist")).content.decode()
    assert "glm-4.5" in page and "<b>no</b>" not in page
    assert adam.get(reverse("admin:llm_modelcall_add")).status_code == 403
    change = reverse("admin:llm_modelcall_change", args=[call.pk])
    assert adam.get(change).status_code == 200
    assert adam.post(change, {"cost_usd": "0"}).status_code == 403
    assert adam.post(reverse("admin:llm_modelcall_delete", args=[call.pk])).status_code == 403


def test_a_call_without_a_price_is_unpriced_and_never_free(adam: Client) -> None:
    told = {"unpriced": None, "0.00000000": Decimal(0), "0.00420000": Decimal("0.0042")}
    for cost in told.values():
        ModelCall.objects.create(
            feature="draft", model="glm-4.5", gateway="x", outcome="complete", cost_usd=cost
        )
    page = adam.get(reverse("admin:llm_modelcall_changelist")).content.decode()
    assert all(page.count(f'field-cost">{said}<') == 1 for said in told)


def test_a_model_chosen_here_serves_from_the_next_call_on(adam: Client, settings: Any) -> None:
    settings.LLM_MODELS = {"triage": "from-the-environment"}
    assert variants.in_force("triage").model == "from-the-environment"
    chosen = {"feature": "triage", "model": "glm-4.5-air"}
    assert adam.post(reverse("admin:llm_variant_add"), chosen).status_code == 302
    assert variants.in_force("triage").model == "glm-4.5-air"


def test_agents_who_run_nothing_see_no_ledger(client: Client) -> None:
    client.force_login(cast.alice())
    assert client.get(reverse("admin:llm_modelcall_changelist")).status_code == 302
