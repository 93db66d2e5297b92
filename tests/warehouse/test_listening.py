"""How accounts and stages are heard: kinds of feedback, stages at which no one listens, what is not known."""

from __future__ import annotations

import polars as pl


def test_the_kinds_of_an_accounts_touches_add_up_to_its_touches(warehouse):
    both = warehouse.frame(
        "select a.account_id, a.n_solicited + a.n_unsolicited + a.n_inferred as n_kinds, "
        "count(t.sentiment) as n_touches "
        "from dim_accounts as a left join fct_touches as t "
        "on a.account_id = t.account_id and t.occurred_at <= (select max(as_of) from listening_posts) "
        "group by all"
    )
    assert both["n_kinds"].to_list() == both["n_touches"].to_list()
    assert both["n_kinds"].sum() > 500


def test_every_empty_cell_of_an_account_says_why(warehouse):
    accounts = warehouse.frame("dim_accounts")
    for column in ("segment", "arr", "renews", "created"):
        value = {"arr": "arr_usd", "renews": "renews_on", "created": "created_on"}.get(column, column)
        said = accounts.filter(pl.col(f"{column}_null_reason").is_not_null())
        assert said[value].is_null().all()
        assert said.height == accounts[value].null_count()
    golden = accounts.filter(pl.col("account_id") == "G2").row(0, named=True)
    assert golden["renews_null_reason"] == "no_contract"


def test_stages_at_which_no_one_listens_are_listed_and_flagged(warehouse):
    posts = warehouse.frame("listening_posts")
    assert posts.select("stage", "source").is_duplicated().sum() == 0
    purchase = posts.filter(pl.col("stage") == "purchase")
    assert purchase.height == posts["source"].n_unique()
    assert purchase["is_stage_silent"].all()
    assert purchase["n_touches"].sum() == 0
    adoption = posts.filter((pl.col("stage") == "adoption") & (pl.col("source") == "golden")).row(0, named=True)
    assert adoption["n_touches"] > 0
