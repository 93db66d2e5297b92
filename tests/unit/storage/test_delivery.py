"""What was found in the folder is what is read: a link that is put there meanwhile leads nowhere."""

from __future__ import annotations

import shutil
from pathlib import Path

import polars as pl
import pytest

from storage.delivery import deliveries, read_whole

ACCOUNTS = "account_id,account_name\n{},Acme\n"


@pytest.fixture
def secret(tmp_path) -> Path:
    """A folder beside the extracts, with a file of the name that is delivered."""
    folder = tmp_path / "secret"
    folder.mkdir()
    (folder / "accounts.csv").write_text(ACCOUNTS.format("SECRET"))
    return folder


def of_a_file(file: Path, secret: Path) -> None:
    file.unlink()
    file.symlink_to(secret / "accounts.csv")


def of_a_folder(file: Path, secret: Path) -> None:
    shutil.rmtree(file.parent)
    file.parent.symlink_to(secret)


def of_the_file_itself(file: Path, secret: Path) -> None:
    (secret / "accounts.csv").rename(file)


@pytest.mark.parametrize("swap", [of_a_file, of_a_folder, of_the_file_itself])
def test_what_is_swapped_between_walk_and_read_is_left_for_the_next_run(intake, secret, swap):
    file = intake.deliver("crm/accounts.csv", ACCOUNTS.format("A1"))
    intake.deliver("b/accounts.csv", ACCOUNTS.format("B1"))

    def swapped(done: int, total: int, name: str) -> None:
        if name == "crm/accounts.csv":
            swap(file, secret)

    report = intake.ingest(quiet_seconds=0, progress=swapped)
    assert {f.source_file: f.status for f in report.files} == {
        "crm/accounts.csv": "deferred",
        "b/accounts.csv": "loaded",
    }
    rows = pl.read_parquet(intake.paths.raw_table("accounts") / "*.parquet")
    assert rows["account_id"].to_list() == ["B1"]


def test_a_link_within_the_folder_is_read_and_one_that_is_led_out_meanwhile_is_not(intake, secret):
    file = intake.deliver("2026/accounts.csv", ACCOUNTS.format("A1"))
    link = intake.extracts / "accounts.csv"
    link.symlink_to(file)
    found = {d.name: d for d in deliveries(intake.extracts)}
    assert read_whole(found["accounts.csv"], 1 << 20)[0] == file.read_bytes()
    link.unlink()
    link.symlink_to(secret / "accounts.csv")
    with pytest.raises(Exception, match="leads out of the extracts folder by now"):
        read_whole(found["accounts.csv"], 1 << 20)


def test_a_file_that_is_given_by_a_link_is_read(intake, secret):
    (intake.extracts / "accounts.csv").symlink_to(secret / "accounts.csv")
    (found,) = deliveries(intake.extracts / "accounts.csv")
    assert read_whole(found, 1 << 20)[0] == (secret / "accounts.csv").read_bytes()
