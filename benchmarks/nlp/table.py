"""The figures as a table: a row a figure, a column a reader, what was promised beside.

Belongs here: the table's order, marks and words. Does not: measuring, what is promised (``figures``).
"""

from __future__ import annotations

from collections.abc import Iterable

from benchmarks.nlp.figures import OURS, PROMISES, Figure, Promise

KEPT, MISSED, NOT_MEASURED = "kept", "**missed**", "not measured"


def rows(figures: list[Figure]) -> list[list[str]]:
    """The head, then a row for every promised figure, measured or not, then one for each that nobody promised."""
    found = {(figure.name, figure.who): figure for figure in figures}
    who = [OURS, *(name for name in dict.fromkeys(f.who for f in figures) if name != OURS)]
    names = dict.fromkeys([*PROMISES, *(figure.name for figure in figures)])
    head = ["figure", "asked (aim)", "", *who]
    return [head, *([name, *_promise(name, found), *(_cell(found.get((name, w))) for w in who)] for name in names)]


def verdict(name: str, ours: Figure | None) -> str:
    """Whether ours keeps what was promised of a figure; empty where nothing was."""
    if name not in PROMISES:
        return ""
    if ours is None:
        return NOT_MEASURED
    return KEPT if PROMISES[name].is_kept(ours.value) else MISSED


def missed(figures: list[Figure]) -> list[str]:
    """Names of the promised figures that were measured and do not reach it."""
    return [figure.name for figure in figures if figure.who == OURS and verdict(figure.name, figure) == MISSED]


def notes(figures: list[Figure]) -> list[str]:
    """What has to be known of figures, each said once with those that it is true of."""
    of_note: dict[str, list[str]] = {}
    for figure in figures:
        if figure.note:
            of_note.setdefault(figure.note, []).append(f"{figure.who}, {figure.name}")
    return [f"{_few(owners)}: {note}" for note, owners in of_note.items()]


def markdown(figures: list[Figure]) -> str:
    """The table and its notes as a page's section."""
    head, *body = rows(figures)
    lines = [_line(head), _line(["---"] * len(head)), *map(_line, body)]
    return "\n".join([*lines, "", *(f"- {note}" for note in notes(figures))])


def _promise(name: str, found: dict[tuple[str, str], Figure]) -> tuple[str, str]:
    promise = PROMISES.get(name)
    return ("", "") if promise is None else (_asked(promise), verdict(name, found.get((name, OURS))))


def _asked(promise: Promise) -> str:
    sign = "≤" if promise.is_ceiling else "≥"
    return f"{sign} {number(promise.least)} ({number(promise.aim)})"


def _cell(figure: Figure | None) -> str:
    if figure is None:
        return "–"
    spread = "" if figure.spread is None else f" ± {number(figure.spread, figure.value)}"
    return f"{number(figure.value)}{spread}"


def number(value: float, size: float | None = None) -> str:
    """Three decimals below ten, whole numbers in groups above; ``size``: of what the value is a spread of."""
    return f"{value:.3f}" if abs(value if size is None else size) < 10 else f"{value:,.0f}".replace(",", " ")


def _few(owners: list[str], at_most: int = 3) -> str:
    more = len(owners) - at_most
    return "; ".join(owners[:at_most]) + (f" and {more} more" if more > 0 else "")


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
