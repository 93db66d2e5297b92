"""Accounts that are people, records called by an address: beyond raw nothing tells whose, and all is still found."""

from __future__ import annotations

import json
import shutil

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from private_company import ADDRESSES, FIRST, NAMES, NUMBERS, SECOND, deliver
from rich.console import Console
from test_command_line import jsi

from orchestration.erase import erase
from orchestration.names import PUBLIC_MARTS
from orchestration.refresh import refresh
from orchestration.tables import refresh_tables
from storage.account_keys import PREFIX, published_id
from storage.layout import DataDir
from storage.person_rows import Person
from storage.proof import files_that_tell
from tests.pipeline.test_erase import AT

pytestmark = pytest.mark.slow  # a refresh of its own: CI runs it with the campaigns
TELLING = Person(frozenset(NUMBERS), (*ADDRESSES, *NAMES))


@pytest.fixture(scope="module", autouse=True)
def key():
    """Two data folders have one key here, so that what they publish can be compared."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JSI_IDENTITY_KEY", "k" * 64)
        yield


@pytest.fixture(scope="module")
def private(tmp_path_factory) -> DataDir:
    """Both deliveries after one refresh; what a terminal shows of it is kept beside the data folder."""
    folder = tmp_path_factory.mktemp("private")
    paths = DataDir(folder / "data")
    outcome = refresh(paths, deliver(folder / "extracts", FIRST, SECOND), None, quiet_seconds=0)
    assert outcome.succeeded, outcome.failures
    (folder / "said").mkdir()
    with (folder / "said" / "refresh.txt").open("w", encoding="utf-8") as said:
        Console(file=said, width=200).print(*refresh_tables(outcome), *outcome.warnings, sep="\n")
    return paths


@pytest.fixture
def own(private, tmp_path) -> DataDir:
    """A copy that a test may change."""
    shutil.copytree(private.root, tmp_path / "data", symlinks=True)
    return DataDir(tmp_path / "data")


def mart(paths: DataDir, name: str) -> pl.DataFrame:
    return pl.read_parquet(paths.current.resolve() / f"{name}.parquet")


def touch(paths: DataDir, touch_id: str) -> dict:
    return mart(paths, "fct_touches").row(by_predicate=pl.col("touch_id") == touch_id, named=True)


def test_no_file_beyond_raw_and_no_output_tells_a_person_by_their_account(private):
    looked_at = [p for p in private.root.iterdir() if p.is_dir() and p not in (private.raw, private.landing)]
    assert {"published", "warehouse", "scored", "insights", "dagster", "dbt"} <= {p.name for p in looked_at}
    looked_at.append(private.root.parent / "said")
    assert PREFIX in (looked_at[-1] / "refresh.txt").read_text(encoding="utf-8"), "the output lists accounts"
    assert [str(file) for folder in looked_at for file in files_that_tell(folder, TELLING)] == []
    for mark in (*ADDRESSES, *NAMES, *NUMBERS):  # each is one that would be found
        assert files_that_tell(private.raw, Person(frozenset(), (mark,))), mark


def test_every_spelling_of_an_address_is_one_account_with_all_that_is_known_of_it(private):
    key = published_id(private, "xaverina@private.example")
    assert {touch(private, t)["account_id"] for t in ("m:m1", "m:m6", "sv:r1", "t:T1:first_response")} == {key}
    account = mart(private, "dim_accounts").row(by_predicate=pl.col("account_id") == key, named=True)
    assert (account["account_name"], account["arr_usd"], account["stage"]) == (key, 150.0, "adoption")
    assert str(account["renews_on"]) == "2026-12-31"
    heard = published_id(private, "ONLY.HEARD@private.example")
    assert {touch(private, t)["account_id"] for t in ("m:m5", "m:m7")} == {heard}


def test_records_that_are_called_by_an_address_still_find_each_other(private):
    keys = dict(pl.read_parquet(private.record_keys).iter_rows())
    assert len(keys) == 8
    ticket, said, answer = (
        keys[i] for i in ("gesa@private.example/7", "<gesa@private.example>", "gesa%40private.example:1")
    )
    of_ticket, answered = touch(private, f"m:{said}"), touch(private, f"s:{answer}")
    assert (of_ticket["episode_id"], of_ticket["account_id"]) == (f"ticket:{ticket}", "A2"), "by its ticket"
    assert (answered["episode_id"], answered["account_id"]) == (f"survey:{answer}", "A2"), "by its invitation"
    assert {touch(private, t)["episode_id"] for t in ("m:c1", "m:c2")} == {
        f"conversation:{keys['chat:gesa@private.example']}"
    }


def test_the_names_of_an_accounts_people_are_hidden_in_its_texts_however_it_is_spelled(private):
    assert touch(private, "m:m2")["text_redacted"] == "Great help and fast too says [name]"


def test_a_receipt_and_a_search_are_asked_for_by_the_id_that_the_company_writes(private):
    for account in ("XAVERINA@private.example", "KD-77Q1", "A2"):
        done = jsi("receipt", account, "--json", data_dir=private.root)
        assert done.returncode == 0, done.stderr
        found = json.loads(done.stdout)
        assert found["account_id"] == published_id(private, account)
        assert found["jsi"] == pytest.approx(50 + found["points_total"], abs=0.01)
    found = jsi("search", "love", "--account", "KD-77Q1", "--json", data_dir=private.root)
    assert [t["touch_id"] for t in json.loads(found.stdout)["texts"]] == ["m:m3"]
    shown = jsi("receipt", "xaverina@private.example", data_dir=private.root)
    assert "xaverina" not in (shown.stdout + shown.stderr).lower()


@pytest.mark.slow
def test_what_is_published_depends_neither_on_the_order_of_deliveries_nor_on_how_often_it_is_computed(
    private, tmp_path
):
    paths = DataDir(tmp_path / "data")
    for delivery in (SECOND, FIRST, {}):
        outcome = refresh(paths, deliver(tmp_path / "extracts", delivery), None, quiet_seconds=0)
        assert outcome.succeeded, outcome.failures
    for name in PUBLIC_MARTS:
        if name == "row_accounting":  # speaks of files and when they came
            continue
        at_once, bit_by_bit = (mart(p, name).drop("loaded_at", strict=False) for p in (private, paths))
        order = [c for c, kind in at_once.schema.items() if not kind.is_nested()]
        assert_frame_equal(at_once.sort(order), bit_by_bit.sort(order), check_exact=True)


@pytest.mark.slow
def test_an_account_that_is_an_erased_person_is_gone_from_every_layer_with_its_key(own):
    key = published_id(own, "xaverina@private.example")
    erased = erase(own, "p-1", AT)
    assert (erased.failures, erased.still_told) == ([], [])
    assert key not in mart(own, "dim_accounts")["account_id"]
    assert "p-1" not in (own.raw / "account_keys.parquet").read_bytes().decode("latin-1")


@pytest.mark.slow
def test_a_generation_that_showed_a_records_id_goes(own):
    """It was published before such ids had keys."""
    older = own.current.resolve()
    touches = pl.read_parquet(older / "fct_touches.parquet")
    touches = touches.with_columns(pl.col("touch_id").replace("m:m1", "m:<gesa@private.example>"))
    touches.write_parquet(older / "fct_touches.parquet")
    assert refresh(own, None, None, quiet_seconds=0).succeeded
    assert not older.exists()


@pytest.mark.slow
def test_a_generation_that_showed_an_id_goes_when_the_id_turns_out_to_be_a_persons(tmp_path):
    paths, extracts = DataDir(tmp_path / "data"), tmp_path / "extracts"
    told = {"messages.csv": FIRST["messages.csv"]}
    before = refresh(paths, deliver(extracts, told), None, quiet_seconds=0)
    assert "KD-77Q1" in mart(paths, "dim_accounts")["account_id"]
    after = refresh(paths, deliver(extracts, {"people.csv": FIRST["people.csv"]}), None, quiet_seconds=0)
    assert (before.succeeded, after.succeeded) == (True, True)
    assert [g.name for g in paths.published.iterdir() if g.is_dir() and not g.is_symlink()] == [after.generation.name]
    assert "KD-77Q1" not in mart(paths, "dim_accounts")["account_id"]
