"""Doors for the workers: load, one verb. A lost message costs seconds, and nothing else."""

from datetime import timedelta

from celery import shared_task
from django.db.models import Case, Q, When
from django.utils import timezone

from kb import bulk, comparison, duplicates, labelled, lexical, lifecycle, reembedding, vector_index
from kb.extract.kinds import ARCHIVE
from kb.ingest import claim, ingest, may_wait
from kb.leases import LEASE
from kb.models import BulkChange, Document, DuplicateSearch, EmbeddingModel, LabelledRun
from kb.reindexing import reindex, stale_locales

# A document that was just received has just been enqueued.
FRESH = timedelta(seconds=10)
# However many wait, a round offers no more than this: offering twice is harmless, but not free.
OFFERED_AT_ONCE = 50
OFFER_EXPIRES = 60  # seconds
FEW_FILES = 5  # more of them at once are one line of many


@shared_task
def ingest_document(document_id: int) -> None:
    """One that somebody saved and waits for. What may take long goes to the line of the others."""
    there = Document.objects.filter(pk=document_id).first()
    if there and may_wait(there):
        ingest_in_bulk.delay(document_id)
    elif document := claim(document_id):
        ingest(document)


@shared_task
def ingest_in_bulk(document_id: int) -> None:
    """One of many: a member of an archive, a large file, what was chosen to be read again."""
    if document := claim(document_id):
        ingest(document)


@shared_task
def offer_forgotten_documents() -> None:
    """Those whose message was lost, or whose worker died."""
    now = timezone.now()
    forgotten = Document.objects.claimable(now).filter(Q(lease__isnull=False) | Q(changed__lt=now - FRESH))
    # Members of archives may be thousands: nobody who saved a single document stands behind them.
    saved = When(source=Document.Source.EDITOR, then=0)
    turn = Case(saved, When(reference__icontains=f"{ARCHIVE}/", then=2), default=1)
    offered = list(forgotten.order_by(turn, "pk")[:OFFERED_AT_ONCE])
    for document in offered:
        # Those that wait in the line of many look as if they were forgotten: they must not jump it.
        of_many = len(offered) > FEW_FILES and document.source != Document.Source.EDITOR
        task = ingest_in_bulk if of_many or may_wait(document) else ingest_document
        task.apply_async((document.pk,), expires=OFFER_EXPIRES)


@shared_task
def reembed(model_id: int, turn: int) -> None:
    """One turn of an embedding model's job. Of all messages for a turn, one has an effect."""
    model = reembedding.claim(model_id, turn)
    if model and reembedding.work(model):
        reembed.delay_on_commit(model.pk, model.attempts)  # type: ignore[attr-defined]  # Celery's Django task has it


@shared_task
def compare_models() -> None:
    """Asked for by an admin, who asks again if the message is lost; what went wrong stands with the model."""
    comparison.compare_here()


@shared_task
def offer_forgotten_models() -> None:
    """Embedding models whose job waits: its message was lost, its worker died, or its pause is over."""
    for model in EmbeddingModel.objects.claimable(timezone.now()):
        reembed.apply_async((model.pk, model.attempts), expires=OFFER_EXPIRES)


@shared_task
def run_labelled(run_id: int) -> None:
    """The labelled set, asked once."""
    run = LabelledRun.claim(run_id, labelled.LEASE, asked=0)
    if run:
        labelled.run(run)


@shared_task
def offer_forgotten_runs() -> None:
    for run in LabelledRun.forgotten(timezone.now()):
        run_labelled.apply_async((run.pk,), expires=OFFER_EXPIRES)


@shared_task
def find_duplicates(search_id: int) -> None:
    """All documents, looked through once."""
    search = DuplicateSearch.claim(search_id, LEASE)
    if search:
        duplicates.search(search)


@shared_task
def offer_forgotten_duplicate_searches() -> None:
    for search in DuplicateSearch.forgotten(timezone.now()):
        find_duplicates.apply_async((search.pk,), expires=OFFER_EXPIRES)


@shared_task
def change_many(bulk_id: int, turn: int) -> None:
    """Some of the documents of one change; the others are another message. Of all messages for a turn, one
    has an effect. Not in the line of many: behind an import an admin would wait for hours."""
    done = bulk.work(bulk_id, turn, bulk.A_TURN)
    if done.more:
        change_many.delay_on_commit(bulk_id, turn + 1)  # type: ignore[attr-defined]  # Celery's Django task has it
    for document_id in done.to_read:
        ingest_in_bulk.delay_on_commit(document_id)  # type: ignore[attr-defined]


@shared_task
def offer_forgotten_bulk_changes() -> None:
    for change in BulkChange.forgotten(timezone.now()):
        change_many.apply_async((change.pk, change.turns), expires=OFFER_EXPIRES)


@shared_task
def build_vector_index() -> None:
    """The active model's, as soon as its vectors are so many that searches want one."""
    model = EmbeddingModel.objects.active()
    if vector_index.needed(model) and not vector_index.being_built(model):
        vector_index.build(model)


@shared_task
def reindex_words() -> None:
    """After a release that compares words in another way, and where passages have become longer or shorter:
    by itself, beside everything else."""
    if stale_locales():
        reindex()
    for locale in lexical.drifted():
        lexical.renew(locale)


@shared_task
def record_schedules() -> None:
    """What was published or expired by the clock, written into the history; the gate goes by the clock."""
    lifecycle.record_due()
