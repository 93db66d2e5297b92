"""The review that a launch or a change of policy opens: the real sensor, and the real asset that it starts, once."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import dagster as dg
import polars as pl
import pytest

from models_nlp.touches import touch_scores_schema
from orchestration.assets.review import review_pack
from orchestration.resources import DataFolder
from orchestration.review import forget, lay_out, lay_out_of_changes
from orchestration.sensors import change_sensor
from storage.ingest import ingest
from storage.layout import DataDir
from storage.retention import reviews
from storage.scores import write_touch_scores

AT = datetime(2026, 3, 31, tzinfo=UTC)
MONTH = date(2026, 3, 31)


@pytest.fixture
def paths(tmp_path, monkeypatch) -> DataDir:
    """A message a day from 20 to 30 March, scored, in what was published last."""
    rows = [f"n{day},email,customer,it is day {day},2026-03-{day:02}T08:00:00Z" for day in range(20, 31)]
    (extracts := tmp_path / "extracts").mkdir()
    (extracts / "messages.csv").write_text("\n".join(["message_id,channel,author_kind,body,sent_at", *rows]))
    paths = DataDir(tmp_path / "data").create()
    ingest(extracts, paths.root, loaded_at=AT)
    raw = pl.read_parquet(paths.raw_table("messages") / "*.parquet").drop_nulls("message_id")
    scores = raw.select("row_hash", "channel", text_redacted="body", text_hash="body", table_name=pl.lit("messages"))
    scores = scores.with_columns(sentiment=pl.lit(0, pl.Int8), confidence=pl.lit(0.5), model_version=pl.lit("m-1"))
    write_touch_scores(paths, pl.concat([pl.DataFrame(schema=touch_scores_schema()), scores], how="diagonal"))
    publish(paths, AT, "r1")
    pl.DataFrame(
        {"record_id": [], "record_key": []}, schema=dict.fromkeys(("record_id", "record_key"), pl.String)
    ).write_parquet(paths.record_keys)
    monkeypatch.setenv("JSI_DATA_DIR", str(paths.root))
    return paths


def publish(paths: DataDir, as_of: datetime, refresh_id: str) -> None:
    """As far as the sensor looks at it."""
    pl.DataFrame({"as_of": [as_of], "refresh_id": [refresh_id]}).write_parquet(paths.refresh)
    (generation := paths.published / refresh_id).mkdir(parents=True)
    (generation / "manifest.json").write_text(json.dumps({"refresh_id": refresh_id}))
    paths.current.unlink(missing_ok=True)
    paths.current.symlink_to(generation)


def deliver(paths: DataDir, *events: str) -> None:
    folder = paths.root.parent / "calendar"
    folder.mkdir(exist_ok=True)
    (folder / "events_calendar.csv").write_text("\n".join(["event_id,name,kind,starts_on,ends_on", *events]))
    ingest(folder, paths.root, loaded_at=AT)


def tick() -> dg.RunRequest | None:
    told = change_sensor(dg.build_sensor_context())
    return told if isinstance(told, dg.RunRequest) else None


def run(paths: DataDir, request: dg.RunRequest):
    folder = DataFolder(root=str(paths.root))
    done = dg.materialize([review_pack], resources={"folder": folder}, run_config=request.run_config)
    return {k: v.value for k, v in done.asset_materializations_for_node(review_pack.op.name)[0].metadata.items()}


def test_a_launch_since_the_last_review_opens_one_review_and_the_next_tick_none(paths):
    assert lay_out(paths, MONTH).is_new
    assert tick() is None
    deliver(
        paths,
        "e1,before the review,launch,2026-03-20,2026-03-20",
        "e2,new price,policy_change,2026-04-02,2026-04-02",
        "e3,easter,holiday,2026-04-03,2026-04-06",
        "e4,new app,launch,2026-04-05,2026-04-09",
        "e5,to come,launch,2026-05-01,2026-05-01",
    )
    assert tick() is None, "no refresh has read what customers said since"
    publish(paths, datetime(2026, 4, 6, tzinfo=UTC), "r2")
    request = tick()
    assert request.tags["jsi/opened_by"] == "policy_change 2026-04-02, launch 2026-04-05"
    assert tick().run_key == request.run_key, "Dagster starts it once"
    told = run(paths, request)
    assert (told["folder"], told["is_new"]) == ("review/2026-04-06", True)
    assert told["opened_by"] == request.tags["jsi/opened_by"]
    assert tick() is None
    assert run(paths, request)["is_new"] is False, "the same run again opens nothing"
    assert [folder.name for folder in reviews(paths)] == ["2026-03", "2026-04-06"]


def test_the_months_review_after_a_change_is_the_review_of_that_change(paths):
    deliver(paths, "e1,new app,launch,2026-03-30,2026-03-30")
    assert tick() is not None
    assert lay_out(paths, MONTH).opened_by == ("launch 2026-03-30",)
    assert tick() is None


def test_a_refresh_that_failed_and_a_folder_without_one_open_no_review(paths):
    deliver(paths, "e1,new app,launch,2026-03-30,2026-03-30")
    pl.DataFrame({"as_of": [AT], "refresh_id": ["failed"]}).write_parquet(paths.refresh)
    assert tick() is None
    paths.refresh.unlink()
    assert tick() is None


def test_the_sheet_after_a_change_asks_of_what_was_written_since_a_week_at_least_and_goes_with_its_month(paths):
    deliver(paths, "e1,new app,launch,2026-03-29,2026-03-29")
    (paths.review / "2026-03-28").mkdir(parents=True)
    review = lay_out_of_changes(paths)
    sheet = pl.read_csv(review.folder / "label_sheet.csv", infer_schema=False)
    assert (review.folder.name, review.opened_by) == ("2026-03-31", ("launch 2026-03-29",))
    assert sheet["written_on"].min() == "2026-03-24"
    forget(paths, date(2026, 4, 1))
    assert sorted(path.name for path in review.folder.iterdir()) == ["reviewed.json", "unknown_terms.csv"]
    assert lay_out_of_changes(paths) is None
