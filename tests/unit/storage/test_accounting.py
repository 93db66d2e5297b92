"""Which version of a key wins, and that read = kept + excluded + superseded whatever the order of deliveries."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from storage import accounting
from storage.ingest import ingest
from storage.layout import DataDir
from tests.examples import examples

HEADER = "account_id,account_name,updated_at\n"
START = datetime(2026, 1, 2, tzinfo=UTC)


def winners(paths: DataDir) -> set[tuple]:
    """What the warehouse will see: the winning rows, without where they came from."""
    rows = pl.read_parquet(paths.raw_table("accounts") / "*.parquet")
    won = accounting.versions(sorted(paths.raw_table("accounts").glob("[!_]*.parquet"))).filter("is_winner")
    kept = rows.join(won, on=["file_sha256", "source_row", "row_key"], how="semi")
    return set(kept.select("account_id", "account_name", "updated_at").rows())


def ingest_all(folder: Path, deliveries: list[list[str]]) -> tuple[set[tuple], pl.DataFrame]:
    """Each delivery is a file of rows, ingested on a day of its own."""
    paths, extracts = DataDir(folder / "data"), folder / "extracts" / "accounts"
    extracts.mkdir(parents=True)
    for day, rows in enumerate(deliveries):
        (extracts / f"{day:02d}.csv").write_text(HEADER + "".join(rows))
        ingest(extracts.parent, paths.root, START + timedelta(days=day))
    files = pl.read_parquet(paths.files)
    assert accounting.unbalanced(files).is_empty()
    return winners(paths), files


row = st.builds(
    lambda key, name, month: f"A{key},{name},{f'2025-{month:02d}-01' if month else ''}\n",
    st.integers(1, 3),
    st.sampled_from(["Acme", "Beta", ""]),
    st.integers(0, 3),
)
bad_row = st.sampled_from([",No id,2025-01-01\n", "A1,Bad time,never\n", "A1,short\n"])


@examples(8)
@given(st.data(), st.lists(st.one_of(row, row, bad_row), min_size=1, max_size=8))
def test_order_repetition_and_splitting_of_deliveries_do_not_change_the_winners(data, rows):
    order = data.draw(st.permutations(rows))
    cut = data.draw(st.integers(0, len(rows)))
    repeated = data.draw(st.lists(st.sampled_from(rows), max_size=3))
    with tempfile.TemporaryDirectory() as folder:
        expected, files = ingest_all(Path(folder) / "one", [rows])
        found, split = ingest_all(Path(folder) / "other", [order[:cut], [*order[cut:], *repeated]])
    assert found == expected
    assert files["rows_read"].sum() == len(rows)
    assert split["rows_read"].sum() == len(rows) + len(repeated)
    assert split["rows_kept"].sum() == files["rows_kept"].sum() == len(expected)


def test_the_newer_version_wins_then_the_greater_hash_then_the_first_to_come(tmp_path):
    found, _ = ingest_all(tmp_path, [["A1,Old,2025-01-01\n", "A1,New,2025-02-01\n", "A1,Undated,\n"]])
    assert {name for _, name, _ in found} == {"New"}


def test_versions_of_no_files_are_none():
    assert accounting.versions([]).is_empty()


def test_a_file_whose_sums_fail_is_told():
    files = pl.DataFrame(
        [("a", 3, 1, 1, 1), ("b", 3, 1, 1, 0)],
        schema=["source_file", "rows_read", "rows_kept", "rows_excluded", "rows_superseded"],
        orient="row",
    )
    assert accounting.unbalanced(files)["source_file"].to_list() == ["b"]


def test_all_sources_of_the_ledger_have_a_health(intake):
    intake.deliver_all({"accounts.csv": HEADER + "A1,Acme,\n", "zendesk/empty.jsonl": ""})
    intake.ingest()
    health = accounting.source_health(intake.files())
    assert health.select("source", "is_stale").rows() == [("canonical", False), ("zendesk", True)]
