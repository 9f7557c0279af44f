"""The rows of a help center by COPY, several thousand passages a second, made by ingestion's own functions.

Vectors are those of one text for each topic, mixed and perturbed for each passage.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

import numpy as np
import numpy.typing as npt

from bench.corpus.plan import Plan

if TYPE_CHECKING:
    from django.contrib.postgres.indexes import GinIndex
    from django.db.models import Model

    from kb.lexical import Fields
    from kb.models import Document, EmbeddingModel, Passage

ROOT = Path(__file__).resolve().parent.parent.parent
Vectors = npt.NDArray[np.float32]

# Documents that are stored in one transaction.
TOGETHER = 200
# Fewer passages aren't worth the start of a process.
WORTH_PROCESSES = 30_000
# Documents of a locale whose average length stands for all.
SAMPLE = 300
TOLD_EVERY = 20_000


def load(passages: int, seed: int = 1, progress: Callable[[str], Any] = sys.stderr.write) -> float:
    """Fill the current database, which must be empty; the seconds that the index of lexemes took."""
    from kb.models import EmbeddingModel

    plan, model = Plan.of(passages, seed), EmbeddingModel.objects.active()
    return _filled(_Task(passages, seed, model.pk, _topic_vectors(plan, model)), progress, _stored)


def load_words(
    passages: int,
    seed: int = 1,
    progress: Callable[[str], Any] = sys.stderr.write,
    fields: Fields | None = None,
) -> float:
    """The same without vectors, in this process; title and headings count as `fields` says."""
    return _filled(_Task(passages, seed, 0, None, fields), progress, _stored_here)


def _filled(task: _Task, progress: Callable[[str], Any], stored_by: _Storing) -> float:
    plan = Plan.of(task.passages, task.seed)
    _expect_averages(plan, task.fields)
    _drop_lexeme_index()
    started, counts, done, told = time.perf_counter(), _Counts(), 0, 0
    for stored, found in stored_by(task, range(0, len(plan), TOGETHER)):
        counts.add(found)
        done += stored
        if done - told >= TOLD_EVERY or done == task.passages:
            told, rate = done, done / (time.perf_counter() - started)
            progress(f"{done:,} of {task.passages:,} passages, {rate:,.0f} a second\n")
    counts.store()
    _reset_sequences()
    return _make_lexeme_index()


@dataclass(frozen=True)
class _Task:
    passages: int
    seed: int
    model: int
    vectors: dict[str, Vectors] | None  # of each language's topics; None: words are enough
    fields: Fields | None = None  # None: as ingestion counts them


# Of a locale: passages, lexemes, in how many passages each is, and the most that it weighs in one.
Found = dict[str, tuple[int, int, Counter[str], dict[str, float]]]


_Storing = Callable[[_Task, Sequence[int]], Iterable[tuple[int, Found]]]


def _stored(task: _Task, starts: Sequence[int]) -> Iterable[tuple[int, Found]]:
    return _stored_here(task, starts) if task.passages < WORTH_PROCESSES else _stored_by_all(task, starts)


def _stored_here(task: _Task, starts: Sequence[int]) -> Iterable[tuple[int, Found]]:
    return (_store(task, start) for start in starts)


def _stored_by_all(task: _Task, starts: Sequence[int]) -> Iterable[tuple[int, Found]]:
    """By a process for each processor."""
    from django.db import connection

    fresh = multiprocessing.get_context("spawn")
    name = str(connection.settings_dict["NAME"])
    with fresh.Pool(os.cpu_count(), _begin, (str(ROOT), name, task)) as pool:
        yield from pool.imap_unordered(_store_in_process, starts)


_given: list[_Task] = []


def _begin(root: str, database: str, task: _Task) -> None:
    """A process of its own, on the database that its parent works on."""
    sys.path.insert(0, root)
    import django

    django.setup()
    from django.db import connection

    connection.settings_dict["NAME"] = database
    _given.append(task)


def _store_in_process(start: int) -> tuple[int, Found]:
    return _store(_given[0], start)


def _store(task: _Task, start: int) -> tuple[int, Found]:
    """These documents, their revisions, passages and vectors; what they add to the statistics."""
    from django.db import connection, transaction

    plan = Plan.of(task.passages, task.seed)
    numbers = range(start, min(start + TOGETHER, len(plan)))
    made = [_rows(plan, number) for number in numbers]
    passages = [passage for _, _, found in made for passage in found]
    found = _index(passages, task.fields)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(UNCHECKED)
        _copy(cursor, [document for document, _, _ in made])
        _copy(cursor, [revision for _, revision, _ in made])
        _copy(cursor, passages)
        if task.vectors is not None:
            _copy_vectors(cursor, task, passages, _vectors(task.vectors, plan, numbers))
    return len(passages), found


# What the rows refer to is there, and each says all about itself: no trigger has to look.
UNCHECKED = """
    SELECT set_config('synchronous_commit', 'off', true),
        set_config('session_replication_role', 'replica', true)
    WHERE current_setting('is_superuser') = 'on'
"""


def _rows(plan: Plan, number: int) -> tuple[Document, Model, list[Passage]]:
    from kb.models import Document, Passage, Revision

    text = plan.text(number)
    hashed = f"{plan.seed:032x}{number:032x}"
    document = Document(
        pk=number + 1,
        reference=f"corpus/{number}.md",
        title=text.title,
        locale=text.locale,
        audience=text.audience,
        state=Document.State.SEARCHABLE,
        file_hash=hashed,
        current_id=number + 1,
    )
    written, offsets = f"# {text.title}", []
    for heading, body in text.sections:
        written += f"\n\n## {heading}\n\n"
        offsets.append(len(written))
        written += body
    revision = Revision(
        pk=number + 1, document=document, number=1, title=text.title, text=written, file_hash=hashed
    )
    first = plan.first_of(number) + 1
    passages = [
        Passage(
            pk=first + position,
            document=document,
            revision=revision,
            position=position,
            heading=heading,
            text=body,
            start=offsets[position],
            end=offsets[position] + len(body),
            content_hash=f"{first + position:064x}",
        )
        for position, (heading, body) in enumerate(text.sections)
    ]
    return document, revision, passages


def _index(passages: list[Passage], fields: Fields | None) -> Found:
    from kb import lexical

    found: Found = {}
    for locale, together in _by_locale(passages).items():
        with _known_words(together[0].text, locale):
            lexical.index(together, locale, fields or lexical.FIELDS)
        counts: Counter[str] = Counter()
        heaviest: dict[str, float] = {}
        for passage in together:
            held = _stored_lexemes(str(passage.lexemes))
            counts.update(held)
            lexical.raise_to(heaviest, lexical.weights_of(passage, held))
        found[locale] = len(together), sum(passage.length for passage in together), counts, heaviest
    return found


def _stored_lexemes(vector: str) -> list[str]:
    """As `lexical.stored`, which takes its time with signs that are hardly ever there."""
    from kb import lexical

    plain = "''" not in vector and "\\" not in vector
    return vector[1:-1].split("' '") if plain else lexical.stored(vector)


def _by_locale(passages: Iterable[Passage]) -> dict[str, list[Passage]]:
    found: dict[str, list[Passage]] = defaultdict(list)
    for passage in passages:
        found[passage.document.locale].append(passage)
    return found


@contextmanager
def _known_words(example: str, locale: str) -> Iterator[None]:
    """Each word is looked into once: the texts have few different ones, and no lexeme spans two words."""
    from kb import lexical

    if remembered(example, locale) != lexical.lexemes(example, locale):
        yield  # what makes lexemes has changed so that this holds no more
        return
    with patch.object(lexical, "lexemes", remembered):
        yield


def remembered(text: str, locale: str) -> list[str]:
    """Its lexemes, word by word."""
    return [lexeme for word in text.split() for lexeme in _lexemes(word, locale)]


@lru_cache(maxsize=1_000_000)
def _lexemes(word: str, locale: str) -> list[str]:
    from kb.lexemes import lexemes

    return lexemes(word, locale)


def _prepared(field: Any, value: Any) -> Any:
    """As the field has it; of a sparse vector no more digits than 32 bits hold: they take long to read."""
    from django.db import connection
    from pgvector import SparseVector

    if not isinstance(value, SparseVector):
        return field.get_db_prep_save(value, connection)
    kept = np.array(value.values(), np.float32).tolist()
    elements = ",".join(map("%d:%.9g".__mod__, zip((i + 1 for i in value.indices()), kept, strict=True)))
    return f"{{{elements}}}/{value.dimensions()}"


# What COPY takes as it is.
PLAIN = (str, int, type(None))


def _copy(cursor: Any, rows: Sequence[Model]) -> None:
    from django.db import connection
    from django.db.models.expressions import DatabaseDefault

    meta = rows[0]._meta
    # What the database itself fills in is left out.
    fields = [
        field
        for field in meta.concrete_fields
        if not isinstance(getattr(rows[0], field.attname), DatabaseDefault)
    ]
    names = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    with cursor.copy(f"COPY {meta.db_table} ({names}) FROM STDIN") as copy:
        for row in rows:
            values = [field.pre_save(row, True) for field in fields]
            copy.write_row(
                value if type(value) in PLAIN else _prepared(field, value)
                for field, value in zip(fields, values, strict=True)
            )


# --- Vectors -------------------------------------------------------------------------------------------

# How much of other topics of its language a document and a passage have, and of anything at all.
DOCUMENT_MIX, PASSAGE_MIX, NOISE = 0.55, 0.45, 0.25


def _topic_vectors(plan: Plan, model: EmbeddingModel) -> dict[str, Vectors]:
    maker = model.embedder()
    texts = {name: [plan.topic_text(name, topic) for topic in range(n)] for name, n in plan.topics.items()}
    return {name: maker.passages(of_topics) for name, of_topics in texts.items()}


def _vectors(of_topics: dict[str, Vectors], plan: Plan, numbers: range) -> Vectors:
    """Those of a document are near its topic's, and nearer to each other."""
    rng = np.random.default_rng([plan.seed, 6, numbers.start])
    found = []
    for number in numbers:
        topics = of_topics[plan.locale_of(number).split("-")[0]]
        size = int(plan.sizes[number])
        document = topics[plan.topic[number]] + DOCUMENT_MIX * topics[rng.integers(len(topics))]
        noise = rng.standard_normal((size, topics.shape[1]), np.float32)
        noise *= NOISE / np.linalg.norm(noise, axis=1, keepdims=True)
        found.append(document + PASSAGE_MIX * topics[rng.integers(len(topics), size=size)] + noise)
    together = np.concatenate(found)
    return together / np.linalg.norm(together, axis=1, keepdims=True)


def _copy_vectors(cursor: Any, task: _Task, passages: Sequence[Passage], vectors: Vectors) -> None:
    """In COPY's binary form, which numpy writes at once for all rows."""
    whole = {
        "passage_id": [passage.pk for passage in passages],
        "document_id": [passage.document_id for passage in passages],
        "model_id": [task.model] * len(passages),
    }
    kind: list[Any] = [("fields", ">i2")]
    for name in whole:
        kind += [(f"{name} bytes", ">i4"), (name, ">i8")]
    dimensions = vectors.shape[1]
    kind += [("vector bytes", ">i4"), ("dimensions", ">i2"), ("unused", ">i2"), ("vector", ">f2", dimensions)]
    rows = np.zeros(len(passages), kind)
    rows["fields"] = len(whole) + 1
    for name, values in whole.items():
        rows[f"{name} bytes"], rows[name] = 8, values
    rows["vector bytes"], rows["dimensions"], rows["vector"] = 4 + 2 * dimensions, dimensions, vectors
    with cursor.copy(f"COPY kb_embedding ({', '.join(whole)}, vector) FROM STDIN (FORMAT BINARY)") as copy:
        copy.write(b"PGCOPY\n\xff\r\n\0" + bytes(8) + rows.tobytes() + b"\xff\xff")


# --- Statistics, sequences and the index ---------------------------------------------------------------


class _Counts:
    """What the passages of each locale add up to."""

    def __init__(self) -> None:
        self.passages: Counter[str] = Counter()
        self.lexemes: Counter[str] = Counter()
        self.frequencies: dict[str, Counter[str]] = defaultdict(Counter)
        self.heaviest: dict[str, dict[str, float]] = defaultdict(dict)

    def add(self, found: Found) -> None:
        from kb import lexical

        for locale, (passages, lexemes, frequencies, heaviest) in found.items():
            self.passages[locale] += passages
            self.lexemes[locale] += lexemes
            self.frequencies[locale].update(frequencies)
            lexical.raise_to(self.heaviest[locale], heaviest)

    def store(self) -> None:
        from django.db import connection, transaction

        from kb import lexical
        from kb.models import LexicalStatistics

        with transaction.atomic(), connection.cursor() as cursor:
            for locale, passages in self.passages.items():
                sums = {"passages": passages, "lexemes": self.lexemes[locale], "version": lexical.VERSION}
                LexicalStatistics.objects.filter(locale=locale).update(**sums)
            with cursor.copy("COPY kb_lexemecount (locale, lexeme, passages, heaviest) FROM STDIN") as copy:
                for locale, counts in self.frequencies.items():
                    for lexeme, passages in sorted(counts.items()):
                        copy.write_row((locale, lexeme, passages, self.heaviest[locale][lexeme]))


def _expect_averages(plan: Plan, fields: Fields | None) -> None:
    """The average lengths that the weights are made with, from a sample of each locale."""
    from kb.models import LexicalStatistics

    for place, locale in enumerate(plan.locales):
        sample = np.flatnonzero(plan.locale == place)[:SAMPLE]
        passages = [passage for number in sample for passage in _rows(plan, int(number))[2]]
        _index(passages, fields)
        average = sum(passage.length for passage in passages) / len(passages)
        LexicalStatistics.objects.create(locale=locale, average_length=average)


def _reset_sequences() -> None:
    from django.core.management.color import no_style
    from django.db import connection

    from kb.models import Document, Passage, Revision

    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), [Document, Revision, Passage]):
            cursor.execute(statement)


def _lexeme_index() -> GinIndex:
    from django.contrib.postgres.indexes import GinIndex

    from kb.models import Passage

    return next(index for index in Passage._meta.indexes if isinstance(index, GinIndex))


def _drop_lexeme_index() -> None:
    """Made anew at the end, which takes a fraction of keeping it up row by row."""
    from django.db import connection

    from kb.models import Passage

    with connection.schema_editor() as editor:
        editor.remove_index(Passage, _lexeme_index())


def _make_lexeme_index() -> float:
    from django.db import connection

    from kb.models import Passage

    started = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute("SET maintenance_work_mem = '512MB'")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with connection.schema_editor() as editor:
        editor.add_index(Passage, _lexeme_index())
    return time.perf_counter() - started
