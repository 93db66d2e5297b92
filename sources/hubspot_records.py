"""HubSpot: companies, contacts, deals, tickets and survey responses → canonical rows.

Belongs here: which property becomes which column, roles, outcomes of renewals, merges, scales of surveys. Does not:
spellings of names (``hubspot_properties``), what was written (``hubspot_activities``), stages (``hubspot_stages``).

Properties: https://developers.hubspot.com/docs/api-reference/crm-tickets-v3/guide and its siblings; survey responses:
https://developers.hubspot.com/docs/api/crm/feedback-submissions, their scales:
https://knowledge.hubspot.com/customer-feedback/survey-response-properties (satisfaction is 0, 1 or 2).
"""

from __future__ import annotations

import polars as pl

from sources.casting import TRUTH
from sources.connector_tables import SYNCED
from sources.contract import ROLES
from sources.declared import in_force, own_words, plain_word
from sources.extract import warning_rows
from sources.hubspot_properties import ACCOUNT, PERSON, Made, Properties, hubspot_ticket
from sources.hubspot_stages import became
from sources.renewals import outcome_columns
from sources.survey_questions import Scale, declared_scale
from sources.vendor_times import day, utc

_MERGED = ("hs_merged_object_ids", "hs_calculated_merged_vids", "merged_record_ids", "merged_object_ids")
_BUYING_ROLES = {
    "decision_maker": "buyer",
    "budget_holder": "buyer",
    "procurement": "buyer",
    "economic_buyer": "buyer",
    "end_user": "user",
    "executive_sponsor": "executive",
}
_PRIORITIES = {"medium": "normal"}
# Lowest and highest score of each survey. All three are better the higher.
_SURVEYS = {"nps": ("0", "10"), "ces": ("1", "7"), "csat": ("0", "2")}
# What a ticket's first text is: the customer's own words, unless the e-mail it came with is delivered by itself.
_BY_CUSTOMER = ("form", "email", "chat")


def companies(rows: Properties) -> Made:
    """Companies → accounts, merged ones after their survivor, dates of lifecycle stages → stage history."""
    account = rows.record_id("company_id")
    frame = rows.frame(
        account_id=account,
        account_name=rows.text("name", "company_name"),
        parent_account_id=rows.text("hs_parent_company_id", "parent_company_id"),
        segment=rows.text("segment", "customer_segment", "market_segment"),
        region=rows.text("region", "sales_region"),
        product_line=rows.text("product_line"),
        arr_usd=rows.text("arr", "annual_recurring_revenue", "hs_arr"),
        currency=rows.text("currency", "hs_currency", "deal_currency_code"),
        created_on=day(rows.text("createdate", "create_date", "createdAt")),
        domains=pl.concat_str(
            rows.text("domain", "company_domain_name"),
            rows.text("hs_additional_domains"),
            rows.text("website", "website_url"),
            separator=" ",
            ignore_nulls=True,
        ),
        **rows.version(),
    )
    merged = _merged(rows, account, "account_id")
    return Made([("accounts", frame), ("accounts", merged), ("stage_history", became(rows))])


def contacts(rows: Properties) -> Made:
    """Contacts → people, merged ones after their survivor."""
    person = rows.record_id("contact_id", "vid")
    said = rows.text("hs_buying_role", "buying_role", "contact_role", "role").str.strip_chars().str.to_lowercase()
    usual = pl.element().str.strip_chars().str.replace_all(" ", "_", literal=True).replace(_BUYING_ROLES)
    roles = said.str.split(";").list.eval(own_words(pl.element(), in_force().roles, usual))
    role = pl.coalesce(pl.when(roles.list.contains(role)).then(pl.lit(role)) for role in ROLES)
    frame = rows.frame(
        person_id=person,
        account_id=rows.only(ACCOUNT),
        role=role,
        email=rows.text("email"),
        full_name=pl.concat_str(
            rows.text("firstname", "first_name"), rows.text("lastname", "last_name"), separator=" ", ignore_nulls=True
        ),
        **rows.version(),
    )
    unread = rows.numbers(said.is_not_null() & role.is_null())
    message = f"the contact's buying role is none of {', '.join((*ROLES, *_BUYING_ROLES))}: it counts as unknown"
    return Made(
        [("people", frame), ("people", _merged(rows, person, "person_id"))],
        warnings=[warning_rows(unread, "unknown_role", message, "people", "role")],
    )


def contact_merges(rows: Properties) -> Made:
    """A connector's list of merges → people that follow their survivor."""
    frame = rows.frame(
        person_id=rows.text("vid_to_merge"),
        account_id=pl.lit(None, pl.String),
        merged_into=rows.text("canonical_vid", "contact_id"),
        updated_at=utc(rows.text(SYNCED, "timestamp")),
    )
    return Made([("people", frame)])


def _merged(rows: Properties, survivor: pl.Expr, key: str) -> pl.DataFrame:
    """Derived rows: each record that was merged into a row's record (``a;b;c``, or ``a:time;b:time``)."""
    merged = rows.text(*_MERGED).str.split(";")
    found = rows.frame(is_derived=True, merged_into=survivor, updated_at=rows.version()["updated_at"], **{key: merged})
    found = found.explode(key).with_columns(pl.col(key).str.split(":").list.first().str.strip_chars())
    is_other = (pl.col(key).str.len_bytes() > 0) & (pl.col(key) != pl.col("merged_into"))
    return found.filter(is_other).unique(["source_row", key], keep="first", maintain_order=True)


def deals(rows: Properties) -> Made:
    """Deals whose type or pipeline says renewal → contracts; the others are set aside."""
    made = Made()
    kinds = (rows.text("dealtype", "deal_type"), rows.text("pipeline", "deal_pipeline", "deal_pipeline_id"))
    is_renewal = pl.any_horizontal(
        kind.str.to_lowercase().str.contains("renewal", literal=True).fill_null(False) for kind in kinds
    )
    advice = "neither the deal's type nor its pipeline says renewal: nothing to do if this is new business"
    made.exclude(rows.numbers(~is_renewal), "not_a_renewal", advice, "contracts", "dealtype")
    account = rows.only(ACCOUNT)
    advice = (
        "nothing says whose deal this is: export the property hs_primary_associated_company (primary associated "
        "company) or the associated companies with it"
    )
    made.exclude(rows.numbers(is_renewal & account.is_null()), "unknown_account", advice, "contracts", "account_id")
    step = rows.text("dealstage", "deal_stage", "deal_pipeline_stage_id").str.to_lowercase()
    step = step.str.replace_all(r"[^a-z]", "")
    won = pl.coalesce(_truth(rows.text("hs_is_closed_won", "is_closed_won")), step == "closedwon").fill_null(False)
    closed = pl.coalesce(_truth(rows.text("hs_is_closed", "is_closed", "is_deal_closed")), step == "closedlost")
    lost = _truth(rows.text("hs_is_closed_lost", "is_closed_lost")).fill_null(False)
    closed = closed.fill_null(False) | won | lost
    amount = rows.text("hs_arr", "annual_recurring_revenue", "amount")
    base = pl.coalesce(rows.text("prior_arr", "previous_arr", "renewal_base_arr"), amount)
    closes = rows.text("closedate", "close_date")
    frame = rows.where(is_renewal & account.is_not_null()).frame(
        contract_id=rows.record_id("deal_id"),
        account_id=account,
        starts_on=day(rows.text("contract_start_date", "term_start_date", "subscription_start_date")),
        renews_on=day(pl.coalesce(rows.text("renewal_date", "contract_end_date", "term_end_date"), closes)),
        arr_usd=base,
        currency=rows.text("deal_currency_code", "currency"),
        **outcome_columns(closed, won, base, amount, day(closes)),
        **rows.version(),
    )
    made.frames.append(("contracts", frame))
    return made


def tickets(rows: Properties) -> Made:
    """Tickets → tickets; what a form, an e-mail or a chat brought in is a derived message of the customer."""
    number = rows.record_id("ticket_id")
    ticket = hubspot_ticket(number)
    created = utc(rows.text("createdate", "create_date", "createdAt"))
    closed = utc(rows.text("closed_date", "close_date"))
    is_early = (closed.str.replace("T", " ", literal=True) < created.str.replace("T", " ", literal=True)).fill_null(
        False
    )
    shared = dict(ticket_id=ticket, account_id=rows.only(ACCOUNT), person_id=rows.only(PERSON), **rows.version())
    frame = rows.frame(
        created_at=created,
        priority=rows.text("hs_ticket_priority", "priority").str.strip_chars().str.to_lowercase().replace(_PRIORITIES),
        status=pl.when(closed.is_not_null())
        .then(pl.lit("closed"))
        .otherwise(rows.text("hs_pipeline_stage", "ticket_status", "status")),
        first_reply_at=utc(
            rows.text("first_agent_reply_date", "first_agent_email_response_date", "first_agent_response_date")
        ),
        resolved_at=pl.when(~is_early).then(closed),
        topic=rows.text("hs_ticket_category", "category"),
        product_line=rows.text("product_line"),
        **shared,
    )
    came_by = rows.text("source_type", "source").str.strip_chars().str.to_lowercase()
    body = rows.text("content", "ticket_description")
    is_said = (
        came_by.is_in(_BY_CUSTOMER) & body.is_not_null() & rows.text("hs_originating_email_engagement_id").is_null()
    )
    messages = rows.where(is_said.fill_null(False)).frame(
        is_derived=True,
        message_id=pl.format("hubspot:ticket:{}", number),
        channel=pl.lit("ticket"),
        author_kind=pl.lit("customer"),
        body=body,
        sent_at=created,
        conversation_id=ticket,
        **shared,
    )
    advice = "the ticket closes before it is created: its closing date is left out; correct it in HubSpot"
    return Made(
        [("tickets", frame), ("messages", messages)],
        warnings=[warning_rows(rows.numbers(is_early), "out_of_range", advice, "tickets", "resolved_at")],
    )


def feedback(rows: Properties) -> Made:
    """Survey responses of the three kinds whose scale is documented; custom surveys are set aside."""
    made = Made()
    said = rows.text("hs_survey_type", "survey_type").str.strip_chars().str.to_lowercase()
    usual = pl.coalesce(pl.when(said.str.contains(rf"\b{name}\b")).then(pl.lit(name)) for name in _SURVEYS)
    own = {plain_word(name): declared_scale(word) for name, word in in_force().questions.items()}
    survey = own_words(said, {name: name for name in own}, usual)
    scales = {name: Scale(name, int(low), int(high), True) for name, (low, high) in _SURVEYS.items()} | own
    kind = survey.replace({name: scale.survey_type for name, scale in scales.items()})
    score = rows.text("hs_value", "rating", "value", "score")
    advice = f"the survey is none of {', '.join(_SURVEYS)}, so its scale is not known: declare it in company.yml"
    made.exclude(rows.numbers(kind.is_null()), "unknown_scale", advice, "survey_responses", "survey_type")
    is_answered = score.is_not_null()
    advice = "the response has no rating: nothing to do, or export the property hs_value"
    made.exclude(rows.numbers(kind.is_not_null() & ~is_answered), "no_answer", advice, "survey_responses", "score")
    frame = rows.where(kind.is_not_null() & is_answered).frame(
        response_id=pl.format("hubspot:{}", rows.record_id("response_id", "feedback_submission_id")),
        survey_type=kind,
        touchpoint=own_words(said, in_force().survey_touchpoints, pl.lit(None, pl.String)),
        score=score,
        scale_min=survey.replace({name: str(scale.low) for name, scale in scales.items()}),
        scale_max=survey.replace({name: str(scale.high) for name, scale in scales.items()}),
        higher_is_better=survey.replace(
            {name: "true" if scale.higher_is_better else "false" for name, scale in scales.items()}
        ),
        answered_at=utc(
            rows.text("hs_submission_timestamp", "submission_date", "date_submitted", "date", "hs_createdate")
        ),
        account_id=rows.only(ACCOUNT),
        person_id=rows.only(PERSON),
        verbatim=rows.text("hs_content", "content", "feedback", "response", "comment"),
        ticket_id=rows.ticket(),
        **rows.version(),
    )
    made.frames.append(("survey_responses", frame))
    return made


def _truth(value: pl.Expr) -> pl.Expr:
    """True and false as HubSpot writes them; null for anything else."""
    return value.str.strip_chars().str.to_lowercase().replace_strict(TRUTH, default=None, return_dtype=pl.Boolean)
