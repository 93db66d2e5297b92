"""Account: how one account feels, what its index is made of, what was heard, whether it may pass its gate."""

import polars as pl
import streamlit as st

from dashboards import account_tables, call_tables, charts, detail_charts, listening_tables, page, tables, wording

published = page.begin("Account", "One account at a time")

with page.told():
    accounts = published.read("dim_accounts")
    gates = published.read("gate_status")

# --- which ---------------------------------------------------------------------------------------------------------
labels = tables.account_labels(accounts)
asked = st.query_params.get("account")
known = list(labels)
account_id = st.selectbox(
    "Account",
    known,
    index=known.index(asked) if asked in labels else None,
    format_func=lambda account: labels[account],
    placeholder="Type a name or an id",
    filter_mode="contains",
    key=f"account {asked}",  # an address that changed is a new question
)
if account_id is None:
    st.query_params.clear()
    if asked and asked not in labels:
        st.warning("The address names an account that is not in this publication:", icon=":material/search_off:")
        st.text(asked)
        st.caption("Where an id tells who a customer is, a key stands for it here; `jsi receipt ID` tells the key.")
    with page.card("All accounts", "The largest revenue first. Choose a row to open the account."):
        listed = tables.account_list(gates)
        chosen = page.table(
            listed,
            {
                "account_name": st.column_config.TextColumn("Account", width="medium"),
                "account_id": "Id",
                "stage": "Stage",
                "jsi": st.column_config.NumberColumn("Index", format="%.1f"),
                "evidence_word": "Evidence",
                "gate_word": "Gate",
                "arr_usd": st.column_config.NumberColumn("ARR, USD", format="localized"),
                "renews_on": st.column_config.DateColumn("Renews", format="D MMM YYYY"),
            },
            key="all_accounts",
            download="accounts",
            rows=14,
            select=True,
        )
    if chosen is not None:
        page.open_account(listed["account_id"][chosen])
    st.stop()
st.query_params["account"] = account_id

with page.told():
    about = accounts.row(by_predicate=pl.col("account_id") == account_id, named=True)
    weeks = tables.with_shown(published.read("jsi_by_account_week", account_id=account_id).sort("week_on"))
    receipt = published.read("jsi_receipts", account_id=account_id)
    facts = published.read("fct_touches", account_id=account_id)
    drivers = published.read("drivers", scope_kind="account", scope=account_id)
    cues = published.read("call_cues", account_id=account_id)
if weeks.is_empty():
    page.empty("This account has no published week yet.")
    st.stop()
now = weeks.row(-1, named=True)
has_score = now["is_shown"]
gate = next(iter(gates.filter(pl.col("account_id") == account_id).iter_rows(named=True)), None)
was_heard = bool(now["n_touches"])

# --- who it is -----------------------------------------------------------------------------------------------------
st.header(wording.inert(about["account_name"] or account_id), anchor=False)
with st.container(horizontal=True, gap="small"):
    for name in ("segment", "region", "product_line"):
        if about[name]:
            st.badge(wording.inert(wording.plain(about[name])), color="gray")
    st.badge(f"stage: {wording.inert(wording.plain(about['stage']))}", icon=":material/route:", color="blue")
    if about["is_churned"]:
        st.badge(f"churned {wording.day(about['churned_on'])}", icon=":material/logout:", color="orange")
    elif about["renews_on"]:
        st.badge(f"renews {wording.day(about['renews_on'])}", icon=":material/event_repeat:", color="gray")
    if about["arr_usd"] is not None:
        st.badge(f"ARR {wording.money(about['arr_usd'])}", icon=":material/payments:", color="gray")
    if missing := wording.not_known(about):
        st.badge(
            missing, icon=":material/help:", color="gray", help="What the CRM and the contracts do not say, and why."
        )
    if not about["is_in_crm"]:
        st.badge("not in the CRM", icon=":material/link_off:", color="orange", help="Only touches know this id.")

# --- now -----------------------------------------------------------------------------------------------------------
with st.container(horizontal=True):
    value, note = wording.standing(now["jsi"], now["jsi_low"], now["jsi_high"], now["evidence_level"], now["is_stale"])
    page.metric(published, "Index now", value, note, "jsi_by_account_week", "jsi")
    size = wording.trend_size(now["trend"], now["trend_delta"], now["trend_low"], now["trend_high"])
    icon = wording.trend_icon(now["trend"])
    page.metric(published, "Trend, 28 days", wording.trend(now["trend"]), size, "jsi_by_account_week", "trend", icon)
    note = wording.known(now["evidence"], now["n_touches"], now["last_touch_at"], published.as_of)
    word = wording.evidence(now["evidence_level"], now["is_stale"], short=True).capitalize()
    page.metric(published, "Evidence", word, note, "jsi_by_account_week", "evidence_level")
    state, note = wording.gate_standing(gate)
    page.metric(
        published, f"Gate to leave {wording.inert(wording.plain(about['stage']))}", state, note, "gate_status", "gate"
    )
    value, note = listening_tables.mix(about)
    page.metric(published, "Share of surveys", value, note, "dim_accounts", "n_solicited")

threshold = gate["threshold"] if gate else None
with page.card(
    "The index, week by week",
    "The band is the 95 % interval; grey weeks have too little evidence for a score.",
    published.description("jsi_by_account_week"),
):
    if not was_heard:
        page.empty(wording.STARTING_ASSUMPTION)
    elif not has_score:
        page.empty(wording.evidence(now["evidence_level"], now["is_stale"]))
    page.chart(
        charts.index_line(weeks, threshold, full_scale=True),
        f"Line of the account's index over {weeks.height} weeks"
        + (f"; latest {wording.score(now['jsi'])}." if has_score else "; no score at present."),
    )
    if gate:
        st.caption(
            f"Rule {wording.inert(gate['rule_id'])}: {wording.gate_reason(gate['reason'])}. "
            f"Policy {wording.inert(gate['policy_version'])}."
        )

# --- why -----------------------------------------------------------------------------------------------------------
left, right = st.columns(2)
with page.card(
    "Receipt",
    "Every touch gives or takes points; 50 and all points are the index.",
    published.description("jsi_receipts"),
    place=left,
):
    if not was_heard:
        page.empty("Nothing was heard, so there is nothing to add up: 50 is where every account starts.")
    else:
        total = account_tables.receipt_sum(receipt, now["jsi"])
        page.chart(
            detail_charts.receipt_waterfall(account_tables.receipt_steps(receipt, now["jsi"]), has_score),
            f"Waterfall from 50 to {wording.score(now['jsi'])}: {total.words()}.",
        )
        st.text(total.words())
        if total.agrees:
            st.badge(f"sums to the published index, {now['jsi']:.2f}", icon=":material/check:", color="blue")
        else:
            st.badge(f"does not sum to the published index, {now['jsi']:.2f}", icon=":material/error:", color="orange")
with page.card(
    "What moves this account",
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

# --- what they answered --------------------------------------------------------------------------------------------
answers = account_tables.survey_answers(facts)
with page.card(
    "Beside surveys", "Each answer on its own scale laid onto 0 to 100, 100 at the happy end. The line is the index."
):
    if answers.is_empty():
        page.empty("This account answered no survey yet.")
    else:
        left, right = st.columns([3, 2])
        with left:
            page.chart(
                detail_charts.surveys_beside_index(weeks, answers),
                f"{answers.height} survey answers beside the index.",
            )
        with right:
            number = st.column_config.NumberColumn
            page.table(
                account_tables.survey_summary(answers),
                {
                    "survey": "Survey",
                    "n_answers": number("Answers", format="%d"),
                    "mean_score": number("Mean", format="%.1f"),
                    "latest_score": number("Latest", format="%g"),
                    "latest_at": st.column_config.DateColumn("On", format="D MMM YYYY"),
                    "native_scale": "Scale",
                },
                key="surveys",
            )
        st.text(account_tables.words_beside_scores(facts))

# --- how calls went ------------------------------------------------------------------------------------------------
if cues.height:
    with page.card(
        "Calls",
        "How the two sides spoke, from the times of their turns; a call that was not read says why.",
        published.description("call_cues"),
    ):
        page.table(
            call_tables.calls(cues),
            {
                "started_at": st.column_config.DatetimeColumn("When (UTC)", format="D MMM YYYY, HH:mm"),
                **{
                    name: st.column_config.NumberColumn(
                        label, format=form, help=published.description("call_cues", name)
                    )
                    for name, (label, form) in call_tables.CUES.items()
                },
                "transcript": st.column_config.TextColumn("Transcript", width="medium"),
            },
            key="calls",
            download="calls",
        )

# --- what was heard ------------------------------------------------------------------------------------------------
said = account_tables.in_words(facts)
with page.card(
    "Touches",
    f"{wording.count(facts.height, 'touch', 'touches')}, {said.height:,} of them in words that may be shown, redacted. "
    "Choose a row to read it in full.",
    published.description("fct_touches"),
):
    if facts.is_empty():
        page.empty("Nothing was heard from this account yet.")
    else:
        which = page.choice("Show", ["in words", "all"] if said.height else ["all", "in words"], "touches")
        touches = account_tables.touches(said if which == "in words" else facts, receipt)
        chosen = page.table(
            touches,
            {
                "occurred_at": st.column_config.DatetimeColumn("When (UTC)", format="D MMM YYYY, HH:mm"),
                "feeling": "Feeling",
                "text_redacted": st.column_config.TextColumn("Text, redacted", width="large"),
                "points": st.column_config.NumberColumn(
                    "Points", format="%+.2f", help=published.description("jsi_receipts", "points")
                ),
                "channel": "Channel",
                "evidence_words": st.column_config.TextColumn(
                    "Evidence words", width="medium", help=published.description("fct_touches", "evidence_words")
                ),
                "root_cause": "Cause",
                "confidence": st.column_config.NumberColumn(
                    "Confidence", format="%.2f", help=published.description("fct_touches", "confidence")
                ),
                "given_by": st.column_config.TextColumn(
                    "Judged by",
                    help="The model, the rule or the rating that gave the label. Its whole version is in the download "
                    "and below the table, for a chosen row.",
                ),
                "native_score": st.column_config.NumberColumn("Rating", format="%g"),
                "source": "Source",
                "stage": "Stage",
                "role": "Role",
            },
            key="touch_rows",
            download="touches",
            also={"given_by_in_full": "Judged by, in full", "native_scale": "Rating's scale"},
            rows=12,
            select=True,
        )
        if touches.height == account_tables.TOUCHES_SHOWN:
            st.caption(f"The newest {account_tables.TOUCHES_SHOWN} are shown.")
        if chosen is not None:
            touch = touches.row(chosen, named=True)
            with st.container(border=True):
                st.caption("In full")
                st.text(touch["text_redacted"] or "This touch has no text to show.")
                st.text(
                    f"{touch['feeling']} · {touch['channel']} · {wording.minute(touch['occurred_at'])}"
                    + (f" · evidence: {touch['evidence_words']}" if touch["evidence_words"] else "")
                    + (f" · judged by {touch['given_by_in_full']}" if touch["given_by_in_full"] else "")
                )
                if call := call_tables.in_call(cues, touch["episode_id"], touch["occurred_at"]):
                    st.text(call)
