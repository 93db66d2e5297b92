"""Proposals: near words are proposed, and where nothing is near nothing is."""

from __future__ import annotations

import polars as pl
import pytest

from sources import own_words, proposals
from sources.contract import TABLES
from sources.map_writing import Answer, with_answers


@pytest.mark.parametrize(
    ("section", "word", "ours"),
    [
        ("stages", "Phase 3: Einführung", "onboarding"),
        ("stages", "closed lost", None),
        ("stages", "Q3", None),
        ("roles", "GeschäftsführerIn", "executive"),
        ("roles", "Leiter Einkauf", "buyer"),
        ("roles", "Hofnarr", None),
        ("values.channel", "E-Mail", "email"),
        ("values.priority", "Sehr hoch", "urgent"),
        ("surveys", "Q4_CSAT7", "CSAT7"),
        ("surveys", "How happy are you?", None),
    ],
)
def test_a_word_is_matched_only_where_it_is_near(section, word, ours):
    assert proposals.word_for(section, word) == ours


def test_the_lists_name_only_what_the_contract_knows():
    columns = {c.name for t in TABLES.values() for c in t.columns}
    assert set(own_words.COLUMNS) <= columns
    assert set(own_words.TABLES) <= set(TABLES)
    for column in set(own_words.VALUES) - {"boolean", "touchpoint"}:
        allowed = {w for t in TABLES.values() for c in t.columns if c.name == column for w in c.allowed}
        assert set(own_words.VALUES[column]) <= allowed
    for words in (*own_words.COLUMNS.values(), *(w for lists in own_words.VALUES.values() for w in lists.values())):
        assert [w for w in words if proposals.plain(w) != w] == []


def test_the_order_of_day_and_month_is_proposed_only_where_the_cells_show_it():
    def order(*cells):
        return proposals.date_order([pl.Series(cells)])

    assert order("31/01/2025", "02/03/2025 10:00") == "dmy"
    assert order("01/31/2025", "02/03/2025") == "mdy"
    assert order("02.03.2025") == "dmy"
    assert order("02/03/2025") is None
    assert order("31/01/2025", "01/31/2025") is None
    assert order("2025-01-31") is None


def test_a_file_without_the_columns_of_any_table_is_no_table():
    assert proposals.own_table("x.csv", pl.DataFrame({"Farbe": ["rot"], "Kundennummer": ["K1"]})) is None


def test_answers_are_added_once_and_leave_every_present_line_as_it_is():
    text = "# mine\nsources:\n  hubspot:\n    stages: {2: adoption}   # by hand\n"
    answers = [
        Answer(("sources", "hubspot", "stages", "2"), "renewal"),
        Answer(("sources", "hubspot", "stages", "Ja: nein #1"), "value", "3 rows"),
        Answer(("own_tables", "faelle"), {"table": "tickets", "recognised_by": ["a, b", "No"]}, "from faelle.csv"),
    ]
    written = with_answers(text, answers)
    assert with_answers(written, answers) == written
    assert written.startswith("# mine\nsources:\n  hubspot:\n    stages: {2: adoption")
    assert "# by hand" in written
    from sources.map_text import read_yaml

    values, _ = read_yaml(written, "company.yml")
    assert values["sources"]["hubspot"]["stages"] == {"2": "adoption", "Ja: nein #1": "value"}
    assert values["own_tables"]["faelle"] == {"table": "tickets", "recognised_by": ["a, b", "No"]}


def test_a_tag_in_the_map_is_carried_along_and_never_carried_out(tmp_path):
    mark = tmp_path / "mark"
    text = f"sources: {{}}\nodd: !!python/object/apply:os.system ['touch {mark}']\n"
    assert "!!python/object/apply" in with_answers(text, [Answer(("sources", "hubspot", "time_zone"), "UTC")])
    assert not mark.exists()
