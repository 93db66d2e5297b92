"""Names of erased people in what others write later: found by hashes alone, in every place that an erasure blanks."""

from __future__ import annotations

import re
from datetime import UTC, datetime

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from storage.erasure import erase_rows, mark_pattern, person_of
from storage.identity import identity_key, person_key
from storage.ingest import ingest
from storage.layout import DataDir
from storage.ledger import Ledger
from storage.mentions import Mentions, told_by
from storage.suppression import suppress
from tests.examples import examples

KEY = b"k" * 32
NOW = datetime(2026, 10, 1, tzinfo=UTC)
MARKS = ("Ann Arbor", "ann.arbor+news@example.com", "003XX000012", "O'Neil-Strauß, Kim", "İda ſmith")
OTHERS = ("Ann", "Arbor", "joann.arbor+news@example.com", "003XX0000123", "x-ann.arbor+news@example.com", "Kim")


def mentions(*marks: str) -> Mentions:
    return Mentions({person_key(KEY, value) for value in told_by(marks)}, KEY)


@examples(200)
@given(
    st.lists(
        st.one_of(
            st.sampled_from([*MARKS, *OTHERS]),
            st.sampled_from(MARKS).map(str.upper),
            st.sampled_from(MARKS).map(str.lower),
            st.text(" .,:;-+_@\nx\u00e9", max_size=3),
        ),
        max_size=8,
    )
)
def test_what_an_erasure_would_blank_is_blanked_by_hashes_alone(parts):
    text = "".join(parts)
    blanked = mentions(*MARKS).blanked(pl.Series([text, None]))
    assert re.search(mark_pattern(MARKS), blanked[0]) is None
    assert blanked[1] is None


@examples(50)
@given(st.lists(st.sampled_from([*OTHERS, ".", ", and", "ANN"]), max_size=8))
def test_no_word_of_anyone_else_is_touched(parts):
    text = " ".join(part for part in parts if part != "Arbor" or ("Ann" not in parts and "ANN" not in parts))
    assert mentions(*MARKS).blanked(pl.Series([text])).to_list() == [text]


def test_only_the_name_goes_and_the_text_around_it_stays():
    said = pl.Series(["Ask ANN  arbor (ann.arbor+news@example.com), not Ann or joann.arbor+news@example.com!"])
    expected = "Ask [erased] ([erased]), not Ann or joann.arbor+news@example.com!"
    assert mentions(*MARKS).blanked(said).to_list() == [expected]


def test_the_list_holds_no_word_of_a_name():
    assert all(re.fullmatch(r"[0-9a-f]{32}", person_key(KEY, value)) for value in told_by(MARKS))
    assert mentions("Bo Li").blanked(pl.Series(["Ann Arbor"])).to_list() == ["Ann Arbor"]


def test_files_from_outside_the_data_folder_do_not_bring_a_name_back(tmp_path):
    texts = {
        "people.csv": "person_id,account_id,email,full_name\nann,A1,ann.arbor@example.com,Ann Arbor\nbob,A1,,Bob B\n",
        "messages.csv": "message_id,channel,author_kind,body,sent_at,account_id,person_id,note\n"
        "M1,email,customer,Ask Ann Arbor,2026-09-01T10:00:00Z,A1,bob,from ann.arbor@example.com\n",
        "accounts.csv": "account_id,account_name\nA1,Ann Arbor\n",
        "tickets.csv": "ticket_id,account_id,created_at,topic\nT1,A1,2026-09-01,Call Ann Arbor\n",
        "survey_responses.csv": "response_id,survey_type,score,scale_min,scale_max,higher_is_better,answered_at,"
        "account_id,person_id,verbatim\nR1,nps,3,0,10,true,2026-09-01,A1,bob,ann arbor was kind\n",
    }
    for folder in ("first", "again"):
        (tmp_path / folder).mkdir()
        for name, text in texts.items():
            # Other bytes, so that it is another file: a row more, or a space.
            (tmp_path / folder / name).write_text(text if folder == "first" else text.replace("\n", "\r\n"))
    paths = DataDir(tmp_path / "data")
    ingest(tmp_path / "first", paths.root, NOW)
    ledger, key = Ledger(paths.ledger), identity_key(paths)
    person = person_of(paths, ledger, "ann", key)
    suppress(paths, ledger, person, key, NOW.isoformat())
    erase_rows(paths, ledger, person)
    ledger.close()
    report = ingest(tmp_path / "again", paths.root, NOW)
    assert {f.status for f in report.files} == {"loaded"}
    kept = [p for p in paths.raw.rglob("*.parquet") if p.stem != "_schema"]
    cells = [c for p in kept for s in pl.read_parquet(p).get_columns() if s.dtype == pl.String for c in s.drop_nulls()]
    assert [c for c in cells if re.search(mark_pattern(person.marks), c)] == []
    bodies = pl.read_parquet(paths.raw_table("messages") / "*.parquet")["body"]
    assert bodies.to_list() == ["Ask [erased]", "Ask [erased]"]
