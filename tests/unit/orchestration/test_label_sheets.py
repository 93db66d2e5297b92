"""Sheets to label: ids that hold an address stay hidden in them, and find their text again."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl
import pytest

from models_nlp.touches import touch_scores_schema
from orchestration.label_sheets import draw_sheet, take_sheet, write_sheet
from storage.ingest import ingest
from storage.layout import DataDir
from storage.record_keys import write_record_keys
from storage.scores import write_touch_scores

AT = datetime(2026, 3, 2, 8, tzinfo=UTC)
MESSAGES = """message_id,channel,author_kind,body,sent_at
<m1@mail.example>,email,customer,it is slow,2026-03-01T08:00:00Z
=m2,email,customer,it is fast,2026-03-01T09:00:00Z
m3,email,customer,it is old,2025-01-01T09:00:00Z
"""


@pytest.fixture
def paths(tmp_path) -> DataDir:
    """Three messages with scores, as far as a sheet looks at them."""
    (tmp_path / "extracts").mkdir()
    (tmp_path / "extracts" / "messages.csv").write_text(MESSAGES)
    paths = DataDir(tmp_path / "data").create()
    ingest(tmp_path / "extracts", paths.root, loaded_at=AT)
    write_record_keys(paths, b"k" * 32)
    raw = pl.read_parquet(paths.raw_table("messages") / "*.parquet").drop_nulls("message_id")
    scores = raw.select("row_hash", "channel", text_redacted="body", text_hash="body", table_name=pl.lit("messages"))
    scores = scores.with_columns(sentiment=pl.lit(0, pl.Int8), confidence=pl.lit(0.5), model_version=pl.lit("m-1"))
    write_touch_scores(paths, pl.concat([pl.DataFrame(schema=touch_scores_schema()), scores], how="diagonal"))
    pl.DataFrame({"as_of": [AT]}).write_parquet(paths.refresh)
    return paths


def test_an_id_that_holds_an_address_is_hidden_in_the_sheet_and_known_when_it_comes_back(paths, tmp_path):
    sheet = draw_sheet(paths, 10, 90, 0.0)
    assert sorted(sheet["text"]) == ["it is fast", "it is slow"], "what was written long ago is not asked about"
    write_sheet(sheet, out := tmp_path / "sheet.csv")
    assert "mail.example" not in out.read_text()
    assert "'=m2" in out.read_text(), "a spreadsheet would run it"
    filled = pl.read_csv(out, infer_schema=False).with_columns(label=pl.lit("-1"))
    filled.write_csv(out)
    taken = pl.read_csv(take_sheet(paths, out, "ann", AT).file)
    assert sorted(taken["message_id"]) == ["<m1@mail.example>", "=m2"]
    assert set(taken["label"]) == {-1}
    assert set(taken["labelled_by"]) == {"ann"}


def test_what_is_labelled_is_not_asked_about_again(paths, tmp_path):
    landed = tmp_path / "landed"
    landed.mkdir()
    (landed / "labels.csv").write_text(
        f"message_id,response_id,label,labelled_by,labelled_at\n=m2,,1,ann,{AT.isoformat()}\n"
    )
    ingest(landed, paths.root, loaded_at=AT)
    assert draw_sheet(paths, 10, 90, 0.5)["text"].to_list() == ["it is slow"]


def test_a_time_without_texts_is_told(paths):
    pl.DataFrame({"as_of": [datetime(2030, 1, 1, tzinfo=UTC)]}).write_parquet(paths.refresh)
    with pytest.raises(LookupError, match="longer time with --days"):
        draw_sheet(paths, 10, 90, 0.5)
