"""HubSpot: lifecycle stages of companies and steps of deals → stage history.

Belongs here: which lifecycle stage and which step of the default pipeline is which stage of the journey, histories of
properties. Does not: the records themselves (``hubspot_records``).
Lifecycle stages: https://knowledge.hubspot.com/records/use-lifecycle-stages
"""

from __future__ import annotations

import polars as pl

from sources.connector_tables import START, bare_name
from sources.contract import STAGES
from sources.declared import in_force, own_words
from sources.hubspot_properties import ACCOUNT, Made, Properties
from sources.vendor_times import utc

# Value of the property, wording of the view's column, stage of the journey; the later stage stands first.
_LIFECYCLE = (
    ("evangelist", "an_evangelist", "advocacy"),
    ("customer", "a_customer", "onboarding"),
    ("opportunity", "an_opportunity", "purchase"),
    ("salesqualifiedlead", "a_sales_qualified_lead", "evaluation"),
    ("marketingqualifiedlead", "a_marketing_qualified_lead", "awareness"),
    ("lead", "a_lead", "awareness"),
    ("subscriber", "a_subscriber", "awareness"),
)
# The steps of HubSpot's default sales pipeline, by their internal names; labels are these with spaces.
_STEPS = {
    "appointmentscheduled": "evaluation",
    "qualifiedtobuy": "evaluation",
    "presentationscheduled": "evaluation",
    "decisionmakerboughtin": "purchase",
    "contractsent": "purchase",
    "closedwon": "onboarding",
}
_BY_VALUE = {value: stage for value, _, stage in _LIFECYCLE}
_NO_ACCOUNT = (
    "nothing says whose deal this is: join the company to the history (a column company_id), or rely on the dates at "
    "which companies became leads, customers and so on"
)


def became(companies: Properties) -> pl.DataFrame:
    """Derived rows of stage history: the dates at which a company entered its lifecycle stages."""
    account, version = companies.record_id("company_id"), companies.version()
    entries = [
        companies.frame(
            is_derived=True,
            account_id=account,
            stage=pl.lit(stage),
            entered_at=utc(
                companies.text(f"hs_v2_date_entered_{value}", f"hs_lifecyclestage_{value}_date", f"became_{label}_date")
            ),
            **version,
        )
        for value, label, stage in (*_own_lifecycle(), *_LIFECYCLE)
    ]
    # A company that was made a customer at once entered several stages in one moment: the latest of them counts.
    return (
        pl.concat(entries)
        .filter(pl.col("entered_at").is_not_null())
        .unique(["source_row", "entered_at"], keep="first", maintain_order=True)
        .sort("source_row", maintain_order=True)
    )


def _own_lifecycle() -> list[tuple[str, str, str]]:
    """Declared stages as ``_LIFECYCLE`` writes them; the later stage of the journey stands first."""
    own = [(word, bare_name(word), stage) for word, stage in in_force().stages.items() if stage is not None]
    return sorted(own, key=lambda entry: (-STAGES.index(entry[2]), entry[0]))


def property_history(changes: Properties) -> Made:
    """A connector's history of one object's properties, or of deals' stages: the stages among them."""
    made = Made()
    name = changes.text("name").str.strip_chars().str.to_lowercase()
    said, own = changes.text("value"), in_force().stages
    value = said.str.to_lowercase().str.replace_all(r"[^a-z]", "")
    if changes.has("company_id") and not changes.has("deal_id"):
        became_it = own_words(said, own, value.replace_strict(_BY_VALUE, default=None))
        stage = pl.when(name == "lifecyclestage").then(became_it)
    else:
        is_step = pl.lit(True) if changes.has("date_entered") else name == "dealstage"
        step = own_words(said, own, value.replace_strict(_STEPS, default=None))
        stage = pl.when(is_step & changes.has("deal_id")).then(step)
    is_stage = stage.is_in(STAGES).fill_null(False)
    advice = "the change is to no stage of a company or deal that the journey knows: nothing to do"
    made.exclude(changes.numbers(~is_stage), "not_a_stage_change", advice, "stage_history", "value")
    account = changes.only(ACCOUNT)
    made.exclude(
        changes.numbers(is_stage & account.is_null()), "unknown_account", _NO_ACCOUNT, "stage_history", "account_id"
    )
    frame = changes.where(is_stage & account.is_not_null()).frame(
        account_id=account,
        stage=stage,
        entered_at=utc(changes.text("date_entered", "timestamp", "timestamp_instant", START)),
        **changes.version(),
    )
    made.frames.append(("stage_history", frame))
    return made
