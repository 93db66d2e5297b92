"""Overview: how customers feel now, whether it moved, where along the journey, and where to look first."""

import polars as pl
import streamlit as st

from dashboards import charts, detail_charts, page, tables, wording

published = page.begin("How customers feel", "All customers, 0 to 100, 50 is balanced")

with page.told():
    week_on = published.latest_week()
    company = tables.with_shown(published.read("jsi_by_segment_week", dimension="company").sort("week_on"))
    now = company.row(-1, named=True)
    groups = published.read("jsi_by_segment_week", week_on=week_on)
    cells = published.read("jsi_by_stage_role_week", week_on=week_on)
    stages = published.read("dim_stages").sort("stage_order")["stage"].to_list()
    accounts = published.read("dim_accounts")
    gates = tables.present(published.read("gate_status"), accounts)
    drivers = published.read("drivers", scope_kind="company")

# --- now -----------------------------------------------------------------------------------------------------------
held = tables.accounts_first(gates)
n_not_judged = gates.filter(pl.col("gate") == "insufficient").height
has_score = now["is_shown"]
with st.container(horizontal=True):
    value, note = wording.standing(now["jsi"], now["jsi_low"], now["jsi_high"], now["evidence_level"], now["is_stale"])
    page.metric(published, "Company index now", value, note, "jsi_by_segment_week", "jsi")
    size = wording.trend_size(now["trend"], now["trend_delta"], now["trend_low"], now["trend_high"])
    icon = wording.trend_icon(now["trend"])
    page.metric(published, "Trend, 28 days", wording.trend(now["trend"]), size, "jsi_by_segment_week", "trend", icon)
    note = wording.known(now["evidence"], now["n_touches"], now["last_touch_at"], published.as_of)
    note += f"; {now['n_accounts'] or 0:,} of {wording.count(accounts.height, 'account')} heard from"
    word = wording.evidence(now["evidence_level"], now["is_stale"], short=True).capitalize()
    page.metric(published, "Evidence", word, note, "jsi_by_segment_week", "evidence_level")
    value = f"{held.height:,} of {gates.height:,}"
    note = f"{wording.money(held['arr_usd'].sum())} ARR, {n_not_judged:,} not judged"
    page.metric(published, "Accounts held at their gate", value, note, "gate_status", "gate")

with page.card(
    wording.headline(now["jsi"], now["jsi_low"], now["jsi_high"], now["evidence_level"], now["is_stale"]),
    f"The company's index by week, at the right the {wording.week(week_on)}. The band is the 95 % interval; grey weeks "
    "have too little evidence for a score.",
    published.description("jsi_by_segment_week"),
):
    page.chart(
        charts.index_line(company),
        f"Line of the company index over {company.height} weeks; latest {wording.score(now['jsi'])}, "
        f"interval {wording.interval(now['jsi_low'], now['jsi_high'])}.",
    )

# --- where ---------------------------------------------------------------------------------------------------------
left, right = st.columns([3, 2])
with page.card(
    "Along the journey",
    "Stage by role, with touches and when one was last heard. Grey has no score: too little evidence, too old, "
    "or too few people (under five).",
    published.description("jsi_by_stage_role_week"),
    place=left,
):
    journey = tables.journey_cells(cells, stages, published.as_of)
    shown = journey.filter("is_shown").height
    page.chart(
        charts.journey_map(journey),
        f"Heat map of {journey.height} cells, stage by role; {shown} have a score. The table below says the same.",
    )
    with st.expander("The same as a table"):
        page.table(
            journey,
            {
                "stage": "Stage",
                "role": "Role",
                "score_text": "Index",
                "interval_text": "95 % interval",
                "evidence_text": st.column_config.TextColumn("Evidence", width="medium"),
                "trend_text": "Trend",
                "touches_text": "Touches",
                "people_text": "People",
                "heard_text": "Last heard",
            },
            key="journey_table",
            rows=12,
        )

with page.card("Compared", "Index with its 95 % interval; the dotted line is the company.", place=right):
    known = [d for d in ("segment", "region", "product_line", "channel") if d in groups["dimension"].to_list()]
    if not known:
        page.empty("No touch names a segment, region, product line or channel yet.")
    else:
        dimension = page.choice("Compare by", known, "by")
        compared = tables.segments(groups, dimension, published.as_of)
        page.chart(
            charts.group_comparison(compared, now["jsi"] if has_score else None),
            f"{compared.height} groups by {wording.plain(dimension)}, "
            f"{compared.filter('is_shown').height} of them with a score.",
        )

# --- why -----------------------------------------------------------------------------------------------------------
with page.card(
    "What moves the index",
    "Points above or below the baseline; beside them touches and their share.",
    published.description("drivers"),
    place=right,
):
    kind = page.choice("Drivers by", ["cause", "channel", "stage"], "drivers")
    strongest = tables.drivers(drivers, kind)
    if not has_score:
        page.empty(wording.evidence(now["evidence_level"], now["is_stale"]))
    else:
        if strongest.height:
            page.chart(charts.driver_bars(strongest), wording.drivers(strongest.to_dicts()))
        st.caption(tables.driver_sum(drivers, kind))

# --- what to do ----------------------------------------------------------------------------------------------------
number = st.column_config.NumberColumn
with page.card(
    "Accounts to look at first",
    f"Held at the gate of their stage, the largest revenue first. Choose a row to open the account. "
    f"{tables.not_judged(gates)}",
    published.description("gate_status"),
):
    if held.is_empty():
        page.empty("No account that can be judged is below its gate.")
    else:
        chosen = page.table(
            held,
            {
                "account_name": st.column_config.TextColumn("Account", width="medium"),
                "stage": "Stage",
                "jsi": number("Index", format="%.1f", help=published.description("gate_status", "jsi")),
                "threshold": number("Gate", format="%.0f", help=published.description("gate_status", "threshold")),
                "gap": number("Gap, points", format="%.1f"),
                "interval_text": "95 % interval",
                "evidence_level": "Evidence",
                "arr_usd": number("ARR, USD", format="localized"),
                "renews_on": st.column_config.DateColumn("Renews", format="D MMM YYYY"),
            },
            key="held_accounts",
            download="held_accounts",
            select=True,
        )
        if chosen is not None:
            page.open_account(held["account_id"][chosen])

# --- does it matter ------------------------------------------------------------------------------------------------
with page.card(
    "Does the index tell who leaves?",
    "The index before a renewal against what happened, beside simpler signals. Grey: no evidence of an association.",
    published.description("revenue_correlation"),
):
    with page.told():
        found = tables.associations(published.read("revenue_correlation"))
    verdict = wording.verdict(found.filter(pl.col("predictor") == "jsi").to_dicts())
    if found["auc"].is_null().all():
        page.empty(verdict)
    else:
        st.markdown(f"**{verdict}**")
        left, right = st.columns([2, 3])
        with left:
            page.chart(detail_charts.renewal_auc(found), "AUC with interval by predictor and horizon.")
        with right:
            page.table(
                found,
                {
                    "predictor_text": "Predictor",
                    "horizon_text": "Before renewal",
                    "verdict": st.column_config.TextColumn(
                        "Verdict", help=published.description("revenue_correlation", "verdict")
                    ),
                    "auc": number("AUC", format="%.2f", help=published.description("revenue_correlation", "auc")),
                    "auc_low": number("from", format="%.2f"),
                    "auc_high": number("to", format="%.2f"),
                    "spearman": number(
                        "Spearman", format="%.2f", help=published.description("revenue_correlation", "spearman")
                    ),
                    "spearman_low": number("from ", format="%.2f"),
                    "spearman_high": number("to ", format="%.2f"),
                    "n": number("Renewals", format="%d"),
                    "n_events": number("Churned", format="%d"),
                    "n_heard": number("Heard from", format="%d"),
                    "q_value": number("q", format="%.3f", help=published.description("revenue_correlation", "q_value")),
                },
                key="associations",
                rows=12,
            )
