"""Whose text it is by ticket, invitation and merge, and that a refusal holds however the text is linked."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl
import pytest

from models_nlp import eligibility
from models_nlp.links import Links
from models_nlp.touches import score_touches

T0, T1 = (datetime(2027, 1, day, tzinfo=UTC) for day in (1, 2))

PEOPLE = pl.DataFrame(
    {
        "person_id": ["den", "old", "older", "new", "jo", "ring1", "ring2"],
        "account_id": ["A1", "A1", "A1", "A2", "A3", "A1", "A1"],
        "full_name": ["Denise Quillfeather", None, None, "Oona Brackenridge", "Jo Marlow", None, None],
        "email": [None, None, None, None, "jo.marlow@example.com", None, None],
        "merged_into": [None, "new", "old", None, None, "ring2", "ring1"],
        "valid_from": [None] * 7,
    },
    schema_overrides={"valid_from": pl.Datetime("us", "UTC")},
)
TICKETS = pl.DataFrame(
    {
        "ticket_id": ["T1", "T1", "T2", "T3"],
        "person_id": ["jo", "den", "jo", "older"],
        "account_id": ["A3", None, "A3", None],
        "updated_at": [T0, T1, T0, T0],
        "is_deleted": [False, False, False, True],
        "row_hash": ["a", "b", "c", "d"],
    }
)
INVITATIONS = pl.DataFrame({"invitation_id": ["I1", "I2"], "person_id": ["den", "jo"], "account_id": [None, "A3"]})
ACCOUNTS = pl.DataFrame({"account_id": ["A1", "A2", "A3"], "merged_into": ["A2", None, None]})
CONSENTS = pl.DataFrame(
    {
        "person_id": ["den", "new", "older", "jo", "jo"],
        "purpose": ["feedback_analysis"] * 4 + ["call_recording"],
        "recorded_at": [T0, T1, T0, T0, T0],
        "state": ["denied", "denied", "granted", "granted", "denied"],
    }
)
MESSAGES = pl.DataFrame(
    {
        "message_id": [f"m{n}" for n in range(1, 9)],
        "row_hash": [f"h{n}" for n in range(1, 9)],
        "channel": ["ticket", "ticket", "ticket", "email", "email", "call", "email", "email"],
        "author_kind": ["customer"] * 7 + ["agent"],
        "body": [f"Oona Brackenridge and Jo Marlow say text {n}" for n in range(1, 9)],
        "person_id": [None, None, None, "older", "ring1", None, None, None],
        "account_id": [None, None, None, None, None, None, "nowhere", "A1"],
        "ticket_id": ["T1", "T2", "T3", None, None, "T2", None, "T1"],
    }
).with_columns(sent_at=pl.lit(T1))
RESPONSES = pl.DataFrame(
    {
        "response_id": ["s1", "s2", "s3"],
        "row_hash": ["r1", "r2", "r3"],
        "verbatim": ["Jo Marlow is here"] * 3,
        "person_id": [None, None, None],
        "account_id": [None, None, None],
        "invitation_id": ["I1", "I2", None],
        "ticket_id": ["T2", None, "T1"],
    }
).with_columns(answered_at=pl.lit(T1))


@pytest.fixture(scope="module")
def links():
    return Links(PEOPLE, TICKETS, INVITATIONS, ACCOUNTS)


def test_a_text_belongs_to_the_requester_of_the_newest_version_of_its_ticket(links):
    assert links.people_of(MESSAGES).to_list() == ["den", "jo", "new", "new", "ring1", "jo", None, "den"]


def test_a_survey_belongs_to_who_was_invited_before_it_belongs_to_its_ticket(links):
    assert links.people_of(RESPONSES).to_list() == ["den", "jo", "den"]


def test_the_account_is_the_rows_own_else_the_tickets_else_the_persons_after_merges(links):
    assert links.accounts_of(MESSAGES).to_list() == ["A2", "A3", "A2", "A2", "A2", "A3", "nowhere", "A2"]
    assert links.accounts_of(RESPONSES).to_list() == ["A3", "A3", "A2"]


def test_who_refused_is_refused_by_ticket_invitation_and_merge(links):
    reasons = eligibility.null_reasons(MESSAGES, CONSENTS, links).to_list()
    denied = "no_consent"
    assert reasons == [denied, None, denied, denied, None, denied, None, "author"]
    assert eligibility.null_reasons(RESPONSES, CONSENTS, links).to_list() == [denied, None, denied]


def never_heard(consents, links) -> list[str]:
    """Whose last word on feedback analysis is a refusal."""
    found = (
        eligibility.refusals(consents, links).filter(purpose="feedback_analysis").filter(pl.col("valid_to").is_null())
    )
    return found["person_id"].to_list()


def test_merged_people_share_one_consent_and_the_latest_state_counts(links):
    granted_later = CONSENTS.vstack(
        pl.DataFrame(
            {
                "person_id": ["older"],
                "purpose": ["feedback_analysis"],
                "recorded_at": [datetime(2027, 2, 1, tzinfo=UTC)],
                "state": ["granted"],
            }
        )
    )
    assert never_heard(CONSENTS, links) == ["den", "new"]
    assert never_heard(granted_later, links) == ["den"]


def test_of_two_states_of_merged_people_at_one_moment_the_refusal_counts(links):
    both = pl.DataFrame(
        {
            "person_id": ["old", "new"],
            "purpose": ["feedback_analysis"] * 2,
            "recorded_at": [T0, T0],
            "state": ["denied", "granted"],
        }
    )
    assert never_heard(both, links) == ["new"]
    assert never_heard(both.reverse(), links) == ["new"]


def test_whom_an_address_gives_away_is_followed_too_and_the_rows_own_account_wins():
    matches = pl.DataFrame(
        {
            "person_id": ["survey:7", "new", "jo"],
            "canonical_id": ["new", "new", "jo"],
            "account_id": ["A9", "A9", "A9"],
        }
    )
    accounts = pl.DataFrame({"account_id": ["org"], "canonical_id": ["A9"]})
    links = Links(PEOPLE, TICKETS, INVITATIONS, ACCOUNTS, person_matches=matches, account_matches=accounts)
    rows = pl.DataFrame({"person_id": ["survey:7", "jo", "survey:7"], "account_id": [None, None, "org"]})
    assert links.people_of(rows).to_list() == ["new", "jo", "new"]
    assert links.accounts_of(rows).to_list() == ["A9", "A3", "A9"]
    refused = pl.DataFrame(
        {"person_id": ["survey:7"], "purpose": ["feedback_analysis"], "recorded_at": [T1], "state": ["denied"]}
    )
    assert never_heard(refused, links) == ["new"]


def test_without_links_only_the_rows_own_ids_count():
    assert Links().people_of(MESSAGES).to_list() == MESSAGES["person_id"].to_list()
    assert Links().directories_of(MESSAGES) == [None] * MESSAGES.height


def test_names_of_the_texts_account_are_hidden_and_a_refused_text_leaves_no_trace(scorer, links):
    frame, _ = score_touches(MESSAGES, RESPONSES, CONSENTS, scorer, links=links)
    texts = dict(frame.select("row_hash", "text_redacted").iter_rows())
    assert texts["h2"] == "Oona Brackenridge and [name] say text 2"  # account A3 knows Jo only
    assert texts["h5"] == "[name] and Jo Marlow say text 5"  # account A1 is merged into A2, which knows Oona
    assert texts["h7"] == "Oona Brackenridge and Jo Marlow say text 7"  # nobody knows this account
    assert texts["r2"] == "[name] is here"
    assert [texts[h] for h in ("h1", "h3", "h4", "h6", "h8", "r1", "r3")] == [None] * 7
    refused = frame.filter(pl.col("null_reason") == "no_consent")
    assert refused.height == 6
    assert refused["text_hash"].null_count() == refused.height


def test_texts_that_are_equal_after_redaction_share_one_score(scorer, links):
    two = MESSAGES.filter(pl.col("message_id").is_in(["m2", "m5"])).with_columns(
        body=pl.Series(["Jo Marlow was helpful", "Oona Brackenridge was helpful"]), channel=pl.lit("email")
    )
    frame, new = score_touches(two, RESPONSES.clear(), CONSENTS, scorer, links=links)
    assert frame["text_redacted"].to_list() == ["[name] was helpful"] * 2
    assert new.height == 1
