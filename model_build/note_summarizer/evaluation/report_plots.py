"""The report's plots as inline SVG: no library, no network, colours of the page's light or dark theme; pure."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from html import escape

from note_summarizer.evaluation.bootstrap import Interval

_WIDTH, _ROW = 420, 30
_LABELS, _RIGHT, _AXIS = 130, 16, 24
_LONGEST_LABEL = 20


def interval_plot(rows: Sequence[tuple[str, Interval | None]], baseline: str) -> str:
    """Draw a dot for each system's mean and a line for its 95 % interval.

    Args:
        rows: systems and their figures; one without a figure has an empty row.
        baseline: the system that is drawn in grey.
    """
    found = [interval for _, interval in rows if interval]
    ticks = nice_ticks(0.0, max([interval.high for interval in found], default=1.0))
    height = _ROW * len(rows) + _AXIS
    drawn = [_grid(_across(tick, ticks), f"{tick:g}", height) for tick in ticks]
    for number, (name, interval) in enumerate(rows):
        y = _ROW * number + _ROW / 2
        drawn.append(f'<text class="label" x="{_LABELS - 10}" y="{y + 4}" text-anchor="end">{_label(name)}</text>')
        if interval:
            drawn.append(_dot_and_range(interval, ticks, y, "base " if name == baseline else ""))
    return _svg(_WIDTH, height, drawn)


def _dot_and_range(interval: Interval, ticks: Sequence[float], y: float, kind: str) -> str:
    low, mean, high = (_across(value, ticks) for value in (interval.low, interval.mean, interval.high))
    said = f"{interval.mean:.1f} (95 % {interval.low:.1f} to {interval.high:.1f})"
    return (
        f'<g><title>{said}</title><line class="{kind}range" x1="{low:.1f}" x2="{high:.1f}" y1="{y}" y2="{y}"/>'
        f'<circle class="{kind}dot" cx="{mean:.1f}" cy="{y}" r="5"/></g>'
    )


def difference_histogram(differences: Sequence[float], bins: int = 21) -> str:
    """Draw how many notes gained (green) or lost (red) how much; the dashed line is the mean."""
    height, floor = 190, 190 - _AXIS
    reach = max(1.0, *(abs(value) for value in differences))
    ticks = nice_ticks(-reach, reach)
    width = (ticks[-1] - ticks[0]) / bins
    counts = Counter(min(bins - 1, int((value - ticks[0]) / width)) for value in differences)
    tallest = max(counts.values())
    drawn = [_grid(_across(tick, ticks, 30), f"{tick:+g}" if tick else "0", height) for tick in ticks]
    for place, count in sorted(counts.items()):
        left, right = (_across(ticks[0] + width * (place + step), ticks, 30) for step in (0, 1))
        top = floor - (floor - 16) * count / tallest
        kind = "point" if place == bins // 2 else "down" if place < bins // 2 else "up"
        drawn.append(
            f'<rect class="{kind}" x="{left + 1:.1f}" y="{top:.1f}" width="{right - left - 2:.1f}"'
            f' height="{floor - top:.1f}"><title>{count} notes</title></rect>'
        )
    mean = _across(sum(differences) / len(differences), ticks, 30)
    drawn.append(f'<line class="mean" x1="{mean:.1f}" x2="{mean:.1f}" y1="6" y2="{floor}"/>')
    return _svg(_WIDTH, height, drawn)


def scatter_plot(before: Sequence[float], after: Sequence[float], before_name: str, after_name: str) -> str:
    """Draw a dot for each note: the baseline's score across, the system's up; above the diagonal it gained."""
    size, left, low = 300, 44, 300 - 36
    ticks = nice_ticks(0.0, max(1.0, *before, *after))
    span = low - 10

    def place(x: float, y: float) -> tuple[float, float]:
        return left + span * x / ticks[-1], low - span * y / ticks[-1]

    drawn = []
    for tick in ticks:
        x, y = place(tick, tick)
        drawn.append(f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="10" y2="{low}"/>')
        drawn.append(f'<line class="grid" x1="{left}" x2="{left + span}" y1="{y:.1f}" y2="{y:.1f}"/>')
        drawn.append(f'<text x="{x:.1f}" y="{low + 15}" text-anchor="middle">{tick:g}</text>')
        drawn.append(f'<text x="{left - 6}" y="{y + 4:.1f}" text-anchor="end">{tick:g}</text>')
    drawn.append(f'<line class="zero" x1="{left}" y1="{low}" x2="{left + span}" y2="10"/>')
    for x_value, y_value in zip(before, after, strict=True):
        x, y = place(x_value, y_value)
        kind = " up" if y_value > x_value else " down" if y_value < x_value else ""
        drawn.append(f'<circle class="point{kind}" cx="{x:.1f}" cy="{y:.1f}" r="4"/>')
    middle = left + span / 2
    drawn.append(f'<text x="{middle}" y="{size - 4}" text-anchor="middle">{_label(before_name, 40)}</text>')
    drawn.append(
        f'<text transform="translate(11 {low / 2}) rotate(-90)" text-anchor="middle">{_label(after_name, 34)}</text>'
    )
    return _svg(_WIDTH, size, drawn)


def bar_plot(rows: Sequence[tuple[str, float, str]]) -> str:
    """Draw a bar for each system, with its figure behind it.

    Args:
        rows: name, length (any unit, not negative) and the figure as it is written.
    """
    longest, room = max((value for _, value, _ in rows), default=0.0) or 1.0, _WIDTH - _LABELS - 90
    drawn = []
    for number, (name, value, said) in enumerate(rows):
        y, width = _ROW * number + _ROW / 2, max(1.0, room * value / longest)
        drawn.append(f'<text class="label" x="{_LABELS - 10}" y="{y + 4}" text-anchor="end">{_label(name)}</text>')
        drawn.append(f'<rect class="bar" x="{_LABELS}" y="{y - 8}" width="{width:.1f}" height="16" rx="2"/>')
        drawn.append(f'<text x="{_LABELS + width + 7:.1f}" y="{y + 4}">{escape(said)}</text>')
    return _svg(_WIDTH, _ROW * max(1, len(rows)), drawn)


def nice_ticks(low: float, high: float, about: int = 5) -> list[float]:
    """Return round, evenly spaced values from at most `low` to at least `high`: 1, 2, 2.5 or 5 times a power of ten."""
    span = max(high - low, 1e-9) / about
    power = 10.0 ** math.floor(math.log10(span))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= span * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [round(step * number, 10) for number in range(first, max(last, first + 1) + 1)]


def _across(value: float, ticks: Sequence[float], left: float = _LABELS) -> float:
    return left + (_WIDTH - _RIGHT - left) * (value - ticks[0]) / (ticks[-1] - ticks[0])


def _grid(x: float, said: str, height: float) -> str:
    low = height - _AXIS
    line = f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="0" y2="{low}"/>'
    return f'{line}<text x="{x:.1f}" y="{low + 16}" text-anchor="middle">{said}</text>'


def _label(name: str, longest: int = _LONGEST_LABEL) -> str:
    short = name if len(name) <= longest else f"{name[: longest - 1]}…"
    return f"{escape(short)}<title>{escape(name)}</title>" if short != name else escape(short)


def _svg(width: float, height: float, drawn: Sequence[str]) -> str:
    return f'<svg viewBox="0 0 {width:g} {height:g}" role="img">{"".join(drawn)}</svg>'
