"""An OpenAI-compatible `/embeddings`. Every call is on the ledger; what goes wrong is one of two errors."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal

import numpy as np
import openai
from django.conf import settings
from django.utils import timezone

from llm.embed.local import tokens_of
from llm.embed.vectors import CHARACTERS_A_TOKEN, Vectors, unit
from llm.errors import Rejected, Unavailable
from llm.models import ModelCall, Price

ENDPOINT_TOKENS = 512  # what any current embedding model accepts
ENDPOINT_BATCH = 64
ENDPOINT_TIMEOUT = openai.Timeout(30, connect=5)


class EndpointEmbedder:
    """A model behind an endpoint's `/embeddings`. Every call is on the ledger."""

    max_tokens = ENDPOINT_TOKENS
    languages: frozenset[str] | None = None

    def __init__(self, name: str, base_url: str = "", dimensions: int = 0) -> None:
        self.name = name
        self.base_url: str = base_url or settings.EMBEDDINGS_BASE_URL
        self.dimensions: int = dimensions or settings.EMBEDDINGS_DIMENSIONS

    def passages(self, texts: Sequence[str]) -> Vectors:
        batches = [texts[start : start + ENDPOINT_BATCH] for start in range(0, len(texts), ENDPOINT_BATCH)]
        empty = np.empty((0, self.dimensions), np.float32)
        return np.concatenate([empty, *(self._ask(batch, "embed passages") for batch in batches)])

    def query(self, text: str) -> Vectors:
        vector: Vectors = self.queries([text])[0]
        return vector

    def queries(self, texts: Sequence[str]) -> Vectors:
        return self._ask(texts, "embed question")

    def count(self, text: str) -> int:
        """By the local tokenizer, whose pieces are shorter than those of newer models."""
        return len(tokens_of(text))

    def _ask(self, texts: Sequence[str], feature: str) -> Vectors:
        call = ModelCall.objects.create(feature=feature, model=self.name, gateway=self.base_url)
        try:
            with _two_errors():
                answer = self._client().embeddings.create(
                    model=self.name, input=[_sendable(text) for text in texts], encoding_format="float"
                )
                vectors = self._vectors(answer, len(texts))
        except (Unavailable, Rejected) as error:
            _close_failed(call, error)
            raise
        _close_complete(call, answer.usage.prompt_tokens if answer.usage else 0)
        return vectors

    def _vectors(self, answer: openai.types.CreateEmbeddingResponse, wanted: int) -> Vectors:
        rows = sorted(answer.data, key=lambda item: item.index)
        if len(rows) != wanted:
            raise Unavailable(f"The embeddings endpoint answered {len(rows)} vectors for {wanted} texts.")
        vectors = np.array([row.embedding for row in rows], np.float32)
        if vectors.shape != (wanted, self.dimensions):
            raise Rejected(
                f"The model “{self.name}” makes vectors of {len(rows[0].embedding)} dimensions, "
                f"not {self.dimensions}: correct EMBEDDINGS_DIMENSIONS."
            )
        if not np.isfinite(vectors).all():
            raise Unavailable("The embeddings endpoint answered numbers that are not finite.")
        return unit(vectors)

    def _client(self) -> openai.OpenAI:
        # Whoever calls owns the retries.
        return openai.OpenAI(
            base_url=self.base_url,
            api_key=_key(self.base_url) or "none",
            max_retries=0,
            timeout=ENDPOINT_TIMEOUT,
        )


def _key(base_url: str) -> str:
    """An endpoint is sent its own key and no other's."""
    if base_url == settings.EMBEDDINGS_BASE_URL:
        return str(settings.EMBEDDINGS_API_KEY)
    return str(settings.EMBEDDINGS_OTHER_KEYS.get(base_url, ""))


def _sendable(text: str) -> str:
    """Servers refuse empty texts and what has no UTF-8 form; none embeds more than this many tokens."""
    cut = text[: ENDPOINT_TOKENS * CHARACTERS_A_TOKEN]
    return cut.encode("utf-8", "replace").decode().replace("\x00", " ") or " "


@contextmanager
def _two_errors() -> Iterator[None]:
    """What the client raises becomes one of the two errors that leave this package."""
    try:
        yield
    except openai.APIStatusError as error:
        what = f"The embeddings endpoint answered {error.status_code}: {error.message[:300]}"
        if error.status_code in (408, 409, 425, 429) or error.status_code >= 500:
            raise Unavailable(what) from error
        raise Rejected(what) from error
    except (openai.OpenAIError, json.JSONDecodeError) as error:
        raise Unavailable(f"The embeddings endpoint can't be reached or broke off: {error}") from error
    except (AttributeError, TypeError, ValueError) as error:
        # The client hands on whatever JSON came; it may be of any shape.
        raise Unavailable(
            "The embeddings endpoint answered something that is not a list of vectors."
        ) from error


def _close_complete(call: ModelCall, prompt_tokens: int) -> None:
    price = Price.objects.in_force(call.model)
    call.outcome = ModelCall.Outcome.COMPLETE
    call.prompt_tokens = prompt_tokens
    call.cost_usd = price.cost(prompt_tokens, 0) if price else None
    call.finished = timezone.now()
    call.save()


def _close_failed(call: ModelCall, error: Unavailable | Rejected) -> None:
    rejected = isinstance(error, Rejected)
    call.outcome = ModelCall.Outcome.REJECTED if rejected else ModelCall.Outcome.UNAVAILABLE
    call.error = str(error)
    call.cost_usd = Decimal(0)
    call.finished = timezone.now()
    call.save()
