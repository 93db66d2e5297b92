"""Review: the texts that the model is least sure of, for people to label."""

from functools import partial

import streamlit as st

from dashboards import page, review_tables, wording
from storage.spreadsheet import csv_of

published = page.begin("Review", "What people should label next")

with page.told():
    queue = published.read("label_queue")
if queue.is_empty():
    page.empty("No text of the last month is left to label.")
    st.stop()

channel = page.choice("Channel", review_tables.channels(queue), "channel")
chosen = review_tables.of_channel(queue, channel)
least_sure = chosen.filter(chosen["drawn"] == "uncertain")

# --- the least sure ------------------------------------------------------------------------------------------------
with page.card(
    "The least sure",
    f"{wording.count(least_sure.height, 'text')} of the last month, redacted, that nobody labelled yet; the lowest "
    "confidence first. Sarcasm and nuance end up here.",
    published.description("label_queue"),
):
    if least_sure.is_empty():
        page.empty("The model is surer of all texts of this channel.")
    else:
        shows_answer = st.toggle(
            "Show what the model says", help="Whoever has seen its answer agrees more than they would: label first."
        )
        texts = review_tables.texts(least_sure)
        row = page.table(
            texts,
            {
                "occurred_at": st.column_config.DatetimeColumn("When (UTC)", format="D MMM YYYY, HH:mm"),
                "channel": "Channel",
                "confidence": st.column_config.NumberColumn(
                    "Confidence", format="%.2f", help=published.description("label_queue", "confidence")
                ),
                **({"says": "The model says"} if shows_answer else {}),
                "text_redacted": st.column_config.TextColumn("Text, redacted", width="large"),
            },
            key="least_sure",
            rows=14,
            select=True,
        )
        if row is not None:
            with st.container(border=True):
                st.caption("In full")
                st.text(texts["text_redacted"][row])

# --- the sheet -----------------------------------------------------------------------------------------------------
with page.card(
    "Label them",
    f"The sheet holds these and {wording.count(chosen.height - least_sure.height, 'text')} of every kind, mixed and "
    "without the model's answers: labels of hard texts alone would say that it is worse than it is.",
):
    sheet = review_tables.sheet(chosen)
    st.download_button(
        "Download the sheet",
        partial(csv_of, sheet, {name: name for name in sheet.columns}),
        f"label_sheet_{channel}_{published.as_of:%Y-%m-%d}.csv",
        "text/csv",
        on_click="ignore",
        icon=":material/download:",
    )
    st.caption(
        "Fill in the column label with −1, 0 or 1 and call `jsi labels take FILE --by NAME`; the next refresh reads "
        "it. (Labelling by click needs a database, which this version does not have.)"
    )
