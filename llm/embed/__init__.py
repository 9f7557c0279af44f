"""Turn texts into vectors of length 1: with a local ONNX model, or through an OpenAI-compatible endpoint.

Nothing is downloaded. Whatever goes wrong leaves as `llm.errors.Unavailable` (try later) or `Rejected`.
"""

from __future__ import annotations

from django.conf import settings

from llm.embed.endpoint import Endpoint, EndpointEmbedder, endpoint_of_settings, open_client
from llm.embed.local import LOCAL_DIMENSIONS, LOCAL_MODEL, LocalEmbedder
from llm.embed.vectors import Embedder, Vectors
from llm.errors import Rejected

__all__ = [
    "LOCAL_DIMENSIONS",
    "LOCAL_MODEL",
    "Embedder",
    "Endpoint",
    "EndpointEmbedder",
    "LocalEmbedder",
    "Vectors",
    "configured_model",
    "embedder",
    "endpoint_of_settings",
    "open_client",
]


def configured_model() -> tuple[str, int]:
    """Name and dimensions of the embedding model that the settings ask for."""
    if settings.EMBEDDINGS_BASE_URL:
        return settings.EMBEDDINGS_MODEL, settings.EMBEDDINGS_DIMENSIONS
    return LOCAL_MODEL, LOCAL_DIMENSIONS


def embedder(name: str, endpoint: Endpoint | None = None) -> Embedder:
    """The maker of the vectors of the embedding model `name`; without an endpoint, by the settings."""
    if name == LOCAL_MODEL:
        return LocalEmbedder()
    endpoint = endpoint or endpoint_of_settings()
    if not endpoint.base_url:
        raise Rejected(
            f"The embedding model “{name}” is served by an endpoint: set EMBEDDINGS_BASE_URL to its address."
        )
    return EndpointEmbedder(name, endpoint)
