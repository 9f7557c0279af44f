import json
import math
import os
import subprocess
import sys
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings as django_settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection

from kb import scratch
from kb.evaluation import Asked, BadSet, Labelled, load, report
from kb.metrics import auroc, holds, ndcg, quantile, ranking_figures, recall, reciprocal_rank, share_below
from kb.models import Document
from tests.conftest import ROOT, environment_for_a_process
from tests.kb.test_lexical import new_document

SHARED = os.environ.get("CITEDESK_SHARED")
METRICS = {"recall@1", "recall@5", "recall@10", "ndcg@10", "mrr@10"}


def test_ndcg_discounts_by_rank_and_divides_by_the_ideal() -> None:
    # "a" (2) at rank 2, "b" (1) at rank 4; ideally "a", "b", and "c" (1), which was not found.
    found, gains = ["x", "a", "y", "b"], {"a": 2, "b": 1, "c": 1}
    ideal = 2 + 1 / math.log2(3) + 1 / 2
    assert ndcg(found, gains) == pytest.approx((2 / math.log2(3) + 1 / math.log2(5)) / ideal)
    assert ndcg(["a", "b", "c"], gains) == pytest.approx(1)
    assert ndcg([], gains) == 0
    assert ndcg(["x"] * 10 + ["a"], gains) == 0


def test_recall_asks_for_one_relevant_document_among_the_first() -> None:
    assert [recall(["x", "a", "b"], {"a": 1, "b": 2}, k) for k in (1, 2, 3)] == [0, 1, 1]
    assert recall(["x"], {"x": 0, "a": 1}, 1) == 0


def test_reciprocal_rank_is_that_of_the_first_relevant_document() -> None:
    assert reciprocal_rank(["x", "y", "a", "b"], {"a": 1, "b": 2}) == pytest.approx(1 / 3)
    assert reciprocal_rank(["x"] * 10 + ["a"], {"a": 1}) == 0


def test_figures_are_means_over_questions() -> None:
    figures = ranking_figures([(["a"], {"a": 1}), (["x", "b"], {"b": 1})])
    assert figures["recall@1"] == 0.5
    assert figures["mrr@10"] == 0.75
    assert ranking_figures([])["ndcg@10"] is None


def test_auroc_counts_pairs_in_the_right_order() -> None:
    assert auroc([0.9, 0.5], [0.1, 0.5]) == pytest.approx((2 + 1.5) / 4)
    assert auroc([1], []) is None


def test_quantiles_and_shares() -> None:
    assert [quantile(list(range(1, 101)), share) for share in (0.5, 0.95)] == [50, 95]
    assert quantile([], 0.5) is None
    assert share_below([0.1, 0.5, 0.9], 0.5) == pytest.approx(1 / 3)


EVIDENCE = ["Yes.", "You get **your money** back,"]


@pytest.mark.parametrize(
    ("text", "held"),
    [
        ("Within five days you get your money back - or a voucher.", True),
        ("- You get\n- your money back", True),
        ("Yes. You get money back.", False),  # only the longest stretch counts, whole
        ("You get your money backwards", False),
        ("", False),
    ],
)
def test_a_text_holds_evidence_if_the_longest_stretch_of_it_stands_there_word_for_word(
    text: str, held: bool
) -> None:
    assert holds(text, EVIDENCE) is held
    assert not holds(text, []) and not holds(text, ["*"])


def asked(relevance: float, answerable: bool = True, vague: bool = False, language: str = "en") -> Asked:
    question = Labelled("q", "?", language, answerable, vague, {"a": 1} if answerable else {})
    return Asked(question, ["a"], ["x", "a"], ["x"], relevance, 10.0)


def test_vague_and_unanswerable_questions_are_not_ranked(settings: Any) -> None:
    settings.RELEVANCE_FLOOR = 0.5
    rows = [
        asked(0.9),
        asked(0.4, language="de"),
        asked(0.1, vague=True),
        asked(0.2, answerable=False),
        asked(0.9, answerable=False),
    ]
    figures = report(rows, [asked(0.1, answerable=False)])
    assert figures["queries"] == 2
    assert (figures["ndcg@10"], figures["bm25"]["mrr@10"], figures["vector"]["recall@10"]) == (1, 0.5, 0)
    assert set(figures["by_lang"]) == {"en", "de"}
    assert figures["by_lang"]["de"]["queries"] == 1
    assert figures["abstain"] == {
        "auroc_own": 0.625,  # of four pairs: two in order, one the other way round, one a tie
        "auroc_oos": 1.0,
        "threshold": 0.5,
        "turned_away": 0.5,
        "refused_own": 0.5,
        "refused_oos": 1.0,
    }


def test_without_such_questions_a_figure_is_null() -> None:
    abstain = report([asked(0.9)], [])["abstain"]
    assert (
        abstain["auroc_own"]
        is abstain["auroc_oos"]
        is abstain["refused_own"]
        is abstain["refused_oos"]
        is None
    )


CORPUS = [
    {
        "_id": "refunds",
        "title": 'Refunds: &all - *of* "them"',
        "text": "You get your money back within five days.",
        "lang": "en",
    },
    {"_id": "shipping/eu", "title": "Shipping", "text": "We ship to all countries of Europe.", "lang": "en"},
    {"_id": "versand", "title": "Versand", "text": "Wir liefern in alle Länder Europas.", "lang": "de"},
]
QUERIES = [
    {"_id": "1", "text": "when do I get my money back", "lang": "en", "answerable": True},
    {"_id": "2", "text": "liefern Sie nach Europa?", "lang": "de", "answerable": True},
    {"_id": "3", "text": "who won the cup in 1998", "lang": "en", "answerable": False},
]
QRELS = "query-id\tcorpus-id\tscore\n1\trefunds\t1\n2\tversand\t2\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "corpus.jsonl", CORPUS)
    write(tmp_path / "queries.jsonl", QUERIES)
    (tmp_path / "qrels.tsv").write_text(QRELS)
    return tmp_path


def write(file: Path, rows: list[dict[str, Any]]) -> None:
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")


@pytest.fixture
def pooled(transactional_db: None) -> Iterator[None]:
    yield
    connection.close()
    connection.close_pool()


def test_a_set_is_measured_beside_the_real_database(
    pooled: None, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new_document("mine.md", "Mine")
    kept = default_storage.save("documents/mine", ContentFile(b"mine"))
    files = {path for path in Path(django_settings.MEDIA_ROOT).rglob("*") if path.is_file()}
    call_command("evaluate", str(folder), "--json")
    figures = json.loads(capsys.readouterr().out)
    assert (figures["documents"], figures["passages"], figures["queries"]) == (3, 3, 2)
    assert figures["ndcg@10"] == figures["by_lang"]["de"]["recall@1"] == 1
    assert set(figures) >= METRICS and set(figures["bm25"]) >= METRICS and set(figures["vector"]) >= METRICS
    assert figures["quotes_hold_evidence"] is None
    assert figures["abstain"]["refused_own"] == 1 and figures["abstain"]["refused_oos"] is None
    assert figures["latency_ms"]["p95"] >= figures["latency_ms"]["p50"] > 0
    assert [document.reference for document in Document.objects.all()] == ["mine.md"]
    assert {path for path in Path(django_settings.MEDIA_ROOT).rglob("*") if path.is_file()} == files
    assert scratch_databases() == []
    default_storage.delete(kept)


def test_quotes_are_measured_by_the_evidence_that_they_hold(
    pooled: None, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    held, missed = QUERIES[0] | {"evidence": ["within five days"]}, QUERIES[1] | {"evidence": ["Asien", "EU"]}
    unknown = QUERIES[2] | {"evidence": ["nothing answers this"]}
    write(folder / "queries.jsonl", [held, missed, unknown])
    write(
        folder / "queries_multiturn.jsonl", [LATER_TURNS[0] | {"evidence": ["money back within five days"]}]
    )
    call_command("evaluate", str(folder), "--json")
    figures = json.loads(capsys.readouterr().out)
    assert figures["quotes_hold_evidence"] == 0.5
    assert figures["multiturn"]["quotes_hold_evidence"] == 1
    call_command("evaluate", str(folder))
    assert "quotes hold the evidence: 50.0% of the questions for which it is known" in capsys.readouterr().out


LATER_TURNS = [
    {
        "_id": "1_2",
        "text": "how many days?",
        "lang": "en",
        "history": [
            {"role": "user", "text": "When do I get my money back?"},
            {"role": "agent", "text": "Soon after we received the parcel."},
        ],
        "corpus_id": "refunds",
    }
]


def test_later_turns_are_asked_with_and_without_what_was_said_before(
    pooled: None, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(folder / "queries_multiturn.jsonl", LATER_TURNS)
    call_command("evaluate", str(folder), "--json")
    told = capsys.readouterr()
    figures = json.loads(told.out)["multiturn"]
    assert figures["queries"] == 1 and figures["with_history"]["recall@1"] == 1
    assert set(figures["with_history"]) == set(figures["without_history"]) == METRICS
    assert "1 of 1 later turns" in told.err


def test_a_set_without_later_turns_tells_nothing_of_them(
    pooled: None, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("evaluate", str(folder), "--json")
    assert "multiturn" not in json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("spoilt", [{"history": None}, {"history": [{"role": "user"}]}, {"history": ["hi"]}])
def test_a_later_turn_without_its_history_is_refused(folder: Path, spoilt: dict[str, Any]) -> None:
    write(folder / "queries_multiturn.jsonl", [LATER_TURNS[0] | spoilt])
    with pytest.raises(BadSet, match="1_2: “history”"):
        load(folder)


def scratch_databases() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{scratch.PREFIX}%"])
        return [name for (name,) in cursor.fetchall()]


def test_an_error_inside_leaves_no_database(pooled: None) -> None:
    real = connection.settings_dict["NAME"]
    with pytest.raises(ZeroDivisionError), scratch.scratch():
        assert connection.settings_dict["NAME"] != real
        raise ZeroDivisionError
    assert connection.settings_dict["NAME"] == real
    assert scratch_databases() == []


def test_what_a_killed_run_left_is_dropped_and_what_a_living_one_uses_is_not(pooled: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {scratch.PREFIX}1")
        cursor.execute(f"CREATE DATABASE {scratch.PREFIX}2")
    with psycopg.connect(**connection.get_connection_params(), autocommit=True) as living:
        living.execute("SELECT pg_advisory_lock(%s, 2)", (scratch.LOCK,))
        scratch._drop_abandoned(scratch._owner())
        assert scratch_databases() == [f"{scratch.PREFIX}2"]
    scratch._drop_abandoned(scratch._owner())
    assert scratch_databases() == []


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("corpus.jsonl", None, "corpus.jsonl is missing"),
        ("queries.jsonl", None, "queries.jsonl is missing"),
        ("qrels.tsv", None, "qrels.tsv is missing"),
        ("corpus.jsonl", '{"_id": "a", "text": "b"}\n{', "line 2: not JSON"),
        ("corpus.jsonl", '{"_id": "a"}', "line 1: an object"),
        ("queries.jsonl", "[]", "line 1: an object"),
        ("qrels.tsv", "query-id\tcorpus-id\tscore\n1\trefunds\n", "line 2"),
        ("queries.jsonl", "\n", "no documents or no questions"),
        ("queries.jsonl", b"\xff", "can't be read"),
    ],
)
def test_a_set_that_cannot_be_read_says_why(
    folder: Path, file: str, content: str | bytes | None, message: str
) -> None:
    (folder / file).unlink()
    if content is not None:
        (folder / file).write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(BadSet, match=message):
        load(folder)


def test_a_folder_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="is not a folder"):
        call_command("evaluate", str(tmp_path / "nowhere"))


def test_a_question_without_a_label_is_answerable_if_a_document_answers_it(folder: Path) -> None:
    write(folder / "queries.jsonl", [{"_id": "1", "text": "a"}, {"_id": "9", "text": "b"}])
    assert [question.answerable for question in load(folder).questions] == [True, False]


@pytest.mark.parametrize("told", [None, "one text", ["a", 5, " "], {"text": "a"}])
def test_evidence_in_another_form_is_not_looked_for(folder: Path, told: Any) -> None:
    write(folder / "queries.jsonl", [QUERIES[0] | {"evidence": told}])
    evidence = load(folder).questions[0].evidence
    assert evidence == {"one text": ("one text",), "['a', 5, ' ']": ("a",)}.get(str(told), ())


def sample(name: str, into: Path, documents: int, of: int) -> Path:
    """The documents of a set that answer the most questions, in all languages, and one in so many questions.

    The same ones always. All of a set takes a quarter of an hour on a slow machine; its figures stand in
    docs/evaluation.md.
    """
    folder = Path(str(SHARED), "eval", name)
    if not folder.is_dir():
        pytest.skip(f"{folder} is not there")
    head, *qrels = [line.split("\t") for line in (folder / "qrels.tsv").read_text().splitlines()]
    answers = Counter(article(row[1]) for row in qrels)
    most = sorted(answers, key=lambda one: (-answers[one], one))[:documents]
    qrels = [row for row in qrels if article(row[1]) in most]
    answered = {row[0] for row in qrels}
    asked = [row for row in one_in(of, folder / "queries.jsonl") if row["_id"] in answered or is_own(row)]
    corpus = [row for row in rows_of(folder / "corpus.jsonl") if article(row["_id"]) in most]
    write(into / "corpus.jsonl", corpus)
    write(into / "queries.jsonl", asked)
    write(into / "queries_oos.jsonl", one_in(of, folder / "queries_oos.jsonl"))
    (into / "qrels.tsv").write_text("".join("\t".join(row) + "\n" for row in [head, *qrels]))
    return into


def article(document: str) -> str:
    """Its name without the language."""
    return document.split(":")[-1]


def is_own(row: dict[str, Any]) -> bool:
    """Of the set's domain, and nothing answers it."""
    return not row["answerable"]


def one_in(of: int, file: Path) -> list[dict[str, Any]]:
    return [row for row in rows_of(file) if zlib.crc32(row["_id"].encode()) % of == 0]


def rows_of(file: Path) -> list[dict[str, Any]]:
    if not file.exists():
        return []
    return [json.loads(line) for line in file.read_text(encoding="utf-8").split("\n") if line]


def figures_of(folder: Path) -> dict[str, Any]:
    told = subprocess.run(
        [sys.executable, "manage.py", "evaluate", str(folder), "--json"],
        cwd=ROOT,
        env=environment_for_a_process(),
        capture_output=True,
        check=True,
    )
    figures: dict[str, Any] = json.loads(told.stdout)
    return figures


def assert_joining_does_not_hurt(figures: dict[str, Any]) -> None:
    """Both ways together, in each language, against the better one alone."""
    for language, part in figures["by_lang"].items() or [("", figures)]:
        better = max(part["bm25"]["ndcg@10"], part["vector"]["ndcg@10"])
        # The nDCG of one question varies by about .35; of few of them the mean is not known any better.
        allowed = 0.005 if part["queries"] >= 100 else 2 * 0.35 / math.sqrt(part["queries"])
        assert part["ndcg@10"] >= better - allowed, (language, part)


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.skipif(not SHARED, reason="CITEDESK_SHARED names no folder with the development sets")
def test_the_development_set_is_answered_as_well_as_promised(transactional_db: None, tmp_path: Path) -> None:
    """The figures of the sample, less what two or three questions more or fewer make.

    The local model's numbers are rounded a little differently on other processors.
    """
    figures = figures_of(sample("va-studentaid", tmp_path, documents=16, of=2))
    assert (figures["documents"], figures["queries"]) == (16, 80)
    assert figures["ndcg@10"] >= 0.93 and figures["bm25"]["ndcg@10"] >= 0.90
    assert_joining_does_not_hurt(figures)
    assert figures["quotes_hold_evidence"] >= 0.85
    told = figures["abstain"]
    assert told["auroc_own"] >= 0.90 and told["auroc_oos"] >= 0.98
    assert told["turned_away"] <= 5 / 80
    assert told["refused_own"] >= 4 / 20 and told["refused_oos"] >= 69 / 75


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.skipif(not SHARED, reason="CITEDESK_SHARED names no folder with the development sets")
@pytest.mark.parametrize(("name", "documents", "of"), [("hint3-sofmattress", 21, 4), ("login-gov", 10, 1)])
def test_both_ways_together_are_never_worse_than_the_better_one(
    transactional_db: None, tmp_path: Path, name: str, documents: int, of: int
) -> None:
    folder = sample(name, tmp_path, documents, of)
    (folder / "queries_oos.jsonl").unlink()
    assert_joining_does_not_hurt(figures_of(folder))
