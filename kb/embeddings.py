"""Give every passage its vector. Resumable: what is there stays, what is missing is made, twice is once."""

from collections import Counter
from collections.abc import Callable, Collection
from concurrent.futures import Executor, Future
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from kb.copying import copy_vectors
from kb.models import Document, Embedding, EmbeddingModel, Passage
from llm.embed import Embedder, Vectors
from llm.errors import Rejected, Unavailable

# Stored together: a process that is killed loses at most this many vectors.
BATCH = 64
# Made in one go beside the reading of other files: of more texts, more are of like length.
MOST_AHEAD = 512


def embed_missing(
    model: EmbeddingModel,
    documents: Collection[Document] | None = None,
    go_on: Callable[[int], bool] = lambda done: True,
) -> int:
    """Embed what has no vector in this model's space, of some documents or of all; how many passages.

    Safe to run in several processes at once. `go_on` is told after each batch how many are done.
    """
    maker = model.embedder()
    done = last = 0
    while batch := _next(model, documents, last):
        last = batch[-1].pk
        _store(model, batch, _vectors(maker, model, batch))
        done += len(batch)
        if not go_on(done):
            break
    return done


@dataclass(frozen=True)
class Ahead:
    """Vectors that a thread makes while this one goes on reading."""

    model: EmbeddingModel
    passages: list[Passage]
    vectors: Future[Vectors]


def make_ahead(documents: Collection[Document], aside: Executor) -> Ahead | None:
    """Those that are missing, or the first of many; made on this machine, and for one model only.

    The thread touches no database. `embed_missing` makes what is left.
    """
    models = list(EmbeddingModel.objects.kept_complete())
    if len(models) != 1 or models[0].base_url:
        return None
    missing = Passage.objects.filter(document__in=documents).missing_embedding(models[0])
    found = list(missing.select_related("document").defer("lexemes", "weights").order_by("pk")[:MOST_AHEAD])
    if not found:
        return None
    return Ahead(models[0], found, aside.submit(_vectors, models[0].embedder(), models[0], found))


def store_ahead(ahead: Ahead) -> Counter[int]:
    """How many passages of each document have their vectors now; what failed is left to `embed_missing`."""
    try:
        vectors = ahead.vectors.result()
    except (Rejected, Unavailable):
        return Counter()
    _store(ahead.model, ahead.passages, vectors)
    return Counter(passage.document_id for passage in ahead.passages)


def _next(model: EmbeddingModel, documents: Collection[Document] | None, last: int) -> list[Passage]:
    missing = Passage.objects.missing_embedding(model).filter(pk__gt=last)
    if documents is not None:
        missing = missing.filter(document__in=documents)
    return list(missing.select_related("document").defer("lexemes", "weights").order_by("pk")[:BATCH])


def _vectors(maker: Embedder, model: EmbeddingModel, batch: list[Passage]) -> Vectors:
    vectors = maker.passages([passage.indexed_text() for passage in batch])
    if vectors.shape[1] != model.dimensions:
        raise Rejected(
            f"“{model.name}” makes vectors of {vectors.shape[1]} dimensions and was set up with "
            f"{model.dimensions}: correct EMBEDDINGS_DIMENSIONS, or give the new model a name of its own."
        )
    return vectors


def _store(model: EmbeddingModel, batch: list[Passage], vectors: Vectors) -> None:
    try:
        _store_living(model, batch, vectors)
    except IntegrityError:
        # The model was retired meanwhile: nobody needs its vectors.
        if EmbeddingModel.objects.filter(pk=model.pk).exists():
            raise


@transaction.atomic
def _store_living(model: EmbeddingModel, batch: list[Passage], vectors: Vectors) -> None:
    """One short transaction. A passage that was deleted or embedded by someone else meanwhile is left out."""
    alive = set(
        Passage.objects.filter(pk__in=[passage.pk for passage in batch])
        .order_by("pk")
        .select_for_update(no_key=True)
        .values_list("pk", flat=True)
    )
    # Who holds its row alone writes a passage's vectors: none is added after this.
    alive -= set(Embedding.objects.filter(model=model, passage__in=alive).values_list("passage", flat=True))
    places = [place for place, passage in enumerate(batch) if passage.pk in alive]
    copy_vectors(model.pk, [batch[place].pk for place in places], vectors[places])
