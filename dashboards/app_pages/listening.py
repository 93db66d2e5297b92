"""Listening: where along the journey customers are heard, by whom, how lately, and where nobody listens."""

import streamlit as st

from dashboards import detail_charts, listening_tables, page, wording

published = page.begin("Listening", "Where along the journey customers are heard")

with page.told():
    posts = published.read("listening_posts")
    accounts = published.read("dim_accounts")
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
