"""Insight assets: statistics that SQL cannot say, computed from the marts of the building warehouse.

Belongs here: loading marts, calling one pure function. Does not: statistics.
"""

from functools import partial

import dagster as dg
import polars as pl

from orchestration import names
from orchestration.assets.raw import raw_key
from orchestration.assets.scored import TOUCH_SCORES
from orchestration.beside import Beside
from orchestration.errors import without_values
from orchestration.progress import report
from orchestration.resources import DataFolder
from storage.files import write_parquet
from storage.layout import DataDir

# What follows a merge to the survivor, as every mart does.
_OF_SURVIVOR = "left join int_accounts__merged as m on {0}.account_id = m.given_account_id"
_SURVIVOR = "coalesce(m.account_id, {0}.account_id) as account_id"

REVENUE_INPUTS = {
    "jsi_by_account_week": "select account_id, week_on, jsi, n_touches, policy_version, model_version "
    "from jsi_by_account_week",
    "contracts": f"select contract_id, {_SURVIVOR.format('c')}, renews_on, outcome, outcome_on "
    f"from stg_contracts as c {_OF_SURVIVOR.format('c')}",
    "touches": "select account_id, touch_id, touchpoint, sentiment_source, native_score, occurred_at from fct_touches",
    "tickets": f"select ticket_id, {_SURVIVOR.format('t')}, created_at, resolved_at "
    f"from stg_tickets as t {_OF_SURVIVOR.format('t')}",
    "accounts": "select account_id, created_on from dim_accounts",
}

# Touches until the date that the refresh looks from; later ones are in no published week either.
HEARD = (
    "select t.episode_id, t.account_id, t.person_id, t.channel, t.sentiment_source, t.rule_id, t.occurred_at, "
    "t.sentiment from fct_touches as t inner join stg_refresh as r on t.occurred_at < r.as_of "
    "where t.sentiment is not null"
)
RULES_IN_FORCE = (
    "select p.rule_id, p.confidence from policy_behaviour_rules as p inner join stg_refresh as r "
    "on r.as_of >= p.valid_from and r.as_of < coalesce(p.valid_to, date '9999-12-31')"
)


def read_warehouse(paths: DataDir, query: str) -> pl.DataFrame:
    """One query against the building warehouse; dbt has closed the file by then. Times come back as UTC."""
    import duckdb

    with duckdb.connect(str(paths.building), read_only=True) as connection:
        connection.execute("set timezone = 'UTC'")
        frame = connection.sql(query).pl()
    naive = [c for c, t in frame.schema.items() if isinstance(t, pl.Datetime) and t.time_zone is None]
    return frame.with_columns(pl.col(naive).dt.replace_time_zone("UTC"))


@dg.asset(
    key=dg.AssetKey([names.INSIGHTS, "revenue_correlation"]),
    deps=[dg.AssetKey([names.MARTS, m]) for m in ("jsi_by_account_week", "fct_touches", "dim_accounts")]
    + [dg.AssetKey([names.STAGING, m]) for m in ("stg_contracts", "stg_tickets")],
    group_name=names.INSIGHTS,
    owners=names.OWNERS[names.INSIGHTS],
    kinds={"python"},
    description="Does the index 30, 60 and 90 days before a renewal tell who leaves? Rank association with interval, "
    "beside last NPS, open tickets and tenure; says 'no evidence' when there is none.",
    pool=names.WAREHOUSE_POOL,
)
@without_values
def revenue_correlation(folder: DataFolder) -> dg.MaterializeResult:
    from insights import revenue

    report("Does the index tell who renews?")
    inputs = {name: read_warehouse(folder.paths, query) for name, query in REVENUE_INPUTS.items()}
    known_until = pl.read_parquet(folder.paths.refresh)["known_until"][0]
    table = revenue.revenue_correlation(**inputs, as_of=known_until.date() if known_until else None)
    write_parquet(table, folder.paths.insight("revenue_correlation"))
    return dg.MaterializeResult(metadata=_verdicts(table))


@dg.asset(
    key=dg.AssetKey([names.INSIGHTS, "label_agreement"]),
    deps=[TOUCH_SCORES, raw_key("labels")],
    group_name=names.INSIGHTS,
    owners=names.OWNERS[names.INSIGHTS],
    kinds={"python"},
    description="How far the model agrees with people's labels that it has not learned from: κ, macro-F1 and recall of "
    "negatives with intervals, in all, by channel and by week.",
    pool=names.WAREHOUSE_POOL,
)
@without_values
def label_agreement(folder: DataFolder) -> dg.MaterializeResult:
    from insights.agreement import agreement
    from storage.labels import labelled_texts, scored_texts

    labelled = labelled_texts(folder.paths).filter(pl.col("is_unseen"))
    table = agreement(labelled, scored_texts(folder.paths))
    write_parquet(table, folder.paths.insight("label_agreement"))
    in_all = table.row(0, named=True)
    return dg.MaterializeResult(
        metadata={"dagster/row_count": table.height, "n_labels": labelled.height, "kappa": in_all["kappa"] or "unknown"}
    )


@dg.asset(
    key=dg.AssetKey([names.INSIGHTS, "channel_scales"]),
    deps=[TOUCH_SCORES],
    group_name=names.INSIGHTS,
    owners=names.OWNERS[names.INSIGHTS],
    kinds={"python"},
    description="Mean and spread of sentiment and confidence of each channel's texts, before and after the correction "
    "that a company's labels gave the model; before is after where none is in force.",
    pool=names.WAREHOUSE_POOL,
)
@without_values
def channel_scales(folder: DataFolder, beside: dg.ResourceParam[Beside]) -> dg.MaterializeResult:
    from insights import channels
    from orchestration.uncorrected import uncorrected

    scores = pl.read_parquet(folder.paths.touch_scores)
    table = channels.channel_scales(scores, *uncorrected(scores, beside))
    write_parquet(table, folder.paths.insight("channel_scales"))
    return dg.MaterializeResult(metadata={"dagster/row_count": table.height})


@dg.asset(
    key=dg.AssetKey([names.INSIGHTS, "channel_offsets"]),
    deps=[dg.AssetKey([names.MARTS, "fct_touches"]), dg.AssetKey([names.STAGING, "stg_refresh"])],
    group_name=names.INSIGHTS,
    owners=names.OWNERS[names.INSIGHTS],
    kinds={"python"},
    description="How far two ways of hearing the same customer lie apart, in one episode or one fortnight: mean "
    "difference of sentiment with interval, and whether it is beyond chance.",
    pool=names.WAREHOUSE_POOL,
)
@without_values
def channel_offsets(folder: DataFolder) -> dg.MaterializeResult:
    from insights import channels

    report("Do the channels speak on one scale?")
    table = channels.channel_offsets(read_warehouse(folder.paths, HEARD))
    write_parquet(table, folder.paths.insight("channel_offsets"))
    return dg.MaterializeResult(metadata=_verdicts(table))


@dg.asset(
    key=dg.AssetKey([names.INSIGHTS, "rule_agreement"]),
    deps=[
        dg.AssetKey([names.MARTS, "fct_touches"]),
        dg.AssetKey([names.STAGING, "stg_refresh"]),
        dg.AssetKey([names.POLICY, "policy_behaviour_rules"]),
    ],
    group_name=names.INSIGHTS,
    owners=names.OWNERS[names.INSIGHTS],
    kinds={"python"},
    description="How far each rule that reads behaviour agrees with surveys of the same account and fortnight, beside "
    "its confidence in the policy and the one that would be proposed.",
    pool=names.WAREHOUSE_POOL,
)
@without_values
def rule_agreement(folder: DataFolder) -> dg.MaterializeResult:
    from insights import rules

    touches, in_force = (read_warehouse(folder.paths, query) for query in (HEARD, RULES_IN_FORCE))
    table = rules.rule_agreement(touches, in_force)
    write_parquet(table, folder.paths.insight("rule_agreement"))
    return dg.MaterializeResult(metadata=_verdicts(table))


@dg.asset(
    key=dg.AssetKey([names.INSIGHTS, "label_queue"]),
    deps=[TOUCH_SCORES, raw_key("labels"), dg.AssetKey([names.MARTS, "fct_touches"])],
    group_name=names.INSIGHTS,
    owners=names.OWNERS[names.INSIGHTS],
    kinds={"python"},
    description="Texts of the last month that people should label next: those that the model is least sure of, and "
    "some of every channel and answer.",
    pool=names.WAREHOUSE_POOL,
)
@without_values
def label_queue(folder: DataFolder) -> dg.MaterializeResult:
    from orchestration.label_queue import SHOWN, draw_queue

    queue = draw_queue(folder.paths, read_warehouse(folder.paths, SHOWN))
    write_parquet(queue, folder.paths.insight("label_queue"))
    return dg.MaterializeResult(metadata={"dagster/row_count": queue.height})


@dg.asset(
    key=dg.AssetKey([names.INSIGHTS, "provider_audit"]),
    deps=[TOUCH_SCORES, raw_key("labels")],
    group_name=names.INSIGHTS,
    owners=names.OWNERS[names.INSIGHTS],
    kinds={"python"},
    description="Another provider's sentiment labels against ours and people's: agreement, coverage, sampling bias and "
    "drift, by channel and month.",
    pool=names.WAREHOUSE_POOL,
)
@without_values
def provider_audit(folder: DataFolder) -> dg.MaterializeResult:
    from expectations.drift import drift
    from insights import providers
    from models_nlp.redaction import redact
    from storage.labels import labels, provider_labels, scored_texts

    said = provider_labels(folder.paths).with_columns(
        pl.col("provider").map_elements(redact, return_dtype=pl.String)  # whoever delivers may name a person
    )
    texts = scored_texts(folder.paths).join(
        labels(folder.paths).select("table_name", "record_id", "label"), on=["table_name", "record_id"], how="left"
    )
    # Two comparisons a month: fewer draws see their tail than those of a week's sixty.
    table = providers.provider_audit(texts, said, partial(drift, unit="conversation", draws=999))
    write_parquet(table, folder.paths.insight("provider_audit"))
    return dg.MaterializeResult(metadata={"dagster/row_count": table.height, "n_labels": said.height})


def _verdicts(table: pl.DataFrame) -> dict[str, dg.MetadataValue]:
    found = dict(table.group_by("verdict").len().sort("verdict").rows())
    return {"dagster/row_count": dg.MetadataValue.int(table.height), "verdicts": dg.MetadataValue.json(found)}
