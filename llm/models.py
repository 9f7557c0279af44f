from decimal import Decimal

from django.db import models
from django.utils import timezone


class PriceQuerySet(models.QuerySet["Price"]):
    def in_force(self, model: str) -> "Price | None":
        """The price of `model` now, or None: unpriced."""
        return self.filter(model=model, since__lte=timezone.now()).order_by("-since").first()


class Price(models.Model):
    """What 1,000 tokens of a model cost in USD, from a moment on."""

    model = models.CharField(max_length=200)
    prompt_usd_per_1k = models.DecimalField(max_digits=12, decimal_places=8)
    completion_usd_per_1k = models.DecimalField(max_digits=12, decimal_places=8)
    since = models.DateTimeField(default=timezone.now)

    objects = PriceQuerySet.as_manager()

    class Meta:
        ordering = ["model", "-since"]
        constraints = [models.UniqueConstraint(fields=["model", "since"], name="one_price_a_moment")]

    def __str__(self) -> str:
        return f"{self.model} since {self.since:%Y-%m-%d}"

    def cost(self, prompt_tokens: int, completion_tokens: int) -> Decimal:
        """USD for one call."""
        return (
            self.prompt_usd_per_1k * prompt_tokens + self.completion_usd_per_1k * completion_tokens
        ) / 1000


class ModelCall(models.Model):
    """One row of the ledger: written when a call starts, closed with its outcome.

    A call that failed costs 0; one that succeeded without a known price has `cost_usd` null ("unpriced").
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
    outcome = models.CharField(max_length=20, choices=Outcome, default=Outcome.STARTED)
    error = models.TextField(blank=True)
    finish_reason = models.CharField(max_length=40, blank=True)
    prompt_tokens = models.PositiveIntegerField(default=0)
    completion_tokens = models.PositiveIntegerField(default=0)
    tokens_estimated = models.BooleanField(default=False)  # the gateway named none: counted by length
    cost_usd = models.DecimalField(max_digits=14, decimal_places=8, null=True, blank=True)
    started = models.DateTimeField(default=timezone.now)
    first_piece = models.DateTimeField(null=True, blank=True)
    finished = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-started"]
        indexes = [
            models.Index(fields=["started"], name="modelcall_started"),
            models.Index(fields=["started"], name="modelcall_open", condition=models.Q(outcome="started")),
        ]

    def __str__(self) -> str:
        return f"{self.feature} with {self.model}: {self.outcome}"
