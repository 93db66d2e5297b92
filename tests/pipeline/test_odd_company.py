"""A small company whose extracts are odd in every way that must not stop a refresh, and must not leak."""

from __future__ import annotations

import polars as pl
import pytest

from orchestration.refresh import refresh
from storage.layout import DataDir

pytestmark = pytest.mark.slow  # a whole refresh of its own

EXTRACTS = {
    "people.csv": "person_id,account_id,merged_into,valid_from\nden,A1,,2026-01-01\nold,A1,new,2026-01-01\n"
    "new,A1,,2026-01-01\njo,A1,,2026-01-01\nlee,A1,,2026-01-01\nkim,A1,,2026-01-01\n",
    "accounts.csv": "account_id,account_name\nA1,Acme\n",
    "consents.csv": "person_id,purpose,recorded_at,state\nden,feedback_analysis,2026-01-02,denied\n"
    "new,feedback_analysis,2026-01-02,denied\n"
    # Lee refused and agreed later; Kim agreed and took it back later.
    "lee,feedback_analysis,2026-01-02,denied\nlee,feedback_analysis,2026-09-03,granted\n"
    "kim,feedback_analysis,2026-01-02,granted\nkim,feedback_analysis,2026-09-30,denied\n",
    "tickets.csv": "ticket_id,account_id,person_id,created_at\nT1,A1,den,2026-09-01\n",
    "messages.csv": "message_id,channel,author_kind,body,sent_at,account_id,person_id,ticket_id\n"
    "m1,ticket,customer,This is a terrible secretword,2026-09-01T10:00:00Z,A1,,T1\n"
    "m2,email,customer,I hate this secretword,2026-09-02T10:00:00Z,A1,old,\n"
    "m3,fax,customer,Wonderful service and thank you so much,2026-09-03T10:00:00Z,A1,jo,\n"
    "m4,email,customer,too long ago,1970-01-01T00:00:00Z,A1,jo,\n"
    "m5,email,customer,\n"
    "m6,email,customer,Great help and fast too,2026-09-14T10:00:00Z,A9,,\n"
    "m7,email,customer,I hate this secretword,2026-09-02T10:00:00Z,A1,lee,\n"
    "m8,email,customer,I love this product,2026-09-04T10:00:00Z,A1,lee,\n"
    "m9,email,customer,I hate this secretword,2026-09-02T10:00:00Z,A1,kim,\n",
    "survey_responses.csv": "response_id,survey_type,score,scale_min,scale_max,higher_is_better,answered_at,person_id\n"
    "r1,nps,11,0,10,true,2026-09-04,jo\nr2,nps,ten,0,10,true,2026-09-04,jo\nr3,nps,9,0,10,true,2026-09-04,jo\n",
    "usage.csv": "account_id,metric,value\nA1,logins,3\n",
    "slack/general/2026-09-05.json": '[{"type": "message", "user": "U1", "ts": "1788602400.000100", '
    '"text": "The new dashboard is great, thank you"}]',
}
# As the Play console writes it: UTF-16, and no one knows who the reviewer is.
REVIEWS = (
    "Package Name,App Version Code,App Version Name,Reviewer Language,Device,"
    "Review Submit Date and Time,Review Submit Millis Since Epoch,"
    "Review Last Update Date and Time,Review Last Update Millis Since Epoch,Star Rating,Review Title,Review Text,"
    "Developer Reply Date and Time,Developer Reply Millis Since Epoch,Developer Reply Text,Review Link\r\n"
    "com.example.desk,210,,en,pixel8,2026-09-06T10:00:00Z,1788688800000,2026-09-06T10:00:00Z,1788688800000,1,,"
    "It crashes again and again and nobody helps,,,,https://play.google.com/console/reviews?reviewId=gp:one\r\n"
)


@pytest.fixture(scope="module")
def odd(tmp_path_factory):
    extracts = tmp_path_factory.mktemp("odd") / "extracts"
    extracts.mkdir()
    for name, text in EXTRACTS.items():
        (extracts / name).parent.mkdir(parents=True, exist_ok=True)
        (extracts / name).write_text(text, encoding="utf-8")
    (extracts / "reviews_202609.csv").write_text(REVIEWS, encoding="utf-16", newline="")
    paths = DataDir(extracts.parent / "data")
    outcome = refresh(paths, extracts, None, quiet_seconds=0)
    assert outcome.succeeded, outcome.failures
    return paths, outcome


def touches(odd) -> dict[str, dict]:
    rows = pl.read_parquet(odd[1].generation.folder / "fct_touches.parquet").to_dicts()
    return {row["touch_id"]: row for row in rows}


def test_who_denied_consent_is_not_scored_however_the_text_is_linked_to_them(odd):
    for touch_id in ("m:m1", "m:m2", "m:m7", "m:m9"):
        touch = touches(odd)[touch_id]
        assert (touch["sentiment"], touch["null_reason"]) == (None, "no_consent")
        assert touch["text_redacted"] is None
        assert not touch["evidence_words"]
    published = b"".join(f.read_bytes() for f in odd[1].generation.folder.iterdir())
    assert b"secretword" not in published


def test_what_was_said_after_agreeing_is_scored(odd):
    assert touches(odd)["m:m8"]["sentiment"] == 1


def test_a_channel_nobody_has_heard_of_is_kept_as_unknown_and_scored(odd):
    touch = touches(odd)["m:m3"]
    assert (touch["channel"], touch["sentiment"]) == ("unknown", 1)


def test_a_slack_export_and_a_review_become_touches_of_no_account(odd):
    found = [t for t in touches(odd).values() if t["source"] in ("slack", "google_play")]
    said = {(t["channel"], t["sentiment_source"]): (t["sentiment"], t["account_id"], t["stage"]) for t in found}
    assert said == {
        ("community", "model"): (1, None, "unknown"),
        ("review", "model"): (-1, None, "unknown"),
        ("review", "rating"): (-1, None, "unknown"),
    }


def test_an_account_that_the_crm_does_not_know_is_indexed_and_flagged(odd):
    accounts = pl.read_parquet(odd[1].generation.folder / "dim_accounts.parquet")
    assert dict(accounts.select("account_id", "is_in_crm").iter_rows()) == {"A1": True, "A9": False}


def test_bad_rows_are_excluded_and_a_file_of_the_wrong_shape_is_set_aside_by_name(odd):
    excluded = pl.read_parquet(odd[0].excluded / "*.parquet")
    found = {(f, r): m for f, r, m in excluded.select("source_file", "source_row", "message").iter_rows()}
    assert {("messages.csv", 4), ("messages.csv", 5), ("survey_responses.csv", 1), ("survey_responses.csv", 2)} <= set(
        found
    )
    assert any("usage.csv" in warning and "used_on" in warning for warning in odd[1].warnings), odd[1].warnings
    assert {s["source"]: s["is_stale"] for s in odd[1].generation.manifest["sources"]} == {
        "canonical": True,
        "slack": False,
        "google_play": False,
    }


def test_a_folder_without_files_is_refused_and_the_publication_stays(odd, tmp_path):
    (tmp_path / "empty").mkdir()
    outcome = refresh(odd[0], tmp_path / "empty", None, quiet_seconds=0)
    assert not outcome.succeeded
    assert "no file" in outcome.failures[0]
    assert outcome.generation.name == odd[1].generation.name
