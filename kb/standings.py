"""How far each embedding model is, how fast, and what it costs: what `reembed status` and the page show.

Nothing here changes anything.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from django.db.models import Count, Max, Min, Q, Sum

from kb import vector_index
from kb.models import Embedding, EmbeddingModel, Passage
from llm.embed import Embedder
from llm.models import ModelCall, Price

# So many passages are counted to estimate the tokens of all.
SAMPLE = 400


@dataclass(frozen=True)
class Cost:
    """Of calls to a model, in USD; None: its price is not known. Local models cost nothing."""

    tokens: int
    usd: Decimal | None

    def __str__(self) -> str:
        if self.usd is None:
            return "unpriced"
        if not self.usd:
            return "0 USD"
        return f"{self.usd:.4f} USD" if self.usd < 1 else f"{self.usd:.2f} USD"


@dataclass(frozen=True)
class Standing:
    """One model: what there is of it."""

    model: EmbeddingModel
    embedded: int
    passages: int
    index: str  # "built", "missing", "not needed"
    spent: Cost

    @classmethod
    def planned(cls, model: EmbeddingModel) -> Standing:
        """Of a model that is not there yet."""
        return cls(model, 0, Passage.objects.count(), "missing", Cost(0, Decimal(0)))

    @property
    def missing(self) -> int:
        return max(self.passages - self.embedded, 0)

    @property
    def percent(self) -> int:
        """Rounded down: 100 means all."""
        return 100 * self.embedded // self.passages if self.passages else 100

    @property
    def building(self) -> bool:
        return self.model.state in (EmbeddingModel.State.BUILDING, EmbeddingModel.State.FINISHING)

    @property
    def remaining(self) -> timedelta | None:
        """None: nobody is at it, so nobody knows."""
        if not self.building or not self.model.rate:
            return None
        return timedelta(seconds=round(self.missing / self.model.rate))

    @property
    def remaining_shown(self) -> str:
        minutes, seconds = divmod(int(self.remaining.total_seconds()) if self.remaining else 0, 60)
        if minutes >= 60:
            return f"{minutes // 60} h {minutes % 60} min"
        return f"{minutes} min" if minutes else f"{seconds} s"

    @property
    def place(self) -> str:
        """Where its vectors are made."""
        host = urlsplit(self.model.base_url).hostname
        return f"at {host}" if host else "on this machine"

    def as_json(self) -> dict[str, Any]:
        model, remaining = self.model, self.remaining
        return {
            "name": model.name,
            "dimensions": model.dimensions,
            "made": self.place,
            "active": model.active,
            "state": model.state,
            "passages": self.passages,
            "embedded": self.embedded,
            "missing": self.missing,
            "passages_per_second": round(model.rate, 1),
            "remaining_seconds": None if remaining is None else int(remaining.total_seconds()),
            "index": self.index,
            "tokens": self.spent.tokens,
            "cost_usd": None if self.spent.usd is None else float(self.spent.usd),
            "problem": model.reason,
            "figures": model.figures,
        }


@dataclass(frozen=True)
class Estimate:
    """What building a model would take."""

    passages: int
    cost: Cost


def standings() -> list[Standing]:
    """The active one first, then in the order of their beginning."""
    passages = Passage.objects.count()
    counted = Embedding.objects.values_list("model").annotate(Count("pk")).order_by("model")
    embedded = dict(counted)
    return [
        Standing(model, embedded.get(model.pk, 0), passages, _index(model), spent(model))
        for model in EmbeddingModel.objects.order_by("-active", "pk")
    ]


def _index(model: EmbeddingModel) -> str:
    if vector_index.ready(model):
        return "built"
    return "missing" if vector_index.needed(model) else "not needed"


def spent(model: EmbeddingModel) -> Cost:
    """On its passages, as the ledger has it."""
    calls = ModelCall.objects.filter(
        model=model.name, feature="embed passages", started__gte=model.created, gateway=model.base_url
    )
    sums = calls.aggregate(
        tokens=Sum("prompt_tokens", default=0),
        usd=Sum("cost_usd", default=Decimal(0)),
        unpriced=Count("pk", filter=Q(cost_usd=None, outcome=ModelCall.Outcome.COMPLETE)),
    )
    return Cost(sums["tokens"], None if sums["unpriced"] else sums["usd"])


def estimate(model: EmbeddingModel) -> Estimate:
    """For a model that is there or is not; by the tokens of some passages and the price in force."""
    passages = Passage.objects.count()
    tokens = round(passages * _tokens_a_passage(model.embedder()))
    if not model.base_url:
        return Estimate(passages, Cost(tokens, Decimal(0)))
    price = Price.objects.in_force(model.name)
    return Estimate(passages, Cost(tokens, price.cost(tokens, 0) if price else None))


def _tokens_a_passage(maker: Embedder) -> float:
    """Chosen over the whole range of keys, so that one long document doesn't stand for all."""
    keys = Passage.objects.aggregate(first=Min("pk"), last=Max("pk"))
    if keys["first"] is None:
        return 0
    span = range(keys["first"], keys["last"] + 1)
    chosen = random.Random(0).sample(span, min(4 * SAMPLE, len(span)))
    found = Passage.objects.filter(pk__in=chosen).select_related("document").defer("lexemes", "weights")
    counts = [min(maker.count(passage.indexed_text()), maker.max_tokens) for passage in found[:SAMPLE]]
    return sum(counts) / len(counts) if counts else maker.max_tokens
