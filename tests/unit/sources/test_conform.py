"""Rows against the contract: each row that does not fit is excluded with column and reason, never with its value."""

from __future__ import annotations

import polars as pl
import pytest

from sources.conform import check_header, conform
from sources.contract import POLARS_TYPE, TABLES
from sources.declared import Declared, reading
from sources.errors import WrongShape

SURVEY = {
    "response_id": "R1",
    "survey_type": "csat",
    "score": "3.7",
    "scale_min": "1",
    "scale_max": "5",
    "higher_is_better": "true",
    "answered_at": "2024-05-31T14:05:00Z",
}
MESSAGE = {
    "message_id": "M1",
    "channel": "email",
    "author_kind": "customer",
    "body": "The export fails",
    "sent_at": "2024-05-31T14:05:00Z",
}
ACCOUNT = {"account_id": "A1", "account_name": "Acme"}
LABEL = {"message_id": "M1", "label": "-1", "labelled_by": "x", "labelled_at": "2024-05-31T14:05:00Z"}


def conformed(table, *rows):
    frame = pl.DataFrame(list(rows), infer_schema_length=None).with_row_index("source_row", offset=1)
    return conform(
        TABLES[table], frame.with_columns(pl.col("source_row").cast(pl.Int64), pl.lit(False).alias("is_derived"))
    )


def fault(table, row):
    """(column, reason) for which the only row is excluded; None if it is kept."""
    result = conformed(table, row)
    assert result.rows.height + result.excluded.height == 1
    return result.excluded.select("column_name", "reason").row(0) if result.excluded.height else None


def test_a_row_comes_out_typed_in_the_columns_of_the_contract():
    rows = conformed("survey_responses", SURVEY).rows
    assert rows.columns == [*TABLES["survey_responses"].column_names, "source_row", "is_derived"]
    assert [rows.schema[c.name] for c in TABLES["survey_responses"].columns] == [
        POLARS_TYPE[c.kind] for c in TABLES["survey_responses"].columns
    ]
    assert rows["score"][0] == 3.7


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"score": "six"}, ("score", "wrong_type")),
        ({"score": "NaN"}, ("score", "wrong_type")),
        ({"score": "1e400"}, ("score", "wrong_type")),
        ({"score": "3,7"}, ("score", "wrong_type")),
        ({"score": "6"}, ("score", "out_of_range")),
        ({"score": "0.9"}, ("score", "out_of_range")),
        ({"score": None}, ("score", "missing_value")),
        ({"score": "   "}, ("score", "missing_value")),
        ({"scale_min": "5", "scale_max": "1"}, ("scale_min", "out_of_range")),
        ({"scale_min": "5"}, ("scale_min", "out_of_range")),
        ({"higher_is_better": None}, ("higher_is_better", "missing_value")),
        ({"higher_is_better": "maybe"}, ("higher_is_better", "wrong_type")),
        ({"answered_at": "2024-02-30T00:00:00Z"}, ("answered_at", "wrong_type")),
        ({"survey_type": "happiness"}, ("survey_type", "not_allowed")),
        ({"survey_type": "CSAT"}, None),
        ({"score": "5"}, None),
        ({"score": "1"}, None),
    ],
)
def test_a_survey_response_is_judged_cell_by_cell(change, expected):
    assert fault("survey_responses", SURVEY | change) == expected


def test_a_row_with_several_faults_is_excluded_once_and_names_all_columns():
    excluded = conformed("survey_responses", SURVEY | {"score": "x", "answered_at": "y", "survey_type": "z"}).excluded
    assert excluded.height == 1
    assert excluded["column_name"].to_list() == ["survey_type"]
    assert "also at fault: score, answered_at" in excluded["message"][0]


def test_no_message_repeats_the_cell():
    secret = "jane.doe@example.com"
    bad = {"score": secret, "answered_at": secret, "survey_type": secret, "higher_is_better": secret}
    excluded = conformed("survey_responses", SURVEY | bad).excluded
    assert excluded.height == 1
    assert secret not in str(excluded.rows())


def test_an_unseen_channel_is_kept_as_unknown_with_a_warning():
    result = conformed("messages", MESSAGE, MESSAGE | {"channel": "whatsapp"})
    assert result.rows["channel"].to_list() == ["email", "unknown"]
    assert result.warnings.select("source_row", "column_name", "reason").rows() == [(2, "channel", "unknown_channel")]


def test_a_warning_about_an_excluded_row_is_not_given():
    result = conformed("messages", MESSAGE | {"channel": "whatsapp", "sent_at": "never"})
    assert result.excluded.height == 1
    assert result.warnings.is_empty()


def test_an_empty_body_is_kept():
    assert fault("messages", MESSAGE | {"body": None}) is None


def test_a_rating_lies_within_its_scale_and_without_a_scale_only_the_text_counts():
    scale = {"rating_min": "1", "rating_max": "5"}
    assert fault("messages", MESSAGE | scale | {"rating": "4.5"}) is None
    assert fault("messages", MESSAGE | scale | {"rating": "9"}) == ("rating", "out_of_range")
    result = conformed("messages", MESSAGE | {"rating": "4"})
    assert result.rows.height == 1
    assert result.warnings["reason"].to_list() == ["rating_without_scale"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"arr_usd": "100", "currency": "EUR"}, ("currency", "unknown_currency")),
        ({"arr_usd": "100", "currency": "usd"}, None),
        ({"arr_usd": None, "currency": "EUR"}, None),
        ({"arr_usd": "-1"}, ("arr_usd", "out_of_range")),
        ({"created_on": "31.05.2024"}, ("created_on", "wrong_type")),
        ({"account_id": None}, ("account_id", "missing_value")),
    ],
)
def test_an_account_is_judged_by_money_date_and_key(change, expected):
    columns = {"arr_usd": None, "currency": None, "created_on": None}
    assert fault("accounts", ACCOUNT | columns | change) == expected


def test_a_stage_outside_the_list_is_not_allowed():
    row = {"account_id": "A1", "stage": "onboarding", "entered_at": "2024-05-31"}
    assert fault("stage_history", row) is None
    assert fault("stage_history", row | {"stage": "honeymoon"}) == ("stage", "not_allowed")


def test_a_label_is_minus_one_nought_or_one_and_belongs_to_something():
    assert fault("labels", LABEL) is None
    assert fault("labels", LABEL | {"label": "0.5"}) == ("label", "not_allowed")
    assert fault("labels", LABEL | {"label": "2"}) == ("label", "out_of_range")
    assert fault("labels", LABEL | {"message_id": None}) == ("message_id", "missing_value")


def test_a_missing_column_is_named_with_the_one_that_may_be_meant():
    with pytest.raises(WrongShape) as raised:
        check_header(TABLES["tickets"], ["ticket_number", "create_at"])
    assert raised.value.reason == "missing_column"
    assert "no column created_at, ticket_id" in raised.value.message
    assert "is create_at meant to be created_at?" in raised.value.message


def test_optional_columns_may_be_absent():
    check_header(TABLES["accounts"], ["account_id", "account_name"])
    with pytest.raises(WrongShape, match="message_id or response_id"):
        check_header(TABLES["labels"], ["label", "labelled_by", "labelled_at"])


def test_a_text_beyond_any_message_is_excluded_wherever_a_reader_found_it():
    assert fault("messages", MESSAGE | {"body": "x" * 1_000_001}) == ("body", "too_long")
    assert fault("messages", MESSAGE | {"body": "é" * 1_000_000}) is None


@pytest.mark.parametrize("identifier", ['["A1"]', '{"id": 1}', 'slack:["U1"]', "jira:issue:{}"])
def test_a_list_or_an_object_is_no_id(identifier):
    assert fault("messages", MESSAGE | {"person_id": identifier}) == ("person_id", "wrong_type")


def test_money_in_a_currency_with_a_rate_is_taken_as_it_stands():
    row = ACCOUNT | {"arr_usd": "100", "currency": " eur "}
    with reading(Declared(currencies=frozenset({"USD", "EUR"}))):
        assert conformed("accounts", row).rows["arr_usd"].to_list() == [100.0]
        assert fault("accounts", row | {"currency": "CHF"}) == ("currency", "unknown_currency")


def test_a_cell_is_empty_where_every_sign_in_it_is_a_space_of_any_kind():
    spaces = [sign for sign in map(chr, (*range(0xD800), *range(0xE000, 0x110000))) if sign.isspace()]
    own = "\x1c\x1d\x1e\x1f"  # spaces to Python, signs to Unicode
    blank = ["".join(spaces).translate(dict.fromkeys(map(ord, own))), *(s for s in spaces if s not in own)]
    rows = [MESSAGE | {"language": text} for text in [*blank, *own, " en", "\u2003en", "en "]]
    given = pl.DataFrame(rows).with_columns(
        pl.int_range(1, pl.len() + 1, dtype=pl.Int64).alias("source_row"), pl.lit(False).alias("is_derived")
    )
    languages = conform(TABLES["messages"], given).rows["language"].to_list()
    assert languages == [None] * len(blank) + [*own, " en", "\u2003en", "en "]
