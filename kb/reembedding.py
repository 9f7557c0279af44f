"""Change the embedding model while searches go on: build its vectors aside, switch at once, and back at once.

The row of an EmbeddingModel says how far it is; whoever works at it owns it by a lease. Until it is made
active no search looks at it; afterwards the one before stays complete, until it is retired. Killed at any
point, its job goes on where it stopped. Nothing here enqueues: doors do.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils import timezone

from kb import vector_index
from kb.embeddings import embed_missing
from kb.leases import LEASE, renewed
from kb.models import Embedding, EmbeddingModel, EmbeddingModelQuerySet, Passage, served_by_settings
from llm import embed
from llm.errors import ModelError, Unavailable

log = logging.getLogger(__name__)

State = EmbeddingModel.State
Progress = Callable[[int], object]

# A turn of the job: after it, other long work has its turn.
TURN = 60.0  # seconds
# A model that refuses or is away is asked again after this, longer and longer; `start` asks at once.
PAUSE, LONGEST_PAUSE = timedelta(seconds=20), timedelta(minutes=5)
# No search lasts longer than this: then none uses a model any more that was active before.
LONGEST_SEARCH = timedelta(seconds=30)
REMOVED_AT_ONCE = 2_000


class Refused(Exception):
    """What was asked for can't be done now; the message says why, and what to do."""


class NotReady(Refused):
    """Its job has something left to do first; the caller's to wake, or to do."""


def find(name: str) -> EmbeddingModel:
    model = _named(name)
    if model is None:
        known = ", ".join(EmbeddingModel.objects.order_by("pk").values_list("name", flat=True)) or "none"
        raise Refused(f"There is no embedding model “{_shown(name)}”. There are: {known}.")
    return model


def _named(name: str) -> EmbeddingModel | None:
    """None is named with a NUL: the database takes no such text, not even to look for."""
    return None if "\x00" in name else EmbeddingModel.objects.filter(name=name).first()


def _shown(name: str) -> str:
    return name.replace("\x00", " ")


def offered() -> dict[str, int]:
    """The models that can be started here, with their dimensions: local ones, and that of the settings."""
    local = {embed.LOCAL_MODEL: embed.LOCAL_DIMENSIONS}
    configured, dimensions = embed.configured_model()
    return {**local, configured: dimensions}


def start(name: str, dimensions: int | None = None) -> EmbeddingModel:
    """Have a model's vectors built; what is there stays. The job is the caller's to wake or to do."""
    EmbeddingModel.objects.active()
    model = _named(name)
    if model is None:
        model = _new(name, dimensions)
    if model.active:
        raise Refused(f"“{name}” is active already: searches use it.")
    if model.state == State.RETIRING:
        raise Refused(f"“{name}” is being removed; start it again when it is gone.")
    if dimensions not in (None, model.dimensions):
        raise Refused(
            f"“{name}” is there with {model.dimensions} dimensions. "
            f"Retire it first, to have it with {dimensions}."
        )
    _begin(model)
    model.refresh_from_db()
    return model


def planned(name: str, dimensions: int | None = None) -> EmbeddingModel:
    """A model that could be started, not stored."""
    known = offered()
    if name not in known:
        raise Refused(
            f"“{_shown(name)}” is not known here. Local models and the one of the settings can be started: "
            f"{', '.join(known)}. For another one set EMBEDDINGS_BASE_URL, EMBEDDINGS_MODEL and "
            "EMBEDDINGS_DIMENSIONS, and start the services again."
        )
    return EmbeddingModel(
        name=name,
        dimensions=dimensions or known[name],
        state=State.BUILDING,
        **served_by_settings(name),
    )


def _new(name: str, dimensions: int | None) -> EmbeddingModel:
    """Tried once before anything is stored: a wrong key or length shows now, not after an hour."""
    model = planned(name, dimensions)
    try:
        made = model.embedder().passages(["Is it ready?"]).shape[1]
    except ModelError as error:
        raise Refused(f"“{name}” was tried and made no vector: {error}") from error
    if made != model.dimensions:
        raise Refused(f"“{name}” makes vectors of {made} dimensions, not of {model.dimensions}.")
    EmbeddingModel.objects.bulk_create([model], ignore_conflicts=True)  # somebody else may start it, too
    return find(name)


def _begin(model: EmbeddingModel) -> None:
    row = EmbeddingModel.objects.filter(pk=model.pk, active=False)
    complete = row.filter(state=State.COMPLETE)
    if Passage.objects.missing_embedding(model).exists():
        complete.update(state=State.BUILDING, reason="", lease=None)
    elif vector_index.needed(model):
        complete.update(state=State.FINISHING, reason="", lease=None)
    # One that waits because its endpoint was away is tried at once.
    waiting = row.filter(state__in=[State.BUILDING, State.FINISHING]).exclude(reason="")
    waiting.update(reason="", lease=None)


def claim(model_id: int, turn: int | None = None) -> EmbeddingModel | None:
    """Own the next turn of a model's job, unless someone else does. A wake-up for an earlier turn is void."""
    now = timezone.now()
    waiting = EmbeddingModel.objects.claimable(now).filter(pk=model_id)
    if turn is not None:
        waiting = waiting.filter(attempts=turn)
    if not waiting.update(lease=now + LEASE, attempts=F("attempts") + 1):
        return None
    return EmbeddingModel.objects.filter(pk=model_id).first()


def work(model: EmbeddingModel, seconds: float = TURN, told: Progress = lambda done: None) -> bool:
    """One turn of a claimed model's job; whether there is more to do now."""

    def hold_until(moment: datetime) -> None:
        _mine(model).update(lease=moment)

    try:
        with renewed(hold_until):
            turn = _Turn(model, seconds, told)
            more = turn.remove() if model.state == State.RETIRING else turn.build()
    except ModelError as error:
        _wait(model, error)
        return False
    _mine(model).update(lease=None)
    return more


def _mine(model: EmbeddingModel) -> EmbeddingModelQuerySet:
    """The row, as long as nobody else claimed it."""
    return EmbeddingModel.objects.filter(pk=model.pk, attempts=model.attempts)


def _wait(model: EmbeddingModel, error: ModelError) -> None:
    """As long as the endpoint says; one that refuses is asked less often than one that is away."""
    asked = error.retry_after if isinstance(error, Unavailable) else None
    pause = PAUSE if isinstance(error, Unavailable) else LONGEST_PAUSE
    if asked:
        pause = min(max(timedelta(seconds=asked), PAUSE), LONGEST_PAUSE)
    _mine(model).update(reason=str(error), lease=timezone.now() + pause, rate=0)


class _Turn:
    """One turn of a model's job, by the worker that claimed it."""

    def __init__(self, model: EmbeddingModel, seconds: float, told: Progress) -> None:
        self.model, self.told = model, told
        self.began = time.monotonic()
        self.ends = self.began + seconds
        self.ended_early = False

    def build(self) -> bool:
        if not self._embed():
            return True
        finishing = _mine(self.model).filter(state__in=[State.BUILDING, State.FINISHING])
        if not finishing.update(state=State.FINISHING, reason="", rate=0):
            return True
        # From here on whoever stores a passage embeds it for this model as well: what they left out before
        # is the last that is missing.
        if not self._embed():
            return True
        if vector_index.needed(self.model):
            vector_index.build(self.model)
        complete = _mine(self.model).filter(state=State.FINISHING)
        return not complete.update(state=State.COMPLETE, reason="", rate=0)

    def _embed(self) -> bool:
        """Whether nothing is left to do."""
        self.began, self.ended_early = time.monotonic(), False
        embed_missing(self.model, go_on=self._go_on)
        return not self.ended_early

    def _go_on(self, done: int) -> bool:
        rate = done / max(time.monotonic() - self.began, 1e-3)
        still_mine = _mine(self.model).update(rate=rate, reason="")
        self.told(done)
        self.ended_early = not still_mine or time.monotonic() > self.ends
        return not self.ended_early

    def remove(self) -> bool:
        """The index first: without it rows go faster."""
        vector_index.drop(self.model)
        vectors = Embedding.objects.filter(model=self.model)
        while batch := vectors.order_by("pk").values_list("pk", flat=True)[:REMOVED_AT_ONCE]:
            vectors.filter(pk__in=list(batch)).delete()
            if time.monotonic() > self.ends or not _mine(self.model).exists():
                return True
        _mine(self.model).filter(state=State.RETIRING, active=False).delete()
        return False


def finish(model: EmbeddingModel, told: Callable[[EmbeddingModel, int], object]) -> None:
    """Do a model's job here until it is done, or wait for the worker that is at it."""
    while EmbeddingModel.objects.filter(pk=model.pk).exclude(state=State.COMPLETE).exists():
        if claimed := claim(model.pk):
            work(claimed, told=partial(told, claimed))
        elif seen := EmbeddingModel.objects.filter(pk=model.pk).first():
            told(seen, 0)
            time.sleep(1)


def activate(name: str) -> EmbeddingModel:
    """From the next search on this model answers; the one before stays complete, for the way back."""
    model = find(name)
    if model.active:
        raise Refused(f"“{name}” is active already: searches use it.")
    if model.state == State.COMPLETE and vector_index.needed(model):
        _begin(model)
        raise NotReady(
            f"“{name}” has grown since it was built, and its index is being made. "
            "Activate it when it is complete."
        )
    with transaction.atomic():
        # Who stores vectors is not kept waiting, nor is any search.
        rows = EmbeddingModel.objects.select_for_update(no_key=True).order_by("pk")
        locked = {row.pk: row for row in rows}
        if model.pk not in locked:
            raise Refused(f"“{name}” was removed.")
        active = next(row for row in locked.values() if row.active)
        _check_complete(locked[model.pk], active)
        EmbeddingModel.objects.filter(pk=active.pk).update(active=False, deactivated=timezone.now())
        EmbeddingModel.objects.filter(pk=model.pk).update(active=True, deactivated=None)
    return find(name)


def _check_complete(model: EmbeddingModel, active: EmbeddingModel) -> None:
    if model.state == State.RETIRING:
        raise Refused(f"“{model}” is being removed.")
    missing = missing_beside(model, active)
    if missing:
        raise Refused(
            f"{missing} passage{'s have' if missing > 1 else ' has'} no vector of “{model}” yet: "
            f"searches would miss {'them' if missing > 1 else 'it'}. Wait for its job, or start it again."
        )
    if model.state != State.COMPLETE:
        raise Refused(f"“{model}” is nearly ready: its index is being made. Try again in a moment.")


def missing_beside(model: EmbeddingModel, active: EmbeddingModel) -> int:
    """How many passages have a vector of the active model, and none of this one."""
    here = Embedding.objects.filter(model=model, passage=OuterRef("passage"))
    return Embedding.objects.filter(~Exists(here), model=active).count()


def retire(name: str) -> EmbeddingModel:
    """Have a model's vectors and index removed. The job is the caller's to wake or to do."""
    pk = find(name).pk
    with transaction.atomic():
        model = EmbeddingModel.objects.select_for_update(no_key=True).filter(pk=pk).first()
        if model is None:
            raise Refused(f"“{name}” was removed.")
        if model.active:
            raise Refused(f"“{name}” is active: searches use it. Activate another one first.")
        if model.state != State.RETIRING:
            # A search that began before the change may still be reading its vectors.
            last = model.deactivated + LONGEST_SEARCH if model.deactivated else None
            model.state, model.reason, model.rate = State.RETIRING, "", 0
            model.lease = last if last and last > timezone.now() else None
            model.attempts += 1  # who builds it stops
            model.save(update_fields=["state", "reason", "rate", "lease", "attempts"])
    return model
