"""Health: whether every row is accounted for, which checks hold, how the model does, which versions are in force."""

import streamlit as st

from dashboards import detail_charts, health_tables, page, wording

published = page.begin("Health", "The data and the model behind the numbers")
manifest = published.manifest

with page.told():
    accounting = published.read("row_accounting")
    health = published.read("model_health")
    unscored = health_tables.unscored(published.read("unscored_touches"))
    identity = published.read("identity_matches")
    listed = published.read("identity_unmatched", ["source", "reason", "is_unmatched_person", "n_unlinked"])
    # A generation from before there were labels has no such table.
    agreement = published.read("label_agreement") if published.has("label_agreement") else None
totals = health_tables.row_totals(accounting)
checks = health_tables.checks(manifest)
sources = health_tables.sources(manifest)
failed = checks.filter(~checks["passed"])
stale = sources.filter("is_stale")
number = st.column_config.NumberColumn

# --- now -----------------------------------------------------------------------------------------------------------
with st.container(horizontal=True):
    word = "Balanced" if totals.balances else "Not balanced"
    note = f"{totals.n_balanced:,} of {wording.count(totals.n_files, 'file')} balance"
    page.metric(published, "Rows", word, note, "row_accounting", "is_balanced")
    value = f"{checks.height - failed.height:,} of {checks.height:,}" if checks.height else "None recorded"
    blocking = failed.filter(failed["severity"] == "blocking").height
    note = f"{wording.count(failed.height, 'failed check')}, {blocking} of them blocking"
    page.metric(published, "Checks that hold", value, note, "row_accounting", "")
    value = f"{sources.height - stale.height:,} of {sources.height:,}"
    page.metric(published, "Sources up to date", value, f"{stale.height} stale", "row_accounting", "status")
    n_texts, n_scored = int(health["n_texts"].sum()), int(health["n_scored"].sum())
    value = wording.share(n_scored / n_texts) if n_texts else wording.NOT_KNOWN
    page.metric(published, "Texts scored", value, f"{n_scored:,} of {n_texts:,}", "model_health", "n_scored")

# --- rows ----------------------------------------------------------------------------------------------------------
with page.card(
    "Every row accounted for",
    f"{totals.read:,} rows read = {totals.kept:,} kept + {totals.excluded:,} excluded + {totals.superseded:,} "
    "superseded. Files that need a look come first; why a row was excluded stands beside it in raw/excluded.",
    published.description("row_accounting"),
):
    page.table(
        health_tables.files(accounting),
        {
            "source": "Source",
            "source_file": st.column_config.TextColumn("File", width="large"),
            "status": st.column_config.TextColumn("Status", help=published.description("row_accounting", "status")),
            "balances": st.column_config.TextColumn(
                "Balances", help=published.description("row_accounting", "is_balanced")
            ),
            "rows_read": number("Read", format="localized"),
            "rows_kept": number("Kept", format="localized"),
            "rows_excluded": number("Excluded", format="localized"),
            "rows_superseded": number("Superseded", format="localized"),
            "message": st.column_config.TextColumn("What to do", width="medium"),
            "loaded_at": st.column_config.DatetimeColumn("Loaded (UTC)", format="D MMM YYYY, HH:mm"),
        },
        key="files",
        rows=10,
    )

left, right = st.columns([2, 3])
with page.card("Sources", "A source is stale while a file of it is set aside: its last good data stays.", place=left):
    if sources.is_empty():
        page.empty("The manifest names no sources.")
    else:
        page.table(
            sources,
            {
                "source": "Source",
                "state": "State",
                "last_loaded_at": st.column_config.DatetimeColumn("Last loaded (UTC)", format="D MMM YYYY, HH:mm"),
                "message": st.column_config.TextColumn("Message", width="large"),
            },
            key="sources",
            rows=10,
        )
with page.card("Checks", "Judged in the refresh that published this. Failed ones come first.", place=right):
    if checks.is_empty():
        page.empty("The manifest records no checks.")
    else:
        page.table(
            checks,
            {
                "result": "Result",
                "check": st.column_config.TextColumn("Check", width="medium"),
                "asset": "On",
                "severity": "Kind",
                "description": st.column_config.TextColumn("What it says", width="large"),
            },
            key="checks",
            rows=10,
        )

# --- who is who ----------------------------------------------------------------------------------------------------
with page.card(
    "Who is who",
    "How many people of each source lead to an account: by their id, by a merge, by an e-mail address that a source "
    "trusted more names, or by their company's domain. Touches without an account are kept, in no account's index.",
    published.description("identity_matches"),
):
    if identity.is_empty():
        page.empty("No person and no touch was delivered yet, so there is nobody to match.")
    else:

        def about(column: str) -> str | None:
            return published.description("identity_matches", column)

        page.table(
            health_tables.matches(identity),
            {
                "source": "Source",
                "n_people": number("People", format="localized", help=about("n_people")),
                "percent_matched": number("Matched", format="%.0f %%", help=about("match_rate")),
                "n_by_id": number("By id", format="localized", help=about("n_by_id")),
                "n_by_merge": number("By merge", format="localized", help=about("n_by_merge")),
                "n_by_email": number("By e-mail", format="localized", help=about("n_by_email")),
                "n_by_domain": number("By domain", format="localized", help=about("n_by_domain")),
                "n_unmatched": number("Unmatched", format="localized", help=about("n_unmatched")),
                "n_touches": number("Touches", format="localized", help=about("n_touches")),
                "n_unlinked": number("Without account", format="localized", help=about("n_unlinked")),
            },
            key="identity_matches",
        )
        why = health_tables.unmatched(listed)
        if why.is_empty():
            page.empty("Every person and every touch leads to an account.")
        else:
            page.table(
                why,
                {
                    "source": "Source",
                    "why": st.column_config.TextColumn(
                        "Why not", width="large", help=published.description("identity_unmatched", "reason")
                    ),
                    "n_people": number("People", format="localized"),
                    "n_unlinked": number("Touches without account", format="localized"),
                },
                key="identity_unmatched",
            )

# --- consent -------------------------------------------------------------------------------------------------------
n_refused = int(unscored.filter("is_refused")["n_touches"].sum())
refused = f"{wording.count(n_refused, 'touch', 'touches')} without consent" if n_refused else "No touch without consent"
with page.card(
    "Not scored, and why",
    f"{refused}. What a customer refuses is not read; what others wrote, or nobody could read, is not scored either. "
    "None of it counts as neutral.",
    published.description("unscored_touches"),
):
    if unscored.is_empty():
        page.empty("Nothing that was heard is left out: nobody refused it, and nothing was unreadable.")
    else:
        page.table(
            unscored,
            {
                "reason": st.column_config.TextColumn(
                    "Why", width="large", help=published.description("unscored_touches", "refusal")
                ),
                "n_touches": number("Touches", format="localized"),
                "channels": st.column_config.TextColumn("Channels", width="medium"),
                "last_touch_at": st.column_config.DatetimeColumn("Newest (UTC)", format="D MMM YYYY"),
            },
            key="unscored",
            rows=10,
        )

# --- model ---------------------------------------------------------------------------------------------------------
taxonomy = manifest.get("taxonomy_version")
listed_by = f", taxonomy of intents and causes {wording.inert(taxonomy)}" if taxonomy else ""
with page.card(
    "The model's weeks",
    f"Model {wording.inert(manifest.get('model_version'))}{listed_by}. A mix that moves without a reason is looked at "
    "first.",
    published.description("model_health"),
):
    if not n_texts:
        page.empty("No text was delivered yet, so the model had nothing to score.")
    else:
        everything = "all channels"
        channels = health_tables.by_channel(health)["channel"].unique(maintain_order=True).to_list()
        channel = st.pills(
            "Channel",
            [everything, *channels],
            default=everything,
            required=True,
            format_func=wording.inert,
            key="channel",
            bind="query-params",
        )
        only = None if channel == everything else channel
        mix = health_tables.label_mix(health, only)
        if mix.is_empty():
            page.empty("No text of this channel was scored.")
        else:
            left, right = st.columns(2)
            with left:
                page.chart(detail_charts.label_mix(mix), "Weekly shares of unhappy, neutral and happy texts.")
            with right:
                confidence = health_tables.confidence(health, only)
                page.chart(detail_charts.confidence_line(confidence), "Weekly mean confidence of the model.")
        page.table(
            health_tables.by_channel(health),
            {
                "channel": "Channel",
                "model_version": "Model",
                "n_texts": number("Texts", format="localized"),
                "percent_scored": number("Scored", format="%.0f %%"),
                "percent_negative": number("Unhappy", format="%.0f %%"),
                "percent_neutral": number("Neutral", format="%.0f %%"),
                "percent_positive": number("Happy", format="%.0f %%"),
                "mean_confidence": number(
                    "Confidence", format="%.2f", help=published.description("model_health", "mean_confidence")
                ),
            },
            key="by_channel",
        )

# --- people's labels -------------------------------------------------------------------------------------------------
with page.card(
    "What people say of the same texts",
    "Labels that the model has not learned from. κ is 1 where both always agree and 0 where they do no more than "
    "chance; ranges hold the truth 19 times out of 20.",
):
    told = health_tables.agreement(agreement)
    if told.is_empty():
        page.empty(
            "Too few texts were labelled to say. Draw a sheet with `jsi labels sample`, fill it in, give it back with "
            "`jsi labels take`; the next refresh counts it."
        )
    else:
        page.table(
            told,
            {
                "what": "Texts",
                "n_labels": number("Labels", format="localized"),
                "n_texts": number("Stand for", format="localized", help="Scored texts of the same kind."),
                "kappa": "κ",
                "macro_f1": st.column_config.TextColumn("Macro-F1", help="Mean over unhappy, neutral and happy."),
                "negative_recall": st.column_config.TextColumn(
                    "Unhappy found", help="Share of the texts that people call unhappy which the model finds."
                ),
            },
            key="agreement",
        )

# --- versions ------------------------------------------------------------------------------------------------------
with page.card("Versions", "What exactly was published, for whoever has to check it."):
    page.table(
        health_tables.versions(published.generation, published.as_of, manifest),
        {"what": "What", "value": st.column_config.TextColumn("Value", width="large")},
        key="versions",
    )
