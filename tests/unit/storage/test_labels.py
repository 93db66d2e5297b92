"""People's labels beside the scores: which count, and which the model has learned from."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from models_nlp.touches import touch_scores_schema
from storage import models
from storage.ingest import ingest
from storage.labels import labelled_texts, labels, provider_labels
from storage.layout import DataDir
from storage.models import Candidate
from storage.scores import write_touch_scores

AT = datetime(2026, 3, 2, 8, tzinfo=UTC)
LEARNED_UNTIL = AT + timedelta(days=1)
LATER = AT + timedelta(days=2)


@pytest.fixture
def paths(tmp_path) -> DataDir:
    """Four messages, the first two in the same words; a model that learned until ``LEARNED_UNTIL`` read them."""
    (tmp_path / "extracts").mkdir()
    rows = [
        f"m{n},email,customer,{text},{AT.isoformat()}" for n, text in enumerate(["thanks", "thanks", "no", "so so"])
    ]
    (tmp_path / "extracts" / "messages.csv").write_text(
        "message_id,channel,author_kind,body,sent_at\n" + "\n".join(rows)
    )
    paths = DataDir(tmp_path / "data").create()
    ingest(tmp_path / "extracts", paths.root, loaded_at=AT)
    raw = pl.read_parquet(paths.raw_table("messages") / "*.parquet").drop_nulls("message_id")
    scores = raw.select("row_hash", "channel", text_redacted="body", text_hash="body", table_name=pl.lit("messages"))
    scores = scores.with_columns(sentiment=pl.lit(0, pl.Int8), confidence=pl.lit(0.5), model_version=pl.lit("m-1"))
    write_touch_scores(paths, pl.concat([pl.DataFrame(schema=touch_scores_schema()), scores], how="diagonal"))
    models.register(paths, Candidate("m-1", "m-1", None, "2026", {"labels_until": LEARNED_UNTIL.isoformat()}))
    return paths


def deliver(paths: DataDir, *rows: str, header: str = "message_id,label,labelled_by,labelled_at") -> pl.DataFrame:
    folder = paths.root.parent / "labels"
    folder.mkdir(exist_ok=True)
    (folder / "labels.csv").write_text(header + "\n" + "\n".join(rows))
    ingest(folder, paths.root, loaded_at=LATER)
    return labelled_texts(paths)


def test_a_label_counts_for_a_model_that_learned_from_none_of_these_words(paths):
    found = deliver(
        paths,
        f"m0,1,ann,{AT.isoformat()}",  # it learned from this
        f"m1,1,ann,{LATER.isoformat()}",  # the same words
        f"m2,-1,ann,{AT.isoformat()}",
        f"m2,0,bob,{LATER.isoformat()}",  # a second opinion on what it learned from
        f"m3,0,bob,{LATER.isoformat()}",
    )
    assert found.select("record_id", "label", "is_unseen").rows() == [
        ("m0", 1, False),
        ("m1", 1, False),
        ("m2", 0, False),
        ("m3", 0, True),
    ]


def test_the_companys_taxonomy_in_a_scores_version_hides_no_model_that_learned(paths):
    scores = pl.read_parquet(paths.touch_scores)
    write_touch_scores(paths, scores.with_columns(model_version=pl.lit("m-1.tax-0a1b2c3d")))
    found = deliver(paths, f"m2,-1,ann,{AT.isoformat()}", f"m3,0,bob,{LATER.isoformat()}")
    assert found.select("record_id", "is_unseen").rows() == [("m2", False), ("m3", True)]


def test_a_label_of_a_delivery_that_is_no_whole_number_is_accounted_for_and_no_label(paths):
    found = deliver(paths, f"m0,0.5,ann,{AT.isoformat()}", f"m1,1,ann,{AT.isoformat()}")
    assert found["record_id"].to_list() == ["m1"]
    file = pl.read_parquet(paths.files).filter(pl.col("tables") == "labels")
    assert file.select("rows_kept", "rows_excluded").row(0) == (1, 1)


def test_a_providers_label_is_never_taken_for_a_persons(paths):
    header = "message_id,label,labelled_by,labelled_at,labelled_kind"
    early, late = AT.isoformat(), LATER.isoformat()
    found = deliver(
        paths,
        f"m0,1,ann,{early},",
        f"m0,-1,sentilab,{late},provider",
        f"m2,-1,sentilab,{early},provider",
        f"m3,0,bob,{late},person",
        f"m3,1,bob,{late},machine",
        header=header,
    )
    assert found.select("record_id", "label", "labelled_by").rows() == [("m0", 1, "ann"), ("m3", 0, "bob")]
    assert provider_labels(paths).rows() == [
        ("messages", "m0", -1, "sentilab"),
        ("messages", "m2", -1, "sentilab"),
    ]
    file = pl.read_parquet(paths.files).filter(pl.col("tables") == "labels")
    assert file.select("rows_kept", "rows_excluded").row(0) == (4, 1), "an unknown kind is nobody's word"


def test_labels_that_came_as_a_persons_are_a_providers_from_the_delivery_on_that_says_so(paths):
    deliver(paths, f"m2,-1,sentilab,{AT.isoformat()}", f"m3,1,sentilab,{AT.isoformat()}")
    assert labels(paths).height == 2
    header = "message_id,label,labelled_by,labelled_at,updated_at,labelled_kind"
    deliver(paths, f"m2,-1,sentilab,{AT.isoformat()},{LATER.isoformat()},provider", header=header)
    assert labels(paths)["record_id"].to_list() == ["m3"]
    assert provider_labels(paths)["record_id"].to_list() == ["m2"]
