"""Public data beside the checkout goes in whole: every row is accounted for."""

from __future__ import annotations

import pytest


@pytest.mark.parametrize(
    ("folder", "rows", "newest"),
    [
        ("airlines", {"accounts.csv": 6, "messages.jsonl": 8_689}, "2015-02-24"),
        (
            "telecom",
            {"accounts.csv": 1_890, "contracts.csv": 1_890, "messages.csv": 0, "tickets.csv": 135, "usage.csv": 5_670},
            "2025-10-01",
        ),
    ],
)
def test_every_row_of_the_real_input_is_kept(intake, shared_data, by_name, folder, rows, newest):
    report = intake.ingest(shared_data / "real_input" / folder)
    assert by_name(report) == {name: ("loaded", n, n, 0, 0) for name, n in rows.items()}
    assert report.warnings.is_empty()
    assert str(report.newest_touch_at).startswith(newest)


@pytest.mark.slow  # each of these files alone goes through its reader in tests/unit/sources/test_vendor_seeds.py
def test_no_vendor_file_beside_the_checkout_crashes_or_goes_unaccounted(intake, shared_data):
    seeds = shared_data / "vendor_seeds"
    if not seeds.is_dir():
        pytest.skip("vendor_seeds is not here (set JSI_SHARED_DIR)")
    report = intake.ingest(seeds)
    assert len(report.files) > 100
    assert {f.status for f in report.files} <= {"loaded", "rejected", "duplicate"}
    assert all(f.message for f in report.files if f.status == "rejected")
