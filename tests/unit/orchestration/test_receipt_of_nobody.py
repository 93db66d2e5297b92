"""A receipt of an account that is not published: what the message proposes instead."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from orchestration.tables import receipt_json
from storage.account_keys import PREFIX
from storage.publication import Generation


@pytest.mark.parametrize(
    ("asked", "proposed"),
    [("b8", "; did you mean B80?"), (f"{PREFIX}0b8", f"; did you mean {PREFIX}0b81?"), ("0b81", ""), ("C", "")],
)
def test_an_id_that_stands_in_a_hash_by_chance_is_not_proposed(tmp_path, asked, proposed):
    weeks = {"account_id": ["B80", f"{PREFIX}0b81"], "week_on": [date(2026, 1, 5)] * 2}
    pl.DataFrame(weeks).write_parquet(tmp_path / "jsi_by_account_week.parquet")
    with pytest.raises(LookupError) as error:
        receipt_json(Generation("one", tmp_path, {}), asked)
    assert str(error.value) == f"there is no account {asked!r} in the published marts{proposed}"
