"""A model that can be made active is measured before it is, so that no search waits for that when it is.

What a search has to know of a model (how its cosines differ, which languages it follows, what everyday
questions find) takes a process a second or two. It is found out in small pieces, beside the searches, once in
a process, and only in those that go on searching.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from threading import Event, Thread

from django.db import connection

from kb.models import EmbeddingModel
from kb.retrieval import calibration, everyday
from llm.embed import open_client
from llm.errors import ModelError, Unavailable

log = logging.getLogger(__name__)

# After a piece the thread rests so many times as long: who searches has the processor, and the connection.
REST = 1.0
LONGEST_REST = 5.0  # seconds
# Seconds until a model that could not be measured is tried again.
PAUSE = 600.0

_going_on = Event()
# By database and model: until when it is left alone.
_begun: dict[tuple[str, int], float] = {}


def go_on_searching() -> None:
    """Said by the doors of processes that live on: the web server's and the workers'. A command ends before
    another model is made active, and has no use for what it would find out."""
    open_client()
    _going_on.set()


def get_ready(active: EmbeddingModel, others: Iterable[int]) -> None:
    """For the other models that are complete, while searches go on."""
    # Within a transaction nobody else sees what it has written, and no change of the model comes next.
    if not _going_on.is_set() or connection.in_atomic_block:
        return
    for model in others:
        key = (str(connection.settings_dict["NAME"]), model)
        if _begun.get(key, 0.0) <= time.monotonic():
            _begun[key] = math.inf
            Thread(target=_measure, args=(active, model, key), name="model ahead", daemon=True).start()


def _measure(active: EmbeddingModel, model: int, key: tuple[str, int]) -> None:
    try:
        for piece in _pieces(active, model):
            began = time.monotonic()
            # Who waits for what it finds out holds a connection: it must not wait for theirs.
            connection.ensure_connection()
            piece()
            connection.close()
            time.sleep(min(REST * (time.monotonic() - began), LONGEST_REST))
    except ModelError as error:
        _begun[key] = time.monotonic() + PAUSE
        log.warning("A model was not measured ahead of its first search: %s", error)
    except Exception:
        _begun[key] = time.monotonic() + PAUSE
        # Its first search does it then, and tells whoever asks what is wrong.
        log.exception("A model was not measured ahead of its first search.")
    finally:
        connection.close()


def _pieces(active: EmbeddingModel, pk: int) -> Iterator[Callable[[], object]]:
    model = EmbeddingModel.objects.filter(pk=pk, active=False).first()
    if model is None:
        return
    maker = model.embedder()
    yield lambda: calibration.spread(model)
    yield lambda: calibration.knows(maker, model, "en")
    yield lambda: everyday.topics(maker, model)
    known = everyday.topics(maker, model)
    if known is None:
        raise Unavailable(f"“{model.name}” can't be asked.")
    yield from (partial(everyday.here, known, scope, model) for scope in everyday.measured_for(active))
