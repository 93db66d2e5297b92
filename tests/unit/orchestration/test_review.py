"""The monthly review where there is little to review, and what is left of it when the month is over."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import polars as pl
import pytest

from models_nlp.touches import touch_scores_schema
from orchestration.assets.review import model_proposal
from orchestration.proposals import NothingLabelled, propose_from_labels
from orchestration.resources import DataFolder
from orchestration.review import forget, lay_out
from storage.ingest import ingest
from storage.layout import DataDir
from storage.retention import expire_texts
from storage.scores import write_touch_scores

AT = datetime(2026, 3, 31, tzinfo=UTC)
MONTH = date(2026, 3, 31)


@pytest.fixture
def paths(tmp_path) -> DataDir:
    """One message of long ago that somebody labelled, by a clock that is ahead."""
    extracts = tmp_path / "extracts"
    extracts.mkdir()
    message = "message_id,channel,author_kind,body,sent_at\nm1,email,customer,it is slow,2026-01-01T08:00:00Z\n"
    (extracts / "messages.csv").write_text(message)
    label = "message_id,label,labelled_by,labelled_at\nm1,-1,ann,2199-01-01T00:00:00Z\n"
    (extracts / "labels.csv").write_text(label)
    paths = DataDir(tmp_path / "data").create()
    ingest(extracts, paths.root, loaded_at=AT)
    raw = pl.read_parquet(paths.raw_table("messages") / "*.parquet").drop_nulls("message_id")
    scores = raw.select("row_hash", "channel", text_redacted="body", text_hash="body", table_name=pl.lit("messages"))
    scores = scores.with_columns(sentiment=pl.lit(0, pl.Int8), confidence=pl.lit(0.5), model_version=pl.lit("m-1"))
    write_touch_scores(paths, pl.concat([pl.DataFrame(schema=touch_scores_schema()), scores], how="diagonal"))
    published(paths, AT, "r1")
    return paths


def published(paths: DataDir, as_of: datetime, refresh_id: str) -> None:
    """As after a refresh that published."""
    pl.DataFrame({"as_of": [as_of], "refresh_id": [refresh_id]}).write_parquet(paths.refresh)
    generation = paths.published / refresh_id
    generation.mkdir(parents=True)
    (generation / "manifest.json").write_text(json.dumps({"refresh_id": refresh_id}))
    paths.current.unlink(missing_ok=True)
    paths.current.symlink_to(generation)


def test_a_quiet_month_has_terms_and_no_sheet(paths):
    review = lay_out(paths, MONTH)
    assert (review.n_texts, sorted(path.name for path in review.folder.iterdir())) == (
        0,
        ["reviewed.json", "unknown_terms.csv"],
    )


def test_a_sheet_that_a_spreadsheet_wrote_anew_is_left_alone(paths):
    folder = paths.review / "2026-03"
    folder.mkdir(parents=True)
    written = "message_id;label;text\r\nm1;1;sch\xf6n\r\nm2;0;\x96\r\n".encode("latin-1")
    (folder / "label_sheet.csv").write_bytes(written)
    assert lay_out(paths, MONTH).n_texts == 2
    assert (folder / "label_sheet.csv").read_bytes() == written


@pytest.mark.parametrize("over", [lambda paths: forget(paths, date(2026, 4, 1)), lambda paths: expire(paths)])
def test_when_its_time_is_over_a_sheet_goes_with_every_copy_beside_it(paths, over):
    folder = paths.review / "2026-03"
    folder.mkdir(parents=True)
    for name in ("label_sheet.csv", "ann.xlsx", ".~lock.label_sheet.csv#", "unknown_terms.csv"):
        (folder / name).write_text("it is slow")
    over(paths)
    assert [path.name for path in folder.iterdir()] == ["unknown_terms.csv"]


def test_folders_that_people_lay_beside_the_reviews_are_theirs(paths):
    for name in ("misc-ab", "2026-13", "2026-1", "notes"):
        (paths.review / name).mkdir(parents=True)
        (paths.review / name / "own.csv").write_text("x")
    (paths.review / "2026-01").write_text("a file")
    forget(paths, date(2027, 4, 1))
    expire(paths)
    assert len(list(paths.review.glob("*/own.csv"))) == 4


def expire(paths: DataDir) -> None:
    expire_texts(paths, {"any": 10}, AT)


def test_a_label_dated_ahead_of_the_clock_is_not_learned_from(paths):
    with pytest.raises(NothingLabelled, match="jsi labels sample"):
        propose_from_labels(paths, AT, "own labels")


def test_the_month_without_a_label_to_learn_from_proposes_nothing_and_does_not_fail(paths):
    import dagster as dg

    found = model_proposal(dg.build_asset_context(), folder=DataFolder(root=str(paths.root)))
    assert found.metadata == {"candidate": "none", "n_labels": 0}
    assert not paths.models.exists()
