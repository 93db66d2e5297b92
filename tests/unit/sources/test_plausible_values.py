"""A time of 1970 or a placeholder of 9999 is set aside with its row; it must not stop or stretch the whole refresh."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from storage.ingest import ingest

LOADED_AT = datetime(2026, 9, 28, tzinfo=UTC)
HEADER = "message_id,channel,author_kind,body,sent_at\n"


@pytest.mark.parametrize("sent_at", ["1970-01-01T00:00:00Z", "1999-12-31T23:59:59Z", "2100-01-01", "9999-12-31"])
def test_a_touch_outside_our_time_is_excluded_and_the_others_load(tmp_path, sent_at):
    extracts = tmp_path / "extracts"
    extracts.mkdir()
    (extracts / "messages.csv").write_text(
        f"{HEADER}m1,chat,customer,hello,{sent_at}\nm2,chat,customer,hello,2026-09-01\n", encoding="utf-8"
    )
    report = ingest(extracts, tmp_path / "data", LOADED_AT)
    (file,) = report.files
    assert (file.rows_read, file.rows_kept, file.rows_excluded) == (2, 1, 1)
    assert report.newest_touch_at == datetime(2026, 9, 1, tzinfo=UTC)


def test_an_absurd_amount_is_excluded_and_the_other_contracts_load(tmp_path):
    extracts = tmp_path / "extracts"
    extracts.mkdir()
    (extracts / "contracts.csv").write_text(
        "contract_id,account_id,starts_on,renews_on,arr_usd\n"
        "c1,a1,2026-01-01,2027-01-01,1e300\nc2,a2,2026-01-01,2027-01-01,1200\n",
        encoding="utf-8",
    )
    (file,) = ingest(extracts, tmp_path / "data", LOADED_AT).files
    assert (file.rows_kept, file.rows_excluded) == (1, 1)
