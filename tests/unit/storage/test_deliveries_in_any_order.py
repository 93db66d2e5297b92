"""Vendors deliver again, late, overlapping, split, renamed, in any order: the same rows count as after one clean file.

What was known on a past day can be told from the raw rows alone, whatever came later.
"""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sources.contract import TABLES
from storage import accounting
from storage.ingest import ingest
from storage.layout import DataDir
from tests.unit.sources import test_qualtrics, test_salesforce, test_zendesk

START = datetime(2026, 1, 2, tzinfo=UTC)
Winners = dict[tuple[str, str], str]


@dataclass(frozen=True)
class Vendor:
    """``lines``: versions of a few records, updates and deletes among them, each a line of the vendor's export."""

    name: str
    file: str
    header: str
    lines: tuple[str, ...]


def _canonical() -> Vendor:
    versions = [
        *((f"A{n}", f"Acme {day}", f"2025-06-0{day}T00:00:00Z", "false") for n in (1, 2) for day in (1, 2, 3)),
        ("A1", "Acme", "2025-06-04T00:00:00Z", "true"),
        ("A3", "Undated", "", ""),
        ("A3", "Undated too", "", ""),
    ]
    header = "account_id,account_name,updated_at,is_deleted\n"
    return Vendor("canonical", "accounts/{}.csv", header, tuple(",".join(v) + "\n" for v in versions))


def _salesforce() -> Vendor:
    row = "A-{n},{gone},,Acme {day},,smb,emea,1200,USD,9,2024-01-02T08:00:00.000Z,2024-05-0{day}T14:05:00.000+0000\n"
    versions = [(1, 1, "false"), (1, 2, "false"), (2, 1, "false"), (2, 3, "true"), (3, 2, "false"), (1, 3, "false")]
    lines = tuple(row.format(n=n, day=day, gone=gone) for n, day, gone in versions)
    return Vendor("salesforce", "crm/{}.csv", test_salesforce.ACCOUNT + "\n", lines)


def _zendesk() -> Vendor:
    versions = [(1, 1, "open"), (1, 2, "solved"), (2, 1, "open"), (2, 2, "deleted"), (3, 1, "open"), (1, 3, "open")]
    tickets = [
        test_zendesk.TICKET | {"id": n, "status": status, "updated_at": f"2024-06-0{day}T09:00:00Z"}
        for n, day, status in versions
    ]
    return Vendor("zendesk", "help/{}.jsonl", "", tuple(json.dumps(t) + "\n" for t in tickets))


def _qualtrics() -> Vendor:
    answers = [
        {"ResponseId": f"R{n}", "Q1": str(score), "Q2": "Love it", "RecordedDate": f"2024-05-31 15:0{score}:00"}
        for n, score in ((1, 2), (1, 9), (2, 5), (3, 7), (2, 6))
    ]
    lines = test_qualtrics.export(test_qualtrics.NPS, *answers, zone="UTC").decode().splitlines(keepends=True)
    return Vendor("qualtrics", "voice/{}.csv", "".join(lines[:3]), tuple(lines[3:]))


def _hubspot() -> Vendor:
    header = "Record ID,Company name,Create Date,Last Modified Date,Became a Customer Date,ARR\n"
    row = "900{n},Acme {day},2024-01-01 08:00,2024-05-1{day} 14:05,2024-03-0{day} 10:00,12{day}0\n"
    return Vendor(
        "hubspot", "marketing/{}.csv", header, tuple(row.format(n=n, day=d) for n in (1, 2) for d in (1, 2, 3))
    )


VENDORS = [_canonical(), _salesforce(), _zendesk(), _qualtrics(), _hubspot()]


def winners(paths: DataDir, known_by: datetime | None = None) -> Winners:
    """(table, key) → the hash of the row that counts, among the rows that were loaded by then.

    The rule is written here once more: the newest version, of two undated or equally dated ones the greater hash.
    """
    best: dict[tuple[str, str], tuple[bool, Any, str]] = {}
    for table in TABLES:
        files = sorted(paths.raw_table(table).glob("[!_]*.parquet"))
        if not files:
            continue
        rows = pl.read_parquet(files, columns=["row_key", "updated_at", "row_hash", "loaded_at"])
        rows = rows.filter(pl.col("loaded_at") <= known_by) if known_by is not None else rows
        for key, updated_at, row_hash in rows.select("row_key", "updated_at", "row_hash").rows():
            version = (updated_at is not None, updated_at or START, row_hash)
            best[(table, key)] = max(best.get((table, key), version), version)
    return {place: version[2] for place, version in best.items()}


def counted(paths: DataDir) -> Winners:
    """What the accounting, which has its own rule, holds for the winners."""
    found: Winners = {}
    for table in TABLES:
        files = sorted(paths.raw_table(table).glob("[!_]*.parquet"))
        rows = accounting.versions(files)
        if "row_key" in rows.columns:
            found |= {(table, key): h for key, h in rows.filter("is_winner").select("row_key", "row_hash").rows()}
    return found


def deliver(folder: Path, vendor: Vendor, deliveries: list[list[list[str]]]) -> tuple[DataDir, list[Winners]]:
    """Each delivery is one day's files, each a list of lines; what counted after each day."""
    paths, extracts, by_day = DataDir(folder / "data"), folder / "extracts", []
    for day, files in enumerate(deliveries):
        for number, lines in enumerate(files):
            path = extracts / vendor.file.format(f"{day:02d}_{number}")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(vendor.header + "".join(lines), newline="")
        ingest(extracts, paths.root, START + timedelta(days=day))
        by_day.append(winners(paths))
    files = pl.read_parquet(paths.files)
    assert set(files["source"]) == {vendor.name}
    assert set(files["status"]) <= {"loaded", "duplicate"}
    assert accounting.unbalanced(files).is_empty()
    assert files["rows_excluded"].sum() == 0
    return paths, by_day


@st.composite
def plans(draw, lines: tuple[str, ...]) -> list[list[list[str]]]:
    """The lines in any order, split over days and files, some sent again, some files sent again under another name."""
    order = draw(st.permutations(lines))
    again = draw(st.lists(st.sampled_from(lines), max_size=3))
    cuts = sorted(draw(st.lists(st.integers(1, len(order)), max_size=2)))
    files = [f for f in (order[a:b] for a, b in zip([0, *cuts], [*cuts, None], strict=True)) if f]
    files[-1] = [*files[-1], *again]
    if draw(st.booleans()):
        files.append(list(draw(st.sampled_from(files))))  # a copy
    days, at = [], 0
    while at < len(files):
        n = draw(st.integers(1, 2))
        days.append(files[at : at + n])
        at += n
    return days


def any_order_gives_what_one_clean_delivery_gives(vendor: Vendor, n_examples: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        clean, _ = deliver(Path(folder), vendor, [[list(vendor.lines)]])
        expected = winners(clean)

    @settings(max_examples=n_examples, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(plans(vendor.lines))
    def each(plan: list[list[list[str]]]) -> None:
        with tempfile.TemporaryDirectory() as folder:
            paths, by_day = deliver(Path(folder), vendor, plan)
            assert winners(paths) == counted(paths) == expected
            for day, known in enumerate(by_day):
                assert winners(paths, known_by=START + timedelta(days=day)) == known

    each()


@pytest.mark.parametrize("vendor", VENDORS, ids=lambda vendor: vendor.name)
def test_any_order_of_deliveries_gives_the_winners_of_one_and_each_day_can_be_replayed(vendor):
    any_order_gives_what_one_clean_delivery_gives(vendor, 2)


@pytest.mark.slow
@pytest.mark.parametrize("vendor", VENDORS, ids=lambda vendor: vendor.name)
def test_many_orders_of_deliveries_give_the_winners_of_one_and_each_day_can_be_replayed(vendor):
    any_order_gives_what_one_clean_delivery_gives(vendor, 40)


def test_a_delete_is_a_version_like_any_other_and_an_older_row_does_not_undo_it(tmp_path):
    vendor = _salesforce()
    gone, before = vendor.lines[3], vendor.lines[2]
    paths, by_day = deliver(tmp_path, vendor, [[[gone]], [[before]]])
    rows = pl.read_parquet(paths.raw_table("accounts") / "*.parquet")
    assert rows.sort("updated_at")["is_deleted"].to_list() == [False, True]
    assert by_day[0] == by_day[1] == {("accounts", rows["row_key"][0]): rows.filter("is_deleted")["row_hash"][0]}
