"""Search: what customers said, by word, stage and account. Texts are shown where nothing is rendered, sign by sign."""

import streamlit as st

from dashboards import account_tables, page, tables, wording

SHOWN = 200

published = page.begin("Search", "What customers said, redacted")

with page.told():
    accounts = published.read("dim_accounts")
    stages = published.read("dim_stages").sort("stage_order")["stage"].to_list()
labels = tables.account_labels(accounts)

# --- what is asked -------------------------------------------------------------------------------------------------
# The address keeps all of it, so that a search can be kept or sent.
words = st.text_input(
    "Words",
    key="words",
    bind="query-params",
    placeholder='refund "not working" export*',
    help="All words must be there, in any order; case and accents do not matter. A star finds endings: export* finds "
    "exports. A phrase stands in quotes.",
    max_chars=200,
)
left, middle, right = st.columns(3)
stage = left.selectbox(
    "Stage", stages, index=None, format_func=wording.plain, placeholder="All stages", key="stage", bind="query-params"
)
asked = st.query_params.get("account")
account_id = middle.selectbox(
    "Account",
    list(labels),
    index=list(labels).index(asked) if asked in labels else None,
    format_func=lambda account: labels[account],
    placeholder="All accounts",
    filter_mode="contains",
    key=f"account {asked}",  # an address that changed is a new question
)
if account_id is None:
    st.query_params.pop("account", None)
else:
    st.query_params["account"] = account_id
since = right.date_input(
    "Since", value=None, key="since", format="YYYY-MM-DD", bind="query-params", max_value=published.as_of.date()
)

# --- what was found ------------------------------------------------------------------------------------------------
if not words.strip():
    page.empty("Write a word that customers may have used.")
    st.stop()
try:
    with page.told():
        found = published.search(words, stage, account_id, since, SHOWN)
except ValueError as problem:
    st.warning(wording.inert(str(problem)), icon=":material/search_off:")
    st.stop()
with page.card(
    "No text" if not found.n_found else wording.count(found.n_found, "text"),
    "No published text holds all these words."
    if not found.n_found
    else f"The newest first{f'; the newest {SHOWN} are shown' if found.n_found > SHOWN else ''}. "
    "Choose a row to read it in full.",
    published.description("fct_touches", "text_redacted"),
):
    if found.n_found:
        rows = account_tables.found(found.texts, labels)
        chosen = page.table(
            rows,
            {
                "occurred_at": st.column_config.DatetimeColumn("When (UTC)", format="D MMM YYYY, HH:mm"),
                "account": st.column_config.TextColumn("Account", width="medium"),
                "text_redacted": st.column_config.TextColumn("Text, redacted", width="large"),
                "feeling": "Feeling",
                "stage": "Stage",
                "channel": "Channel",
                "source": "Source",
            },
            download="found",
            key=f"found {published.generation} {words} {stage} {account_id} {since}",
            rows=14,
            select=True,
        )
        if chosen is not None:
            text = rows.row(chosen, named=True)
            with st.container(border=True):
                st.caption("In full")
                st.text(text["text_redacted"])
                st.text(f"{text['feeling']} · {text['channel']} · {wording.minute(text['occurred_at'])}")
                of = found.texts["account_id"][chosen]
                if of is not None and st.button("Open the account", icon=":material/business:"):
                    page.open_account(of)
