"""Listening: where along the journey customers are heard, by whom, how lately, and whether all speak on one scale."""

from functools import partial

import streamlit as st

from dashboards import detail_charts, listening_tables, measure_tables, page, wording

published = page.begin("Listening", "Where along the journey customers are heard")

with page.told():
    posts = published.read("listening_posts")
    accounts = published.read("dim_accounts")
    # A generation from before these were measured has none of them.
    measured = {
        name: published.read(name) if published.has(name) else None
        for name in ("channel_offsets", "channel_scales", "rule_agreement", "provider_audit")
    }
stages = listening_tables.shares(listening_tables.stages(posts))
sources = listening_tables.shares(listening_tables.sources(posts))
gaps = stages.filter(stages["state"] == listening_tables.GAP)
journey = stages.filter(stages["stage_silent_after_days"].is_not_null())
number = st.column_config.NumberColumn
day = st.column_config.DateColumn

# --- now -----------------------------------------------------------------------------------------------------------
with st.container(horizontal=True):
    value = f"{journey.height - gaps.height} of {journey.height}"
    note = f"{wording.count(gaps.height, 'gap')} in listening"
    page.metric(published, "Stages heard from", value, note, "listening_posts", "is_stage_silent")
    n_silent = int(sources["is_silent"].sum())
    value = f"{sources.height - n_silent} of {sources.height}"
    page.metric(published, "Sources that speak", value, f"{n_silent} silent", "listening_posts", "max_days")
    totals = {kind: int(stages[kind].sum()) for kind in listening_tables.KINDS}
    value, note = listening_tables.mix(totals)
    page.metric(published, "Share of surveys", value, note, "listening_posts", "n_solicited")
    if "n_solicited" in accounts.columns:
        heard = accounts.filter(accounts["n_solicited"] + accounts["n_unsolicited"] + accounts["n_inferred"] > 0)
        unasked = heard.filter(heard["n_solicited"] == 0)
        value = f"{unasked.height:,} of {heard.height:,}"
        note = "accounts heard from; their index rests on talk and behaviour"
        page.metric(published, "Heard without surveys", value, note, "dim_accounts", "n_solicited")

# --- where ---------------------------------------------------------------------------------------------------------
with page.card(
    listening_tables.headline(stages, published.as_of),
    "Each cell: the day of the last touch, and whether it is too long ago. The first column is the stage as a whole, "
    "held against the stage's own limit; the others are held against the rhythm of their source.",
    published.description("listening_posts"),
):
    cells = listening_tables.post_cells(posts, published.as_of)
    page.chart(
        detail_charts.listening_map(cells),
        f"Matrix of {cells.height} cells, stage by source; gaps: {gaps.height}. The table below says the same.",
    )
    with st.expander("The same as a table"):
        page.table(
            cells,
            {
                "stage": "Stage",
                "source": "Source",
                "day_text": "Last touch",
                "state_text": st.column_config.TextColumn("State", width="medium"),
                "n_text": "Touches",
                "people_text": "People",
                "limit_text": st.column_config.TextColumn("Limit", width="medium"),
            },
            key="posts_table",
            rows=14,
        )

# --- how -----------------------------------------------------------------------------------------------------------
kinds = {
    column: number(
        title, format="%.0f %%", help=published.description("listening_posts", column.replace("percent", "n"))
    )
    for column, title in (
        ("percent_solicited", "Asked (surveys)"),
        ("percent_unsolicited", "Said unasked"),
        ("percent_inferred", "From behaviour"),
    )
}
left, right = st.columns(2)
with page.card("Asked, unasked, seen", "Of the touches at each stage, how they came about.", place=left):
    page.table(
        stages.with_columns(stages["stage"].str.replace_all("_", " ")),
        {"stage": "Stage", "n_touches": number("Touches", format="localized"), **kinds},
        key="mix_by_stage",
        rows=9,
    )
with page.card("Sources and their rhythm", "How often each is expected to speak, by the policy.", place=right):
    if sources.is_empty():
        page.empty("No source was heard yet.")
    else:
        page.table(
            sources,
            {
                "source": "Source",
                "state_text": "State",
                "rhythm": st.column_config.TextColumn(
                    "Rhythm", help=published.description("listening_posts", "rhythm")
                ),
                "max_days": number("Silent after, days", help=published.description("listening_posts", "max_days")),
                "last_touch_at": day("Last touch", format="D MMM YYYY"),
                "n_touches": number("Touches", format="localized"),
                "n_not_heard": number(
                    "Not heard", format="localized", help=published.description("listening_posts", "n_not_heard")
                ),
                **kinds,
            },
            key="sources_rhythm",
            rows=9,
        )

# --- on one scale --------------------------------------------------------------------------------------------------
NOT_MEASURED = "This was not measured yet: the next refresh does."


def about(table: str, column: str) -> str | None:
    return published.description(table, column)


with page.card(
    "Do the channels speak on one scale?",
    "Where the same customer is heard in two ways, one may sound happier than the other. What a survey or a review "
    "says in words against its own score is the cleanest pair: one matter, one moment. A ticket begins with something "
    "wrong and its survey comes after the solution, so those two may differ by right.",
    published.description("channel_offsets"),
):
    offsets, scales = measured["channel_offsets"], measured["channel_scales"]
    if offsets is None or scales is None:
        page.empty(NOT_MEASURED)
    else:
        rows = measure_tables.offsets(offsets)
        if rows.is_empty():
            page.empty(measure_tables.no_offsets(offsets))
        else:
            st.caption(measure_tables.offsets_headline(offsets))
            page.table(
                rows,
                {
                    "voice": "What is heard",
                    "against": "Against",
                    "paired_by": st.column_config.TextColumn("Paired in", help=about("channel_offsets", "paired_by")),
                    "difference": st.column_config.TextColumn(
                        "Difference", help=about("channel_offsets", "mean_difference")
                    ),
                    "verdict": st.column_config.TextColumn("Verdict", help=about("channel_offsets", "verdict")),
                    "n_pairs": number("Pairs", format="localized", help=about("channel_offsets", "n_pairs")),
                    "n_accounts": number("Accounts", format="localized", help=about("channel_offsets", "n_accounts")),
                },
                key="channel_offsets",
            )
        is_corrected = measure_tables.is_corrected(scales)
        when = "before and after your labels" if is_corrected else "no correction by your own labels is in force"
        with st.expander(f"Mean and spread of each channel's texts: {when}"):
            page.table(
                measure_tables.scales(scales),
                {
                    "channel": "Channel",
                    "n_texts": number("Texts", format="localized"),
                    "correction": st.column_config.TextColumn("Correction", help=about("channel_scales", "correction")),
                    "sentiment": st.column_config.TextColumn(
                        "Sentiment", help=about("channel_scales", "mean_sentiment")
                    ),
                    "sentiment_spread": st.column_config.TextColumn(
                        "Its spread", help=about("channel_scales", "sd_sentiment")
                    ),
                    "confidence": st.column_config.TextColumn(
                        "Confidence", help=about("channel_scales", "mean_confidence")
                    ),
                    "confidence_spread": st.column_config.TextColumn(
                        "Its spread", help=about("channel_scales", "sd_confidence")
                    ),
                },
                key="channel_scales",
            )

with page.card(
    "Does behaviour say what surveys say?",
    "Each rule that reads behaviour, held against surveys of the same account and fortnight. Its confidence weighs "
    "what it reads; a proposal comes into force when a person adds it as a dated row of policy_behaviour_rules.",
    published.description("rule_agreement"),
):
    if measured["rule_agreement"] is None:
        page.empty(NOT_MEASURED)
    else:
        rules = measure_tables.rules(measured["rule_agreement"])
        if (rules["agreement"] == wording.NOT_KNOWN).all():
            page.empty(
                "No rule and survey met often enough in one account and fortnight: 30 pairs of 10 accounts are needed. "
                "Until then each rule keeps the confidence that the policy gives it."
            )
        page.table(
            rules,
            {
                "rule": "Rule",
                "verdict": st.column_config.TextColumn("Verdict", help=about("rule_agreement", "verdict")),
                "agreement": st.column_config.TextColumn("Agreement", help=about("rule_agreement", "agreement")),
                "chance": st.column_config.TextColumn("By chance", help=about("rule_agreement", "chance")),
                "kappa": st.column_config.TextColumn("κ", help=about("rule_agreement", "kappa")),
                "confidence": number("Policy now", format="%.2f", help=about("rule_agreement", "confidence")),
                "proposed": st.column_config.TextColumn(
                    "Proposed", help=about("rule_agreement", "proposed_confidence")
                ),
                "n_pairs": number("Pairs", format="localized", help=about("rule_agreement", "n_pairs")),
                "n_touches": number("Touches", format="localized", help=about("rule_agreement", "n_touches")),
            },
            key="rule_agreement",
        )

with page.card(
    "What other providers make of the same texts",
    "Labels of a vendor or a tool, held against ours and against people's. Nothing is learned from them. κ is 1 where "
    "two always agree and 0 where they do no more than chance.",
    published.description("provider_audit"),
):
    audit = measured["provider_audit"]
    if audit is None or audit.is_empty():
        page.empty(
            "No other provider's labels were delivered. If a vendor labels your texts too, deliver its labels as the "
            "extract labels with labelled_kind = provider: the next refresh compares them."
        )
    else:
        percent = partial(number, format="%.0f %%")
        page.table(
            measure_tables.providers(audit),
            {
                "provider": "Provider",
                "channel": "Channel",
                "n_labels": number("Labels", format="localized", help=about("provider_audit", "n_labels")),
                "percent_covered": percent("Covered", help=about("provider_audit", "coverage")),
                "kappa": st.column_config.TextColumn("κ with us", help=about("provider_audit", "kappa")),
                "kappa_people": st.column_config.TextColumn(
                    "κ with people", help=about("provider_audit", "kappa_people")
                ),
                "difference": st.column_config.TextColumn(
                    "Against ours", help=about("provider_audit", "mean_difference")
                ),
                "bias": st.column_config.TextColumn("Choice of texts", help=about("provider_audit", "sampling_bias")),
            },
            key="providers",
        )
        page.table(
            measure_tables.provider_months(audit),
            {
                "provider": "Provider",
                "month_on": day("Month", format="MMM YYYY"),
                "drift": st.column_config.TextColumn("Mix of its labels", help=about("provider_audit", "drift")),
                "percent_negative": percent("Unhappy"),
                "percent_neutral": percent("Neutral"),
                "percent_positive": percent("Happy"),
                "kappa": st.column_config.TextColumn("κ with us", help=about("provider_audit", "kappa")),
                "n_labels": number("Labels", format="localized"),
                "percent_covered": percent("Covered"),
                "gaps": st.column_config.TextColumn("Channels without a label", width="medium"),
            },
            key="provider_months",
        )
