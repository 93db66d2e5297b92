"""How far a source was read: however rows come, late, again, in pieces, each is taken once and none is missed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connections.cursor import Position, before, digest, in_terms_of, read
from connections.errors import SourceChanged
from connections.positions import Positions
from tests.examples import examples

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
wall = datetime.fromisoformat  # a clock on the wall says no zone


@examples(30)
@given(
    arrivals=st.lists(st.tuples(st.integers(0, 60), st.integers(0, 9)), max_size=40),
    overlap=st.integers(0, 12),
    size=st.integers(1, 7),
    pulls=st.integers(1, 4),
)
def test_each_row_is_taken_once_if_it_comes_no_later_than_the_overlap(tmp_path_factory, arrivals, overlap, size, pulls):
    """A row is committed up to ``overlap`` steps after its cursor; pulls happen in between; the state is on disk."""
    kept = Positions(Path(tmp_path_factory.mktemp("positions")) / "desk.json")
    rows = [(cursor, f"row {n}", min(late, overlap)) for n, (cursor, late) in enumerate(arrivals)]
    taken = []
    for now in [60 * (n + 1) // pulls for n in range(pulls)] + [100]:
        there = sorted((cursor, name) for cursor, name, late in rows if cursor + late <= now)
        position = kept.of("rows", "asked")
        start = None if position.cursor is None else before(position.cursor, overlap, False)
        found = [(c, [c, name]) for c, name in there if start is None or c >= start]
        for n in range(0, len(found), size):
            taken += position.take(found[n : n + size], overlap, False)
            kept.keep("rows", "asked", position)
        kept = Positions(kept._path)
    assert sorted(taken) == sorted([cursor, name] for cursor, name, _ in rows)


@pytest.mark.parametrize(
    ("value", "start"),
    [
        (5_000, 4_940),
        (NOON, NOON - timedelta(seconds=60)),
        (wall("2026-01-01T12:00"), wall("2026-01-01T11:59")),
        (date(2026, 1, 2), date(2026, 1, 1)),
        ("2026-01-01 12:00:00", "2026-01-01 11:59:00"),
        ("2026-01-01T12:00:00.123Z", "2026-01-01T11:59:00"),
        ("2026-01-01", "2025-12-31"),
    ],
)
def test_the_next_pull_begins_before_the_last_cursor_in_its_own_spelling(value, start):
    assert before(value, 60, False) == start
    assert not start > value


def test_where_clocks_are_set_back_it_begins_an_hour_earlier():
    assert before(wall("2026-01-01T12:00"), 60, True) == wall("2026-01-01T10:59")


@pytest.mark.parametrize(
    ("found", "begins"),
    [
        (NOON, datetime(2026, 6, 1, tzinfo=UTC)),
        (wall("2026-01-01T00:00"), wall("2026-06-01T02:00")),
        (date(2026, 1, 1), date(2026, 6, 1)),
        ("2026-01-01T00:00:00", "2026-06-01T02:00:00"),
    ],
)
def test_a_declared_beginning_is_said_in_the_sources_terms(found, begins):
    assert in_terms_of(datetime(2026, 6, 1, tzinfo=UTC), found, ZoneInfo("Europe/Berlin"), "changed") == begins


@pytest.mark.parametrize("value", [True, 1.5, "soon", "2026-01-01T00:00:00+02:00", Decimal("1.5"), [1]])
def test_what_has_no_order_is_no_cursor(value):
    with pytest.raises(SourceChanged, match=r"^changed: "):
        read(value, "changed")


def test_a_cursor_that_becomes_another_type_stops_the_pull():
    position = Position(5)
    with pytest.raises(SourceChanged, match="datetime and int"):
        position.take([(NOON, "row")], None, False)


@pytest.mark.parametrize("cursor", [None, 7, NOON, wall("2026-01-01T12:00"), date(2026, 1, 1), "2026-01-01 12:00:00"])
def test_a_position_is_the_same_after_it_was_written_down(tmp_path, cursor):
    position = Position(cursor, {digest("a"): cursor, digest("b"): cursor} if cursor else {})
    Positions(tmp_path / "kept/desk.json").keep("rows", "asked", position)
    again = Positions(tmp_path / "kept/desk.json")
    assert again.of("rows", "asked") == position
    assert again.of("rows", "asked otherwise") == Position()
    assert (tmp_path / "kept").stat().st_mode & 0o077 == 0


def test_the_same_row_has_the_same_digest_whatever_the_order_of_its_columns():
    assert digest({"a": 1, "b": NOON}) == digest({"b": NOON.astimezone(ZoneInfo("Asia/Tokyo")), "a": 1})
    assert digest({"a": "1"}) != digest({"a": 1}) != digest({"a": Decimal(1)})
