"""A model that can be made active is measured before it is, so that no search waits for that when it is.

What a search has to know of a model (how its cosines differ, which languages it follows, what everyday
questions find) takes a process a second or two. It is found out in small pieces, beside the searches.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from threading import Thread

from django.db import connection

from kb.models import EmbeddingModel
from kb.retrieval import calibration, everyday
from llm.errors import ModelError

log = logging.getLogger(__name__)

# After a piece the thread rests so many times as long: who searches has the processor, and the connection.
REST = 1.0
LONGEST_REST = 5.0  # seconds


def get_ready(active: EmbeddingModel, others: Iterable[int]) -> None:
    """For the other models that are complete, while searches go on; again when what was measured has aged."""
    # Within a transaction nobody else sees what it has written, and no change of the model comes next.
    for model in others if not connection.in_atomic_block else ():
        key = (str(connection.settings_dict["NAME"]), model)
        if _begun.get(key) != calibration.moment():
            _begun[key] = calibration.moment()
            Thread(target=_measure, args=(active, model), name="model ahead", daemon=True).start()


_begun: dict[tuple[str, int], int] = {}


def _measure(active: EmbeddingModel, model: int) -> None:
    try:
        for piece in _pieces(active, model):
            began = time.monotonic()
            piece()
            connection.close()
            time.sleep(min(REST * (time.monotonic() - began), LONGEST_REST))
    except ModelError as error:
        log.warning("A model was not measured ahead of its first search: %s", error)
    except Exception:
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
    if known := everyday.topics(maker, model):
        yield from (partial(everyday.here, known, scope, model) for scope in everyday.measured_for(active))
