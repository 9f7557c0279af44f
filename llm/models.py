from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.core.validators import MinValueValidator
from django.db import models
from django.utils import timezone

NOT_NEGATIVE = [MinValueValidator(Decimal(0))]


class PriceQuerySet(models.QuerySet["Price"]):
    def in_force(self, model: str, at: datetime | None = None) -> Price | None:
        """The price of `model` at a moment (default: now), or None: unpriced."""
        return self.filter(model=model, since__lte=at or timezone.now()).order_by("-since").first()


class Price(models.Model):
    """What 1,000 tokens of a model cost in USD, from a moment on.

    Prompt tokens that the gateway had cached cost their own price, if it has one.
    """

    model = models.CharField(max_length=200)
    prompt_usd_per_1k = models.DecimalField(
        "prompt, USD per 1K", max_digits=12, decimal_places=8, validators=NOT_NEGATIVE
    )
    cached_usd_per_1k = models.DecimalField(
        "cached prompt, USD per 1K",
        max_digits=12,
        decimal_places=8,
        null=True,
        blank=True,
        validators=NOT_NEGATIVE,
        help_text="Prompt tokens that the gateway had cached. Empty: they cost as much as the others.",
    )
    completion_usd_per_1k = models.DecimalField(
        "completion, USD per 1K", max_digits=12, decimal_places=8, validators=NOT_NEGATIVE
    )
    since = models.DateTimeField(default=timezone.now)

    objects = PriceQuerySet.as_manager()

    class Meta:
        ordering = ["model", "-since"]
        constraints = [models.UniqueConstraint(fields=["model", "since"], name="one_price_a_moment")]

    def __str__(self) -> str:
        return f"{self.model} since {self.since:%Y-%m-%d}"

    def cost(self, prompt_tokens: int, completion_tokens: int, cached_tokens: int = 0) -> Decimal:
        """USD for one call. The cached tokens are part of the prompt's."""
        cached = self.prompt_usd_per_1k if self.cached_usd_per_1k is None else self.cached_usd_per_1k
        prompt = self.prompt_usd_per_1k * (prompt_tokens - cached_tokens) + cached * cached_tokens
        return (prompt + self.completion_usd_per_1k * completion_tokens) / 1000


class Budget(models.Model):
    """What an admin allows to be spent in a period; it beats the environment."""

    class Period(models.TextChoices):
        DAY = "day", "a day"
        MONTH = "month", "a month"

    period = models.CharField(max_length=10, choices=Period, unique=True)
    limit_usd = models.DecimalField(
        "limit, USD", max_digits=12, decimal_places=4, validators=NOT_NEGATIVE, help_text="0: nothing."
    )

    class Meta:
        ordering = ["period"]

    def __str__(self) -> str:
        return f"{self.limit_usd:f} USD {self.get_period_display()}"


class Spending(models.Model):
    """What was spent in one day or one month, and what running calls have reserved of its budget."""

    period = models.CharField(max_length=10, choices=Budget.Period)
    starts = models.DateField()
    spent_usd = models.DecimalField(max_digits=16, decimal_places=8, default=0)
    reserved_usd = models.DecimalField(max_digits=16, decimal_places=8, default=0)

    class Meta:
        ordering = ["-starts", "period"]
        constraints = [models.UniqueConstraint(fields=["period", "starts"], name="one_spending_a_period")]

    def __str__(self) -> str:
        return f"{self.spent_usd:f} USD in the {self.period} of {self.starts}"


class Variant(models.Model):
    """The model that an admin has chosen for a feature; it beats the environment."""

    class Feature(models.TextChoices):
        DRAFT = "draft", "Drafts"
        REWRITE = "rewrite", "Rewriting a draft"
        SECOND_OPINION = "second_opinion", "Second opinion on a sentence"
        TRIAGE = "triage", "Triage: what a ticket is about"
        LIGHTER = "lighter", "Everything, when a budget is nearly used up"

    feature = models.CharField(max_length=40, choices=Feature, unique=True)
    model = models.CharField(max_length=200, help_text="As the gateway calls it, such as glm-4.5.")

    class Meta:
        ordering = ["feature"]
        verbose_name = "model for a feature"
        verbose_name_plural = "models for features"

    def __str__(self) -> str:
        return f"{self.get_feature_display()}: {self.model}"


class ModelCall(models.Model):
    """One row of the ledger: written when a call starts, closed with its outcome.

    A call that brought no whole answer costs 0. One that did is paid for, also where it was of no use;
    without a known price its `cost_usd` is null ("unpriced").
    """

    class Outcome(models.TextChoices):
        STARTED = "started"
        COMPLETE = "complete"
        UNAVAILABLE = "unavailable"
        REJECTED = "rejected"
        ABANDONED = "abandoned"  # the caller went away, or its process died

    feature = models.CharField(max_length=40)  # "draft", "doctor"
    model = models.CharField(max_length=200)
    gateway = models.CharField(max_length=500)
    prompt_version = models.CharField(max_length=40, blank=True)
    bill = models.CharField(max_length=40, blank=True)  # what it was made for; its calls are paid together
    outcome = models.CharField(max_length=20, choices=Outcome, default=Outcome.STARTED)
    error = models.TextField(blank=True)
    finish_reason = models.CharField(max_length=40, blank=True)
    prompt_tokens = models.PositiveIntegerField(default=0)
    cached_tokens = models.PositiveIntegerField(default=0)  # of the prompt's
    completion_tokens = models.PositiveIntegerField(default=0)
    tokens_estimated = models.BooleanField(default=False)  # the gateway named none: counted by length
    prompt_bytes = models.PositiveIntegerField(default=0)  # from which token counts are learnt
    reserved_usd = models.DecimalField(max_digits=14, decimal_places=8, default=0)
    cost_usd = models.DecimalField(max_digits=14, decimal_places=8, null=True, blank=True)
    started = models.DateTimeField(default=timezone.now)
    first_piece = models.DateTimeField(null=True, blank=True)
    finished = models.DateTimeField(null=True, blank=True)

    counted = (
        False  # its answer came whole: what that cost stands above, and is stored when the row is closed
    )

    class Meta:
        ordering = ["-started"]
        indexes = [
            models.Index(fields=["started"], name="modelcall_started"),
            models.Index(fields=["started"], name="modelcall_open", condition=models.Q(outcome="started")),
            models.Index(fields=["bill"], name="modelcall_bill", condition=~models.Q(bill="")),
        ]

    def __str__(self) -> str:
        return f"{self.feature} with {self.model}: {self.outcome}"


# Calls that are over, and whose price nobody knows.
UNPRICED = models.Q(cost_usd=None) & ~models.Q(outcome=ModelCall.Outcome.STARTED)
