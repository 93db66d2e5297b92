"""Sheets to label: ids that hold an address stay hidden in them, and find their text again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from dashboards import review_tables
from models_nlp.touches import touch_scores_schema
from orchestration.label_queue import SCHEMA, draw_queue
from orchestration.label_sheets import WrongSheet, draw_sheet, take_sheet, write_sheet
from storage.ingest import ingest
from storage.labels import labels
from storage.layout import DataDir
from storage.record_keys import write_record_keys
from storage.scores import write_touch_scores
from storage.spreadsheet import LABEL_COLUMNS, csv_of

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


def test_a_text_that_says_what_a_labelled_one_says_is_not_asked_about(paths):
    scores = pl.read_parquet(paths.touch_scores)
    same = pl.when(pl.col("text_redacted") == "it is slow").then(pl.lit("it is fast")).otherwise("text_hash")
    write_touch_scores(paths, scores.with_columns(text_hash=same))
    landed = paths.root / "landed"
    landed.mkdir()
    (landed / "labels.csv").write_text(f"message_id,label,labelled_by,labelled_at\n=m2,1,ann,{AT.isoformat()}\n")
    ingest(landed, paths.root, loaded_at=AT)
    with pytest.raises(LookupError, match="left to label"):
        draw_sheet(paths, 10, 90, 0.5)


def filled(tmp_path, rows: list[tuple[str | None, str | None, str]]):
    out = tmp_path / "filled.csv"
    frame = pl.DataFrame(rows, schema=["message_id", "response_id", "label"], orient="row")
    frame.with_columns(pl.lit("=1+1").alias(c) for c in LABEL_COLUMNS if c not in frame.columns).write_csv(out)
    return out


def test_a_text_labelled_twice_in_one_sheet_counts_once_and_not_at_all_where_the_labels_differ(paths, tmp_path):
    taken = take_sheet(paths, filled(tmp_path, [("m3", None, "1"), ("m3", None, "1.0")]), "ann", AT)
    assert pl.read_csv(taken.file).height == taken.n_labels == 1
    with pytest.raises(WrongSheet, match="rows 1 and 2 are one text with two labels"):
        take_sheet(paths, filled(tmp_path, [("m3", None, "1"), ("m3", None, "-1")]), "ann", AT)


def test_a_row_with_two_ids_and_a_sheet_of_nobody_are_refused(paths, tmp_path):
    with pytest.raises(WrongSheet, match="row 1: it has two ids"):
        take_sheet(paths, filled(tmp_path, [("m3", "r1", "1")]), "ann", AT)
    with pytest.raises(WrongSheet, match="who labelled"):
        take_sheet(paths, filled(tmp_path, [("m3", None, "1")]), "  ", AT)
    assert not paths.landing.exists() or not list(paths.landing.rglob("*.csv"))


def test_whoever_labels_a_text_again_is_taken_at_their_later_word(paths, tmp_path):
    for days, said in ((0, "1"), (1, "-1"), (2, "0")):
        take_sheet(paths, filled(tmp_path, [("m3", None, said)]), "ann", AT + timedelta(days=days))
        ingest(paths.landing, paths.root, loaded_at=AT)
        own = labels(paths).row(0, named=True)
        assert own["label"] == int(said)
        assert own["first_labelled_at"] == AT
    files = pl.read_parquet(paths.files).filter(pl.col("tables") == "labels")
    assert files.select(pl.sum("rows_kept", "rows_superseded")).row(0) == (1, 2), "accounts say the same"


SAVED = {
    "semicolons": lambda text: text.replace(",", ";").encode(),
    "tabs": lambda text: text.replace(",", "\t").encode(),
    "the separator named first": lambda text: ("sep=;\r\n" + text.replace(",", ";")).encode(),
    "Unicode text of Excel": lambda text: text.replace(",", "\t").encode("utf-16"),
    "UTF-8 with a mark": lambda text: text.encode("utf-8-sig"),
    "letters of the country": lambda text: text.replace(",", ";").encode("cp1252"),
}


@pytest.mark.parametrize("way", SAVED)
def test_a_sheet_is_taken_however_a_spreadsheet_saved_it(paths, tmp_path, way):
    (file := tmp_path / "sheet.csv").write_bytes(
        SAVED[way]("message_id,response_id,label,note\r\nm3,,-1,schön\r\n=m2,,,\r\n")
    )
    taken = take_sheet(paths, file, "ann", AT)
    assert (taken.n_rows, taken.n_labels) == (2, 1)
    assert pl.read_csv(taken.file).select("message_id", "label").row(0) == ("m3", -1)


def test_labels_that_were_taken_are_read_whichever_folder_of_extracts_a_refresh_reads(paths, tmp_path):
    import dagster as dg

    from orchestration.assets.raw import raw_extracts
    from orchestration.beside import Beside
    from orchestration.resources import DataFolder

    def read() -> list[tuple[str, int]]:
        config = {"extracts": str(tmp_path / "extracts"), "quiet_seconds": 0.0, "as_of": "2026-03-02"}
        done = dg.materialize(
            [raw_extracts],
            resources={"folder": DataFolder(root=str(paths.root)), "beside": Beside(0)},
            run_config={"ops": {"raw_extracts": {"config": config}}},
        )
        assert done.success
        return labels(paths).select("record_id", "label").rows()

    take_sheet(paths, filled(tmp_path, [("m3", None, "1")]), "ann", AT)
    assert read() == [("m3", 1)]
    take_sheet(paths, filled(tmp_path, [("m3", None, "-1")]), "ann", AT + timedelta(days=1))
    assert read() == [("m3", -1)]
    files = pl.read_parquet(paths.files)
    assert read() == [("m3", -1)]
    assert pl.read_parquet(paths.files).height == files.height == 3, "a file is read once"


def shown_touches(paths: DataDir, **gone: str) -> pl.DataFrame:
    """The texts as ``fct_touches`` shows them; ``gone``: what is not there any more."""
    keys = pl.read_parquet(paths.record_keys)
    rows = pl.read_parquet(paths.raw_table("messages") / "*.parquet").drop_nulls("message_id")
    return rows.select(
        touch_id="m:" + pl.col("message_id").replace(keys["record_id"], keys["record_key"]),
        account_id=pl.lit("A"),
        channel="channel",
        occurred_at="sent_at",
        text_redacted="body",
        sentiment=pl.lit(0),
        confidence=pl.when(pl.col("body") == "it is slow").then(0.4).otherwise(0.5),
        model_version=pl.lit("m-1"),
    ).filter(pl.col("text_redacted") != gone.get("text", ""))


def test_the_queue_holds_what_is_published_and_unlabelled_of_the_last_month_the_least_sure_first(paths):
    shown = shown_touches(paths)
    queue = draw_queue(paths, shown)
    assert dict(queue.schema) == SCHEMA
    assert queue["text_redacted"].to_list() == ["it is slow", "it is fast"]
    assert "mail.example" not in str(queue.rows())
    assert draw_queue(paths, shown.reverse()).equals(queue)
    without = draw_queue(paths, shown_touches(paths, text="it is slow"))
    assert without["text_redacted"].to_list() == ["it is fast"], "refused, expired or erased: not shown, not asked"
    assert draw_queue(paths, shown.clear()).is_empty()


def test_the_sheet_of_the_review_page_is_the_one_that_labels_take_reads(paths, tmp_path):
    sheet = review_tables.sheet(draw_queue(paths, shown_touches(paths)))
    assert tuple(sheet.columns) == LABEL_COLUMNS
    filled = sheet.with_columns(label=pl.lit("1"))
    out = tmp_path / "sheet.csv"
    out.write_bytes(csv_of(filled, {name: name for name in LABEL_COLUMNS}))
    taken = take_sheet(paths, out, "ann", AT)
    assert sorted(pl.read_csv(taken.file)["message_id"]) == ["<m1@mail.example>", "=m2"]
