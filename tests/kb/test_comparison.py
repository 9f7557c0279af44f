from collections.abc import Iterator
from contextlib import closing
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from kb import comparison, reembedding
from kb.comparison import Labelled, ModelAway
from kb.embeddings import embed_missing
from kb.models import EmbeddingModel, LabelledQuestion
from kb.tasks import compare_models
from tests import cast
from tests.endpoint import Endpoint
from tests.kb.test_lexical import new_document, store

OLD, NEW = "old-model", "new-model"
MODELS = {OLD: 48, NEW: 64}


@pytest.fixture
def models(db: None, settings: Any) -> Iterator[list[EmbeddingModel]]:
    """Two complete ones; the endpoint is the second's attribute in `settings`."""
    with Endpoint(**MODELS) as endpoint:
        settings.EMBEDDINGS_BASE_URL, settings.EMBEDDINGS_MODEL = endpoint.url, NEW
        settings.EMBEDDINGS_DIMENSIONS = MODELS[NEW]
        store(new_document("refunds.md", "Refunds"), "Refunds take five days.")
        store(new_document("parcels.md", "Parcels"), "Parcels take two days.")
        old = EmbeddingModel.objects.create(
            name=OLD, dimensions=MODELS[OLD], base_url=endpoint.url, active=True
        )
        embed_missing(old)
        new = reembedding.start(NEW)
        reembedding.finish(new, lambda row, done: None)
        yield [old, EmbeddingModel.objects.get(pk=new.pk)]
        endpoint.down = True


def test_each_model_is_asked_and_its_figures_are_kept(models: list[EmbeddingModel]) -> None:
    questions = [Labelled("when do refunds come", {"refunds.md": 1}), Labelled("parcels", {"parcels.md": 1})]
    figures = comparison.compare(models, questions)
    assert {name: one["questions"] for name, one in figures.items()} == {OLD: 2, NEW: 2}
    assert figures[NEW]["recall@10"] == 1
    for model in EmbeddingModel.objects.all():
        assert model.figures == figures[model.name] and model.measured
    assert EmbeddingModel.objects.active().name == OLD


def test_a_model_that_is_away_has_no_figures(models: list[EmbeddingModel], settings: Any) -> None:
    EmbeddingModel.objects.filter(name=NEW).update(base_url="http://127.0.0.1:9/v1")
    models[1].refresh_from_db()
    with pytest.raises(ModelAway, match="was not measured"):
        comparison.compare(models, [Labelled("refunds", {"refunds.md": 1})])
    assert not EmbeddingModel.objects.exclude(figures=None).exists()


def test_the_page_tells_which_model_was_away_until_it_was_measured(
    models: list[EmbeddingModel], client: Client
) -> None:
    kept = LabelledQuestion.objects.create(text="when do refunds come")
    kept.documents.add(models[0].embeddings.get(passage__document__reference="refunds.md").passage.document)
    client.force_login(cast.adam())
    EmbeddingModel.objects.filter(name=NEW).update(base_url="http://127.0.0.1:9/v1")
    compare_models()
    assert "“new-model” was not measured" in client.get(reverse("models")).content.decode()
    EmbeddingModel.objects.filter(name=NEW).update(base_url=models[1].base_url)
    compare_models()
    assert "was not measured" not in client.get(reverse("models")).content.decode()
    assert EmbeddingModel.objects.get(name=NEW).figures["recall@10"] == 1


def test_a_comparison_that_runs_already_is_not_begun_again(
    transactional_db: None, models: list[EmbeddingModel]
) -> None:
    kept = LabelledQuestion.objects.create(text="when do refunds come")
    kept.documents.add(models[0].embeddings.get(passage__document__reference="refunds.md").passage.document)
    with closing(connection.copy()) as own, own.cursor() as another:
        another.execute("SELECT pg_advisory_lock(%s)", [comparison.ADVISORY_LOCK])
        compare_models()
        assert not EmbeddingModel.objects.exclude(figures=None).exists()
        another.execute("SELECT pg_advisory_unlock(%s)", [comparison.ADVISORY_LOCK])
    compare_models()
    assert EmbeddingModel.objects.exclude(figures=None).count() == 2


def test_the_command_asks_what_was_labelled_here_or_a_folder(
    models: list[EmbeddingModel], tmp_path: Path
) -> None:
    with pytest.raises(CommandError, match="no question whose document is known"):
        call_command("reembed", "compare")
    kept = LabelledQuestion.objects.create(text="when do refunds come")
    kept.documents.add(models[0].embeddings.get(passage__document__reference="refunds.md").passage.document)
    out = StringIO()
    call_command("reembed", "compare", stdout=out, stderr=StringIO())
    assert f"{OLD}: questions 1, " in out.getvalue() and f"{NEW}: questions 1, " in out.getvalue()
    (tmp_path / "queries.jsonl").write_text('{"_id": "1", "text": "parcels"}\n')
    (tmp_path / "qrels.tsv").write_text("1\tparcels.md\t1\n")
    out = StringIO()
    call_command("reembed", "compare", NEW, "--set", str(tmp_path), stdout=out, stderr=StringIO())
    assert out.getvalue().startswith(f"{NEW}: questions 1, ") and OLD not in out.getvalue()
