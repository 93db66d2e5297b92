"""Stripe's lists, events and connector tables → accounts, people, contracts."""

from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sources import catalog
from sources.stripe_prices import worth
from tests.examples import examples

JAN, MAR, APR = 1_704_067_200, 1_709_251_200, 1_711_929_600  # the first of the month in 2024
MONTHLY = {"unit_amount": 5_000, "currency": "usd", "recurring": {"interval": "month", "interval_count": 1}}


def listed(*objects):
    document = {"object": "list", "url": "/v1/x", "has_more": False, "data": list(objects)}
    extract = catalog.read_bytes(json.dumps(document, indent=1).encode(), "landing/page.json")
    assert extract.source == "stripe"
    return extract


def table(header, *rows):
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows([header.split(","), *rows])
    extract = catalog.read_bytes(out.getvalue().encode(), "landing/table.csv")
    assert extract.source == "stripe"
    return extract


def subscription(status="active", price=MONTHLY, quantity=2, **more):
    item = {"id": "si_1", "object": "subscription_item", "price": price, "quantity": quantity}
    return {
        "id": "sub_1",
        "object": "subscription",
        "livemode": True,
        "customer": "cus_1",
        "status": status,
        "created": JAN,
        "start_date": JAN,
        "current_period_start": MAR,
        "current_period_end": APR,
        "items": {"object": "list", "data": [item]},
        "metadata": {},
    } | more


def customer(**more):
    return {
        "id": "cus_1",
        "object": "customer",
        "livemode": True,
        "created": JAN,
        "name": "Acme",
        "metadata": {},
    } | more


def rows(extract, name, *columns):
    return extract.tables[name].select(columns).rows()


def reasons(extract):
    return dict(extract.excluded.select("source_row", "reason").rows())


@pytest.mark.parametrize("status", ["active", "past_due", "unpaid", "paused"])
def test_a_running_subscription_is_an_open_contract_worth_its_items_a_year(status):
    row = listed(subscription(status)).tables["contracts"].row(0, named=True)
    assert (row["contract_id"], row["account_id"], row["arr_usd"], row["currency"]) == ("sub_1", "cus_1", 1200.0, "USD")
    assert (str(row["starts_on"]), str(row["renews_on"]), row["outcome"]) == ("2024-01-01", "2024-04-01", None)
    assert str(row["updated_at"]) == "2024-03-01 00:00:00+00:00"


def test_a_canceled_subscription_is_churned_on_the_day_it_ended():
    row = listed(subscription("canceled", ended_at=MAR, canceled_at=JAN)).tables["contracts"].row(0, named=True)
    assert (row["outcome"], row["outcome_arr_usd"]) == ("churned", 0.0)
    assert (str(row["outcome_on"]), str(row["renews_on"])) == ("2024-03-01", "2024-03-01")


def test_trials_and_subscriptions_that_never_began_are_no_contracts():
    extract = listed(
        subscription("trialing"),
        subscription("canceled", ended_at=JAN, trial_end=MAR),
        subscription("incomplete"),
        subscription("incomplete_expired"),
        subscription("napping"),
    )
    assert reasons(extract) == {1: "trial", 2: "trial", 3: "not_started", 4: "not_started", 5: "unknown_status"}


def test_test_data_is_set_aside():
    extract = listed(subscription(livemode=False), customer(livemode=False))
    assert reasons(extract) == {1: "test_mode", 2: "test_mode"}


def test_another_currency_is_kept_as_such_and_excluded_without_a_rate():
    extract = listed(subscription(price=MONTHLY | {"currency": "eur"}))
    assert reasons(extract) == {1: "unknown_currency"}


@pytest.mark.parametrize(
    ("item", "a_year"),
    [
        ({"price": MONTHLY}, "600.00"),
        ({"price": MONTHLY, "quantity": 0}, "0.00"),
        ({"price": MONTHLY | {"recurring": {"interval": "month", "interval_count": 3}}}, "200.00"),
        ({"price": MONTHLY | {"recurring": {"interval": "year"}}, "quantity": 3}, "150.00"),
        ({"price": MONTHLY | {"recurring": {"interval": "week"}}}, "2600.00"),
        ({"price": MONTHLY | {"recurring": {"interval": "day", "interval_count": 30}}}, "608.33"),
        ({"price": MONTHLY | {"unit_amount": None, "unit_amount_decimal": "0.5"}, "quantity": 1000}, "60.00"),
        ({"price": MONTHLY | {"currency": "jpy"}}, "60000.00"),
        ({"price": MONTHLY | {"currency": "kwd"}}, "60.00"),
        ({"price": MONTHLY | {"transform_quantity": {"divide_by": 10, "round": "up"}}, "quantity": 11}, "1200.00"),
        ({"plan": {"amount": 900, "currency": "usd", "interval": "month", "interval_count": 1}}, "108.00"),
        ({"price": MONTHLY | {"unit_amount": None}}, None),
        ({"price": "price_1", "quantity": 1}, None),
        ({"price": MONTHLY | {"recurring": {"interval": "month", "usage_type": "metered"}}}, None),
        ({"price": MONTHLY | {"unit_amount": "1e400"}}, None),
    ],
)
def test_a_price_is_worth_this_much_a_year(item, a_year):
    assert worth([item]).a_year == a_year


def test_metered_items_and_discounts_are_left_out_of_the_amount_and_reported():
    metered = {"price": MONTHLY | {"recurring": {"interval": "month", "usage_type": "metered"}}}
    extract = listed(subscription(items={"data": [{"price": MONTHLY, "quantity": 1}, metered]}, discounts=["di_1"]))
    assert rows(extract, "contracts", "arr_usd") == [(600.0,)]
    assert extract.warnings["reason"].to_list() == ["usage_not_counted", "discount_not_counted"]


def test_the_end_of_the_period_may_stand_at_the_items():
    item = {"price": MONTHLY, "quantity": 1, "current_period_end": APR}
    found = subscription(items={"data": [item]})
    del found["current_period_end"]
    assert str(listed(found).tables["contracts"]["renews_on"][0]) == "2024-04-01"


def test_a_customer_is_an_account_and_its_address_a_person():
    extract = listed(customer(email="pay@acme.example"), customer(id="cus_2", deleted=True))
    assert rows(extract, "accounts", "account_id", "account_name", "merged_into", "is_deleted") == [
        ("cus_1", "Acme", None, False),
        ("cus_2", "Acme", None, True),
    ]
    assert rows(extract, "people", "person_id", "account_id", "email", "is_derived")[0] == (
        "cus_1",
        "cus_1",
        "pay@acme.example",
        True,
    )


def test_metadata_links_customer_and_subscription_to_the_crm():
    linked = {"metadata": {"salesforce_account_id": "001A0000006Vm9r"}}
    extract = listed(
        customer(**linked),
        subscription(**linked),
        subscription(id="sub_2", customer=customer(**linked)),
    )
    assert rows(extract, "accounts", "merged_into") == [("001A0000006Vm9rIAC",)]
    assert rows(extract, "contracts", "account_id") == [("001A0000006Vm9rIAC",)] * 2


def test_an_event_holds_the_object_as_it_was_then():
    def event(kind, held, at):
        return {
            "id": "evt_1",
            "object": "event",
            "livemode": True,
            "type": kind,
            "created": at,
            "data": {"object": held},
        }

    lines = [
        event("customer.subscription.updated", subscription(), MAR),
        event("customer.subscription.deleted", subscription("canceled", ended_at=APR), APR),
        event("customer.deleted", customer(), APR),
        event("invoice.paid", {"id": "in_1", "object": "invoice"}, APR),
    ]
    extract = catalog.read_bytes("\n".join(map(json.dumps, lines)).encode(), "landing/events.jsonl")
    assert [(o, str(t)[:10]) for o, t in rows(extract, "contracts", "outcome", "updated_at")] == [
        (None, "2024-03-01"),
        ("churned", "2024-04-01"),
    ]
    assert rows(extract, "accounts", "is_deleted") == [(True,)]
    assert reasons(extract) == {4: "not_needed"}


def test_a_deletion_without_its_date_is_excluded_since_it_could_not_win():
    extract = listed({"id": "cus_1", "object": "customer", "deleted": True}, customer(id="cus_2"))
    assert reasons(extract) == {1: "no_time"}


SUBSCRIPTIONS = (
    "id,_fivetran_synced,billing_cycle_anchor,cancel_at_period_end,canceled_at,created,current_period_end,customer_id,"
    "ended_at,livemode,metadata,quantity,start_date,status,trial_end"
)
CELLS = [
    *(
        "sub_1",
        "2024-06-01 00:00:00",
        "",
        "TRUE",
        "",
        "2024-01-01 10:00:00",
        "2024-04-01 10:00:00",
        "cus_1",
        "",
        "TRUE",
    ),
    *('{"account_id":"A-1"}', "4", "2024-01-01 10:00:00", "active", ""),
]


def test_a_connectors_subscriptions_need_their_prices_beside_them():
    extract = table(SUBSCRIPTIONS, CELLS)
    assert reasons(extract) == {1: "no_price"}
    assert "unit_amount" in extract.excluded["message"][0]
    extract = table(
        f"{SUBSCRIPTIONS},unit_amount,currency,interval,interval_count", [*CELLS, "5000", "usd", "month", "1"]
    )
    assert rows(extract, "contracts", "account_id", "arr_usd") == [("A-1", 2400.0)]
    assert str(extract.tables["contracts"]["updated_at"][0]) == "2024-06-01 00:00:00+00:00"


def test_a_connectors_customers_are_read():
    extract = table(
        "id,_fivetran_synced,created,delinquent,email,is_deleted,livemode,name,metadata,phone",
        ["cus_1", "2021-01-24 20:21:16", "2021-01-18 12:35:30", "FALSE", "", "FALSE", "TRUE", "Acme", "not json", "1"],
        ["cus_2", "2021-01-24 20:21:16", "2021-01-18 12:35:30", "FALSE", "", "FALSE", "FALSE", "Test", "", ""],
    )
    assert rows(extract, "accounts", "account_id", "account_name", "is_deleted") == [("cus_1", "Acme", False)]
    assert str(extract.tables["accounts"]["created_on"][0]) == "2021-01-18"
    assert reasons(extract) == {2: "test_mode"}
    assert extract.extra_columns == ["delinquent", "phone"]


@pytest.mark.parametrize(
    "header",
    [
        "id,_fivetran_synced,amount_due,customer_id,livemode,subtotal",
        "id,_fivetran_synced,amount,interval,livemode,product_id",
        '_fivetran_synced,"""END""",checkout_session,coupon_id,customer_id,id',
        "_fivetran_synced,created,id,plan_id,quantity,subscription_id",
    ],
)
def test_other_tables_are_counted_row_by_row(header):
    names = next(csv.reader([header]))
    out = io.StringIO()
    csv.writer(out).writerows([names, ["x"] * len(names)])
    extract = catalog.read_bytes(out.getvalue().encode(), "landing/table.csv")
    assert (extract.source, extract.tables, reasons(extract)) == ("stripe", {}, {1: "not_needed"})


ANY = st.one_of(
    st.none(), st.booleans(), st.integers(), st.text(max_size=3), st.just([]), st.just({}), st.just("canceled")
)


@given(st.lists(st.dictionaries(st.sampled_from(sorted(subscription())), ANY, max_size=5), max_size=4), st.booleans())
@examples(60)
def test_whatever_the_objects_hold_each_is_kept_or_excluded(damage, of_customers):
    whole = customer(email="x") if of_customers else subscription()
    extract = listed(whole, *(whole | damaged for damaged in damage))
    assert extract.rows_read == 1 + len(damage)
    extract.check_sums()
