"""Turn texts into vectors: with the local ONNX model, or through an OpenAI-compatible endpoint."""

from django.conf import settings

LOCAL_MODEL = "all-MiniLM-L6-v2-int8"
LOCAL_DIMENSIONS = 384


def configured_model() -> tuple[str, int]:
    """Name and dimensions of the embedding model that the settings ask for."""
    if settings.EMBEDDINGS_BASE_URL:
        return settings.EMBEDDINGS_MODEL, settings.EMBEDDINGS_DIMENSIONS
    return LOCAL_MODEL, LOCAL_DIMENSIONS
