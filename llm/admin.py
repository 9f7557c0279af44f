"""Prices are entered here; the ledger is read here, and nobody writes in it."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from llm.models import Budget, ModelCall, Price, Spending, Variant


class ReadOnly(admin.ModelAdmin):  # type: ignore[type-arg]  # not subscriptable at run time
    """Rows to look into a case with; whoever writes them, it isn't somebody here."""

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False


@admin.register(Price)
class PriceAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not generic when it runs
    list_display = ["model", "since", "prompt_usd_per_1k", "cached_usd_per_1k", "completion_usd_per_1k"]
    list_filter = ["model"]


@admin.register(Budget)
class BudgetAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not generic when it runs
    list_display = ["period", "limit_usd"]


@admin.register(Spending)
class SpendingAdmin(ReadOnly):
    list_display = ["period", "starts", "spent_usd", "reserved_usd"]
    list_filter = ["period"]


@admin.register(Variant)
class VariantAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not generic when it runs
    list_display = ["feature", "model"]


@admin.register(ModelCall)
class ModelCallAdmin(ReadOnly):
    list_display = [
        "started",
        "feature",
        "model",
        "outcome",
        "prompt_tokens",
        "completion_tokens",
        "cost",
        "error",
    ]
    list_filter = ["outcome", "feature", "model"]
    date_hierarchy = "started"
    show_full_result_count = False  # the ledger grows

    @admin.display(description="cost, USD", ordering="cost_usd")
    def cost(self, call: ModelCall) -> str:
        """As everywhere: what nobody knows the price of is unpriced, never free."""
        if call.outcome == ModelCall.Outcome.STARTED:
            return "not known yet"
        return "unpriced" if call.cost_usd is None else f"{call.cost_usd:f}"
