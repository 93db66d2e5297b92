"""People and accounts across sources: who is found, by which step, and who is left with which reason."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources.contract import TABLES, raw_schema
from storage.identity import PERSON_KEYS_SCHEMA, person_key
from storage.layout import DataDir
from storage.resolution import Policy, read_policy, resolve_accounts, resolve_people, write_identities
from tests.examples import examples

SEEDS = Path(__file__).resolve().parents[3] / "dbt_project" / "seeds"
AS_OF = datetime(2026, 9, 27, tzinfo=UTC)
POLICY = Policy({"salesforce": 1, "zendesk": 4, "any": 9}, frozenset({"gmail.com"}), AS_OF)
MOMENT = pl.Datetime("us", "UTC")
PEOPLE = {"person_id": pl.String, "account_id": pl.String, "email": pl.String, "valid_from": MOMENT} | {
    "merged_into": pl.String,
    "source": pl.String,
    "updated_at": MOMENT,
    "is_deleted": pl.Boolean,
}
ACCOUNTS = {"account_id": pl.String, "domains": pl.String, "valid_from": MOMENT, "merged_into": pl.String} | {
    "source": pl.String,
    "updated_at": MOMENT,
    "is_deleted": pl.Boolean,
}
KEY = b"k" * 64


def rows(schema, given) -> pl.DataFrame:
    return pl.DataFrame([dict.fromkeys(schema) | {"source": "salesforce"} | row for row in given], schema=schema)


def resolved(people=(), accounts=(), others=(), other_accounts=()) -> pl.DataFrame:
    people, accounts = rows(PEOPLE, people), rows(ACCOUNTS, accounts)
    ids = [people["person_id"], people["merged_into"], pl.Series(list(others), dtype=pl.String)]
    account_ids = [accounts["account_id"], accounts["merged_into"], people["account_id"]]
    account_ids.append(pl.Series(list(other_accounts), dtype=pl.String))
    named, named_accounts = (
        pl.concat([s.rename("id") for s in i]).drop_nulls().unique().sort() for i in (ids, account_ids)
    )
    matches, owners = resolve_accounts(accounts, named_accounts, POLICY)
    return resolve_people(people, named, matches, owners, POLICY)


def found(**world) -> dict[str, tuple]:
    """person → canonical person, account, matched_by, reason."""
    return {row[0]: row[1:] for row in resolved(**world).rows()}


ANN = {"person_id": "ann", "account_id": "A", "email": "Ann@acme.com"}
ACME = {"account_id": "A", "domains": "https://www.acme.com"}


def test_an_id_of_the_crm_is_itself():
    assert found(people=[ANN], accounts=[ACME])["ann"] == ("ann", "A", "id", None)


def test_an_address_leads_to_the_crms_person_and_their_account():
    answered = {"person_id": "delighted:7", "email": " ann@ACME.com", "source": "delighted"}
    assert found(people=[ANN, answered])["delighted:7"] == ("ann", "A", "email", None)


def test_an_id_that_is_an_address_leads_to_the_crms_person():
    assert found(people=[ANN], others=["ANN@acme.com"])["ANN@acme.com"] == ("ann", "A", "email", None)


def test_a_domain_leads_to_the_account_and_never_to_a_person():
    assert found(people=[ANN], accounts=[ACME], others=["bob@acme.com"])["bob@acme.com"] == (
        *("bob@acme.com", "A", "domain"),
        None,
    )


def test_the_person_of_a_merged_id_leads_to_the_survivors_account():
    people = [ANN, {"person_id": "old", "merged_into": "older"}, {"person_id": "older", "merged_into": "ann"}]
    assert found(people=people)["old"] == ("ann", "A", "merge", None)


def test_the_account_is_the_one_that_survives_and_that_a_trusted_source_names_by_its_domain():
    desk = {"account_id": "org", "domains": "acme.com", "source": "zendesk"}
    user = {"person_id": "u", "account_id": "org", "source": "zendesk"}
    gone = {"account_id": "A", "merged_into": "B", "is_deleted": True}
    accounts = [{"account_id": "B"}, gone, {"account_id": "A2", "domains": "acme.com", "merged_into": "B"}, desk]
    assert found(people=[user], accounts=accounts)["u"] == ("u", "B", "id", None)


@pytest.mark.parametrize(
    ("reason", "email", "accounts"),
    [
        ("no_email", None, [ACME]),
        ("public_domain", "bob@gmail.com", [{"account_id": "A", "domains": "gmail.com"}]),
        ("unknown_domain", "bob@elsewhere.com", [ACME]),
        ("ambiguous_domain", "bob@acme.com", [ACME, {"account_id": "B", "domains": "acme.com"}]),
    ],
)
def test_who_leads_to_no_account_is_kept_with_the_reason(reason, email, accounts):
    bob = {"person_id": "bob", "email": email, "source": "delighted"}
    assert found(people=[bob], accounts=accounts)["bob"] == ("bob", None, "none", reason)


def test_an_address_of_two_people_of_the_crm_links_neither():
    twin = {"person_id": "twin", "account_id": "B", "email": "ann@acme.com"}
    answered = {"person_id": "answered", "email": "ann@acme.com", "source": "delighted"}
    everyone = found(people=[ANN, twin, answered])
    assert everyone["answered"] == ("answered", None, "none", "ambiguous_email")
    assert everyone["ann"][:2] == ("ann", "A")
    assert everyone["twin"][:2] == ("twin", "B")


def test_an_id_of_ones_own_account_wins_over_every_address():
    own = {"person_id": "own", "account_id": "B", "email": "ann@acme.com", "source": "zendesk"}
    assert found(people=[ANN, own], accounts=[ACME])["own"] == ("ann", "B", "email", None)


def test_who_was_deleted_claims_nothing_and_is_listed_as_deleted():
    gone = ANN | {"is_deleted": True}
    everyone = found(people=[gone], accounts=[ACME], others=["ann@acme.com"])
    assert everyone["ann"] == ("ann", None, "none", "deleted")
    assert everyone["ann@acme.com"] == ("ann@acme.com", "A", "domain", None)


def test_who_was_deleted_as_a_whole_is_gone_from_then_on_unless_a_row_has_begun_since():
    ann = ANN | {"valid_from": datetime(2026, 1, 1, tzinfo=UTC)}
    gone = {"person_id": "ann", "is_deleted": True, "updated_at": datetime(2026, 9, 1, tzinfo=UTC)}
    assert found(people=[ann, gone])["ann"][3] == "deleted"
    assert found(people=[ann, gone | {"updated_at": datetime(2026, 10, 1, tzinfo=UTC)}])["ann"][1] == "A"
    back = ann | {"valid_from": datetime(2026, 9, 2, tzinfo=UTC), "account_id": "B"}
    assert found(people=[ann, gone, back])["ann"][1] == "B"


def test_the_newest_row_of_a_history_names_the_account():
    history = [
        ANN | {"valid_from": datetime(2026, 1, 1, tzinfo=UTC), "account_id": "new"},
        ANN | {"account_id": "old"},
    ]
    assert found(people=history)["ann"][1] == "new"


def test_an_account_that_no_extract_describes_keeps_its_id():
    matches, _ = resolve_accounts(rows(ACCOUNTS, [ACME]), pl.Series(["A", "X", "acme.com"]), POLICY)
    assert matches.rows() == [("A", "A", "id"), ("X", "X", "none"), ("acme.com", "A", "domain")]


def test_spellings_of_one_address_are_one_account_whatever_they_are_spelled_like_elsewhere():
    mine = {"account_id": "ann@x.com", "source": "salesforce"}
    ids = pl.Series(["ANN@x.com", "Owner: ann@X.com", "ann@x.com", "bob@x.com", "owner: ann@x.com", "\ufb01rma"])
    matches, _ = resolve_accounts(rows(ACCOUNTS, [mine]), ids, POLICY)
    canonical = dict(matches.select("account_id", "canonical_id").iter_rows())
    assert canonical["ann@x.com"] == canonical["ANN@x.com"]
    assert canonical["Owner: ann@X.com"] == canonical["owner: ann@x.com"]
    assert len(set(canonical.values())) == 4
    assert matches["account_id"].to_list() == ids.to_list()


@pytest.mark.parametrize("crm", ["ann@x.com", "ANN@x.com"])
def test_an_account_that_is_described_in_one_spelling_is_known_in_all(crm):
    ids = pl.Series(["ANN@x.com", "ann@x.com"])
    matches, _ = resolve_accounts(rows(ACCOUNTS, [{"account_id": crm}]), ids, POLICY)
    assert "none" not in matches["matched_by"]


def test_customers_of_one_shop_whose_ids_begin_with_its_domain_are_not_one_account():
    ids = pl.Series(["shop.example:ann@x.com", "shop.example:bob@x.com", "shop.example/de"])
    matches, _ = resolve_accounts(rows(ACCOUNTS, [{"account_id": "S", "domains": "shop.example"}]), ids, POLICY)
    assert matches["canonical_id"].to_list()[:2] == ids.to_list()[:2]


EMAIL = st.sampled_from(["ann@acme.com", "ANN@acme.com", "bob@acme.com", "eve@gmail.com", "x@other.com", None])
PERSON = st.fixed_dictionaries(
    {
        "person_id": st.sampled_from(["p1", "p2", "p3", "p4", "ann@acme.com", "Ann@ACME.com"]),
        "account_id": st.sampled_from(["A", "B", None]),
        "email": EMAIL,
        "merged_into": st.sampled_from(["p1", "p2", "p3", None, None]),
        "source": st.sampled_from(["salesforce", "zendesk", "delighted"]),
        "is_deleted": st.sampled_from([True, None, None]),
    }
)
ACCOUNT = st.fixed_dictionaries(
    {
        "account_id": st.sampled_from(["A", "B", "C"]),
        "domains": st.sampled_from(["acme.com", "other.com acme.com", "gmail.com", None]),
        "merged_into": st.sampled_from(["A", "B", None, None]),
        "source": st.sampled_from(["salesforce", "zendesk"]),
    }
)


@examples(60)
@given(
    people=st.lists(PERSON, max_size=8, unique_by=lambda p: p["person_id"]),
    accounts=st.lists(ACCOUNT, max_size=4, unique_by=lambda a: a["account_id"]),
    random=st.randoms(use_true_random=False),
)
def test_everyone_is_resolved_once_in_any_order_and_says_why_not(people, accounts, random):
    first = resolved(people=people, accounts=accounts)
    again = resolved(people=random.sample(people, len(people)), accounts=random.sample(accounts, len(accounts)))
    assert first.equals(again)
    assert first["person_id"].is_unique().all()
    assert ((first["account_id"].is_null()) == (first["matched_by"] == "none")).all()
    assert ((first["account_id"].is_null()) == first["reason"].is_not_null()).all()
    canonical = dict(first.select("person_id", "canonical_id").iter_rows())
    assert all(canonical[c] == c for c in canonical.values())


def test_the_seeds_name_a_rank_for_every_source_and_public_domains():
    policy = read_policy(SEEDS, datetime(2026, 9, 27, tzinfo=UTC))
    assert policy.ranks["salesforce"] < policy.ranks["zendesk"] < policy.ranks["any"]
    assert "gmail.com" in policy.public_domains


def test_without_a_row_for_all_others_the_policy_is_refused(tmp_path):
    head = "valid_from,valid_to,owner,reason\n"
    (tmp_path / "policy_identity_sources.csv").write_text(f"source,rank,{head}salesforce,1,1900-01-01,,me,test\n")
    (tmp_path / "policy_public_domains.csv").write_text(f"domain,{head}")
    with pytest.raises(ValueError, match="no row 'any'"):
        read_policy(tmp_path, datetime(2026, 1, 1, tzinfo=UTC))


def test_every_person_and_account_that_any_table_names_is_in_the_two_files(tmp_path):
    paths = DataDir(tmp_path).create()
    named = {
        "people": {"person_id": "a", "merged_into": "b", "account_id": "A", "row_key": "a"},
        "messages": {"person_id": "c", "account_id": "B"},
        "accounts": {"account_id": "A", "merged_into": "C", "row_key": "A"},
    }
    for table in TABLES:
        row = {name: named.get(table, {}).get(name) for name in raw_schema(table)} | {"source": "canonical"}
        paths.raw_table(table).mkdir()
        pl.DataFrame([row], schema=raw_schema(table)).write_parquet(paths.raw_table(table) / "one.parquet")
    named["accounts"]["parent_account_id"] = "ann@x.com"
    pl.DataFrame(
        [{name: named["accounts"].get(name) for name in raw_schema("accounts")}], schema=raw_schema("accounts")
    ).write_parquet(paths.raw_table("accounts") / "two.parquet")
    assert write_identities(paths, KEY, POLICY) == (3, 4)
    keys = pl.read_parquet(paths.person_keys)
    assert keys.schema == PERSON_KEYS_SCHEMA
    assert dict(keys.select("person_id", "person_key").iter_rows()) == {p: person_key(KEY, p) for p in "abc"}
    assert dict(keys.select("person_id", "canonical_key").iter_rows())["a"] == person_key(KEY, "b")
    assert pl.read_parquet(paths.account_matches)["account_id"].to_list() == ["A", "B", "C", "ann@x.com"]
    assert pl.read_parquet(paths.account_keys)["account_id"].to_list() == ["ann@x.com"]
