"""Measure the evidence check: `bench/evidence.py [--drafts N] [--edited] [--json]`.

Drafts of eight sentences over five passages of the demo's articles, each passage about as long as the desk
cuts them and never seen before. Milliseconds that a processor works on one whole check, whatever else the
machine does; nothing is embedded and no model is asked. With --edited, what happens while an agent types:
twelve sentences without marks, against nine passages that were read before.
"""

import argparse
import json
import os
import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

SENTENCES, PASSAGES = 8, 5
EDITED_SENTENCES, EDITED_PASSAGES = 12, 9
PASSAGE_CHARACTERS = 1_000
# Of a sentence's words one in so many is said otherwise.
OTHERWISE = 6


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("--drafts", type=int, default=200)
    arguments.add_argument("--edited", action="store_true", help="measure the check of an agent's text")
    arguments.add_argument("--json", action="store_true", help="print one JSON value")
    given = arguments.parse_args()
    if given.drafts < 1:
        arguments.error("--drafts must be at least 1")
    figures = measured(given.drafts, given.edited)
    sys.stdout.write(json.dumps(figures) + "\n" if given.json else told(figures))
    return 0


def told(figures: dict[str, float | int | None]) -> str:
    return "{drafts} drafts: p50 {p50_ms} ms, p95 {p95_ms} ms\n".format(**figures)


def measured(drafts: int, edited: bool) -> dict[str, float | int | None]:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()
    from kb.metrics import quantile
    from support import evidence
    from support.evidence import Offered

    sentences, passages = (EDITED_SENTENCES, EDITED_PASSAGES) if edited else (SENTENCES, PASSAGES)
    texts = list(cut((ROOT / "demo" / "articles").rglob("*.md")))
    chance = random.Random(1)
    times = []
    for number in range(drafts + 1):
        chosen = [f"Page {number}.{one}\n\n{chance.choice(texts)}" for one in range(passages)]
        offered = [Offered(one, "", "", "", text) for one, text in enumerate(chosen, start=1)]
        draft = written(chosen, sentences, chance)
        check = evidence.check
        if edited:
            draft, check = evidence.check(draft, offered).text, evidence.recheck
        began = time.thread_time()
        check(draft, offered)
        times.append((time.thread_time() - began) * 1000)
    times = times[1:]  # the first one reads the lists of words
    return {
        "drafts": drafts,
        "p50_ms": round(quantile(times, 0.5) or 0, 2),
        "p95_ms": round(quantile(times, 0.95) or 0, 2),
    }


def cut(articles: Iterator[Path]) -> Iterator[str]:
    for article in sorted(articles):
        text = article.read_text("utf-8")
        for start in range(0, len(text), PASSAGE_CHARACTERS):
            yield text[start : start + PASSAGE_CHARACTERS]


def written(passages: list[str], count: int, chance: random.Random) -> str:
    """Sentences of the passages, a little otherwise, each with its mark."""
    from support import sentences

    said = []
    for number in range(count):
        place = number % len(passages)
        text = passages[place]
        span = chance.choice(sentences.split(text))
        words = text[span.start : span.end].split()
        words = [word if chance.randrange(OTHERWISE) else "otherwise" for word in words]
        said.append(f"{' '.join(words).rstrip('.')} [{place + 1}].")
    return " ".join(said)


if __name__ == "__main__":
    sys.exit(main())
