"""Draw coverage against risk, of more questions tried how many have no answer, for light and dark pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from bench.learning.fitting import Row, counted, left_out

WIDTH, HEIGHT = 720, 440
LEFT, RIGHT, TOP, BOTTOM = 64, 200, 24, 56
MOST_RISK = 0.5  # half of the questions asked have no answer
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#8a7a00", "#56b4e9")

STYLE = """
  text { font: 13px system-ui, sans-serif; fill: #222 }
  .axis { stroke: #222 } .grid { stroke: #ccc; stroke-width: 0.5 } .curve { fill: none; stroke-width: 2 }
  @media (prefers-color-scheme: dark) {
    text { fill: #eee } .axis { stroke: #eee } .grid { stroke: #555 }
  }
"""


@dataclass(frozen=True)
class Point:
    threshold: float
    coverage: float  # the share of the questions that are tried
    risk: float  # the share of those tried that have no answer


@dataclass(frozen=True)
class Curve:
    name: str
    points: Sequence[Point]


def curves(rows: Sequence[Row], names: Sequence[str]) -> list[Curve]:
    """Of each set, by weights that were learnt without it. Half of the questions have an answer."""
    return [Curve(name, list(_points(own, told))) for name, own, told in left_out(rows, names)]


def _points(rows: Sequence[Row], told: Sequence[float]) -> Iterable[Point]:
    counts = counted(rows)
    for step in range(5, 100):
        tried = [
            (count, row)
            for count, row, chance in zip(counts, rows, told, strict=True)
            if chance >= step / 100
        ]
        taken = sum(count for count, _ in tried)
        if taken:
            wrong = sum(count for count, row in tried if row.kind != "answerable")
            yield Point(step / 100, taken / sum(counts), wrong / taken)


def drawn(found: Sequence[Curve], floor: float) -> str:
    parts = [*_axes(), *(part for place, curve in enumerate(found) for part in _curve(place, curve, floor))]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="Coverage against risk">\n<style>{STYLE}</style>\n' + "\n".join(parts) + "\n</svg>\n"
    )


def _x(coverage: float) -> float:
    return round(LEFT + coverage * (WIDTH - LEFT - RIGHT), 1)


def _y(risk: float) -> float:
    return round(HEIGHT - BOTTOM - min(risk / MOST_RISK, 1.0) * (HEIGHT - TOP - BOTTOM), 1)


def _axes() -> Iterable[str]:
    for tenth in range(0, 11, 2):
        share = tenth / 10
        yield f'<line class="grid" x1="{_x(share)}" y1="{TOP}" x2="{_x(share)}" y2="{_y(0)}"/>'
        yield f'<text x="{_x(share)}" y="{_y(0) + 20}" text-anchor="middle">{tenth * 10} %</text>'
    for tenth in range(0, int(MOST_RISK * 10) + 1):
        share = tenth / 10
        yield f'<line class="grid" x1="{LEFT}" y1="{_y(share)}" x2="{_x(1)}" y2="{_y(share)}"/>'
        yield f'<text x="{LEFT - 8}" y="{_y(share) + 4}" text-anchor="end">{tenth * 10} %</text>'
    yield f'<line class="axis" x1="{LEFT}" y1="{_y(0)}" x2="{_x(1)}" y2="{_y(0)}"/>'
    yield f'<line class="axis" x1="{LEFT}" y1="{TOP}" x2="{LEFT}" y2="{_y(0)}"/>'
    yield f'<text x="{_x(0.5)}" y="{HEIGHT - 14}" text-anchor="middle">questions answered</text>'
    yield f'<text x="{LEFT}" y="{TOP - 8}">of these, without an answer</text>'


def _curve(place: int, curve: Curve, floor: float) -> Iterable[str]:
    colour = COLOURS[place % len(COLOURS)]
    line = " ".join(f"{_x(point.coverage)},{_y(point.risk)}" for point in curve.points)
    yield f'<polyline class="curve" stroke="{colour}" points="{line}"/>'
    at_floor = min(curve.points, key=lambda point: abs(point.threshold - floor))
    x, y = _x(at_floor.coverage), _y(at_floor.risk)
    yield f'<circle cx="{x}" cy="{y}" r="5" fill="{colour}"/>'
    height = TOP + 16 + place * 22
    yield (
        f'<line x1="{_x(1) + 16}" y1="{height - 4}" x2="{_x(1) + 40}" y2="{height - 4}" '
        f'stroke="{colour}" stroke-width="3"/>'
    )
    yield f'<text x="{_x(1) + 48}" y="{height}">{escape(curve.name)}</text>'
