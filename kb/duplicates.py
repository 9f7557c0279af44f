"""Find documents that say nearly the same: by the runs of words that they share, and by what they mean.

Runs of words ("shingles", Broder 1997) are kept as hashes, of a large help center only those of every n-th
value, which is the same sample in each document. By meaning, documents near each other as a whole are looked
at passage by passage. What an admin dismissed stays dismissed.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from hashlib import blake2b
from itertools import combinations

import numpy as np
import numpy.typing as npt
from django.db import connection, transaction
from django.db.models import Sum

from kb.leases import renewed
from kb.lexemes import lexemes
from kb.models import Document, Duplicate, DuplicateSearch, EmbeddingModel, Passage

# Words of a run, and how many runs are held in memory at the most.
RUN = 5
MOST_RUNS = 4_000_000
# What stands in more documents than this is a footer, and tells nothing.
COMMON = 20
# A pair is told if it shares so much, or is so near in meaning.
SHARED, NEAR = 0.3, 0.93
# As a whole a document is compared with its nearest, if they are at least this near.
NEIGHBOURS, AS_A_WHOLE = 5, 0.85
TOGETHER = 1_000

Pair = tuple[int, int]
Floats = npt.NDArray[np.float32]


def search(search: DuplicateSearch) -> None:
    """Look through all documents and keep the pairs; whoever lost the search keeps nothing."""
    with renewed(lambda until: search.mine().update(lease=until)):
        found = find()
    with transaction.atomic():
        if search.mine().select_for_update().first() is None:
            return
        _keep(found)
        search.end(documents=Document.objects.filter(current__isnull=False).count(), found=len(found))


def find() -> dict[Pair, tuple[float, float]]:
    """Pairs of documents in one language, with the share of runs and the nearness of meaning."""
    locales = dict(
        Document.objects.exclude(status=Document.Status.ARCHIVED).values_list("pk", "locale").order_by("pk")
    )
    shared = {pair: share for pair, share in _sharing(locales).items() if share >= SHARED}
    model = EmbeddingModel.objects.active()
    candidates = {*shared, *_near_as_a_whole(model, locales)}
    likeness = _likeness(model, candidates)
    return {
        pair: (round(shared.get(pair, 0.0), 4), round(likeness.get(pair, 0.0), 4))
        for pair in sorted(candidates)
        if pair in shared or likeness.get(pair, 0.0) >= NEAR
    }


def _keep(found: Mapping[Pair, tuple[float, float]]) -> None:
    there = {(one.document_id, one.other_id): one for one in Duplicate.objects.select_for_update()}
    gone = [one.pk for pair, one in there.items() if pair not in found and one.dismissed is None]
    Duplicate.objects.filter(pk__in=gone).delete()
    # A document may have been deleted while the others were compared.
    alive = set(
        Document.objects.filter(pk__in={pk for pair in found for pk in pair}).values_list("pk", flat=True)
    )
    for (document, other), (shared, likeness) in found.items():
        if document in alive and other in alive:
            figures = {"shared": shared, "likeness": likeness}
            Duplicate.objects.update_or_create(document_id=document, other_id=other, defaults=figures)


# --- By words --------------------------------------------------------------------------------------------


def _sharing(locales: Mapping[int, str]) -> dict[Pair, float]:
    """Of the pairs that share runs of words: how much of the shorter one."""
    every = _one_in(Passage.objects.filter(document__in=locales).aggregate(words=Sum("length"))["words"] or 0)
    holders: dict[int, list[int]] = defaultdict(list)
    runs: Counter[int] = Counter()
    for document, text in _texts(locales):
        kept = {value for value in hashes(text, locales[document]) if value % every == 0}
        runs[document] = len(kept)
        for value in kept:
            if len(holders[value]) <= COMMON:
                holders[value].append(document)
    common: Counter[Pair] = Counter()
    for documents in holders.values():
        if 2 <= len(documents) <= COMMON:
            common.update(combinations(sorted(documents), 2))
    return {
        pair: number / max(min(runs[pair[0]], runs[pair[1]]), 1)
        for pair, number in common.items()
        if locales[pair[0]] == locales[pair[1]]
    }


def _one_in(words: int) -> int:
    return max(-(-words // MOST_RUNS), 1)


def hashes(text: str, locale: str) -> set[int]:
    """Of the runs of words, each as 64 bits; a text of fewer words is one run."""
    words = lexemes(text, locale)
    ends = range(RUN, max(len(words), RUN) + 1)
    return {_hash(words[end - RUN : end]) for end in ends} if words else set()


def _hash(words: Iterable[str]) -> int:
    return int.from_bytes(blake2b("\x00".join(words).encode(), digest_size=8).digest(), "big")


def _texts(locales: Mapping[int, str]) -> Iterator[tuple[int, str]]:
    """Document by document."""
    rows = Passage.objects.filter(document__in=locales).order_by("document", "position")
    parts: list[str] = []
    owner = 0
    for document, text in rows.values_list("document_id", "text").iterator(chunk_size=2_000):
        if document != owner and parts:
            yield owner, "\n".join(parts)
            parts = []
        owner = document
        parts.append(text)
    if parts:
        yield owner, "\n".join(parts)


# --- By meaning ------------------------------------------------------------------------------------------


def _near_as_a_whole(model: EmbeddingModel, locales: Mapping[int, str]) -> set[Pair]:
    """Each document with its nearest in the same language, by the mean of their vectors."""
    pairs: set[Pair] = set()
    by_locale: dict[str, list[int]] = defaultdict(list)
    means = _means(model, locales)
    for document in means:
        by_locale[locales[document]].append(document)
    for documents in by_locale.values():
        vectors = np.stack([means[document] for document in documents])
        for begin in range(0, len(documents), TOGETHER):
            cosines = vectors[begin : begin + TOGETHER] @ vectors.T
            pairs |= _nearest(documents, begin, cosines)
    return pairs


def _nearest(documents: list[int], begin: int, cosines: Floats) -> set[Pair]:
    found: set[Pair] = set()
    for row, line in enumerate(cosines, start=begin):
        line[row] = -1
        for other in np.argsort(-line)[:NEIGHBOURS]:
            if line[other] >= AS_A_WHOLE:
                a, b = sorted((documents[row], documents[int(other)]))
                found.add((a, b))
    return found


def _means(model: EmbeddingModel, locales: Mapping[int, str]) -> dict[int, Floats]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT document_id, avg(vector::vector)::text FROM kb_embedding WHERE model_id = %s"
            " GROUP BY document_id",
            [model.pk],
        )
        return {pk: _unit(vector) for pk, vector in cursor if pk in locales}


def _likeness(model: EmbeddingModel, pairs: Iterable[Pair]) -> dict[Pair, float]:
    """The mean cosine of the shorter one's passages with the nearest of the other's."""
    found: dict[Pair, float] = {}
    for a, b in pairs:
        one, other = sorted((_vectors(model, a), _vectors(model, b)), key=len)
        if len(one) and len(other):
            found[a, b] = float((one @ other.T).max(axis=1).mean())
    return found


def _vectors(model: EmbeddingModel, document: int) -> Floats:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT vector::text FROM kb_embedding WHERE model_id = %s AND document_id = %s",
            [model.pk, document],
        )
        rows = [_unit(vector) for (vector,) in cursor]
    return np.stack(rows) if rows else np.empty((0, model.dimensions), np.float32)


def _unit(written: str) -> Floats:
    vector = np.array(written.strip("[]").split(","), np.float32)
    return np.asarray(vector / (np.linalg.norm(vector) or 1.0), np.float32)
