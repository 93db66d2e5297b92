"""``jsi erase``: a person leaves every layer, the index is computed anew, and a search over all files finds nothing."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl
import pytest

from orchestration.erase import erase
from storage.accounting import unbalanced
from storage.identity import identity_key, person_key
from storage.ledger import Ledger
from storage.proof import where_told
from storage.publication import current, generations

AT = datetime(2026, 10, 1, tzinfo=UTC)


@pytest.mark.slow
def test_an_erased_person_is_in_no_file_and_in_no_aggregate(own_copy):
    from storage.person_rows import find_person

    messages = pl.read_parquet(own_copy.raw_table("messages") / "*.parquet")
    person_id = messages["person_id"].drop_nulls().value_counts(sort=True)["person_id"][0]
    person = find_person(own_copy, person_id)
    hashed = person_key(identity_key(own_copy), person_id)
    before = pl.read_parquet(own_copy.current.resolve() / "fct_touches.parquet")
    assert hashed in set(before["person_id"])
    own_copy.landing.mkdir(exist_ok=True)
    # Nobody has read these yet; one has no known shape, one is an editor's, one is named after them.
    mark = person.marks[0]
    (own_copy.landing / "people.csv").write_text(f"person_id,account_id\n{person_id},A\n")
    (own_copy.landing / "broken.csv").write_text(f"who,what\n{mark},something\n")
    (own_copy.landing / ".people.csv.swp").write_text(f"{mark}\n")
    (own_copy.landing / f"of {mark}.csv").write_text("account_id,account_name\nA7,Acme\n")
    (own_copy.landing / "tickets.csv").write_text("ticket_id,account_id,created_at\nT-7,A7,2026-01-01\n")
    (own_copy.dagster_home / "told.log").write_text(f"read of {mark}.csv")

    erased = erase(own_copy, person_id, AT)

    assert erased.failures == []
    assert erased.still_told == []
    assert sorted(erased.files_removed) == sorted([".people.csv.swp", "broken.csv", f"of {mark}.csv", "people.csv"])
    assert [p.name for p in own_copy.landing.iterdir()] == ["tickets.csv"]
    assert where_told(own_copy, person) == []
    assert generations(own_copy) == [current(own_copy).name], "older generations are gone"
    after = pl.read_parquet(own_copy.current.resolve() / "fct_touches.parquet")
    assert hashed not in set(after["person_id"])
    assert 0 < before.height - after.height <= sum(erased.rows.values()) * 2
    assert unbalanced(pl.read_parquet(own_copy.files)).is_empty()
    ledger = Ledger(own_copy.ledger)
    acts = ledger.acts()
    ledger.close()
    assert [a[2] for a in acts] == ["erase a person"]
    assert person_id not in str(acts)
    with pytest.raises(LookupError):
        erase(own_copy, "nobody-at-all", AT)
