"""What every page begins with and shares: the publication or a helpful stop, help texts, cards, charts.

Belongs here: Streamlit pieces that more than one page uses. Does not: what one page says (``app_pages``).
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import altair as alt
import polars as pl
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from dashboards import published, wording
from dashboards.published import Publication
from storage.spreadsheet import csv_of

ACCOUNT_PAGE = "app_pages/account.py"


def begin(title: str, subtitle: str) -> Publication:
    """Open the current publication for this page load, or say what is missing and stop the page.

    The symlink is resolved here and only here, so all that the page shows is of one generation.
    """
    st.title(title, anchor=False)
    with told():
        publication = published.open_current(published.data_dir())
        if publication is None or publication.latest_week() is None:
            _nothing_published(publication)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(f"{subtitle} · as of {wording.day(publication.as_of)}", width="content")
        if publication.manifest.get("is_sample_company"):
            st.badge("Sample company", icon=":material/science:", color="gray", help="Simulated data, not customers.")
        _data_badge(publication)
    return publication


@contextmanager
def told() -> Iterator[None]:
    """Inside: a publication that cannot be read stops the page with the reason and what to do."""
    try:
        yield
    except published.UnreadablePublication as problem:
        st.error("The published numbers cannot be read.", icon=":material/error:")
        st.text(str(problem))
        st.stop()


def metric(
    publication: Publication, label: str, value: str, note: str, table: str, column: str, icon: str | None = None
) -> None:
    """A card: a number or a word, a line below it, and as its help what the mart's documentation says of the column."""
    with st.container(border=True, height="stretch", width="stretch", gap="xxsmall"):
        # Not st.metric: it cuts words off where the card is narrow, and "no clear change" must not read "no clear".
        st.caption(label, help=publication.description(table, column))
        st.header(f"{icon} {value}" if icon else value, anchor=False)
        st.caption(note)


@contextmanager
def card(title: str, about: str, help: str | None = None, place: DeltaGenerator | None = None) -> Iterator[None]:
    """A bordered part of a page, in the column ``place``: a title, how to read it, then what the caller puts in."""
    with (place or st).container(border=True, height="stretch"):
        st.subheader(title, anchor=False, help=help)
        st.caption(about)
        yield


def chart(drawn: alt.TopLevelMixin, alt_text: str) -> None:
    """A chart as wide as its place; ``alt_text`` says in words what it shows, for those who cannot see it."""
    st.altair_chart(_Unjudged(drawn), width="stretch", alt=alt_text)


class _Unjudged:
    """A chart whose specification is not held against Vega-Lite's schema each time a page is opened: that takes as long
    as the rest of the page, and the tests of ``charts`` do it for each chart."""

    def __init__(self, drawn: alt.TopLevelMixin) -> None:
        self._drawn = drawn

    def to_dict(self) -> dict[str, Any]:
        return self._drawn.to_dict(validate=False)


def empty(message: str) -> None:
    """A part of a page that has nothing to show says so, and why."""
    st.info(message, icon=":material/info:")


def table(
    frame: pl.DataFrame,
    columns: dict[str, Any],
    key: str,
    rows: int = 8,
    select: bool = False,
    download: str | None = None,
    also: dict[str, str] | None = None,
) -> int | None:
    """A table with the given columns, in that order; where ``select``, the number of the row that was chosen.

    ``download``: the name of the file under which it can be taken away, formulas as text (Streamlit's own is off);
    ``also``: columns that only the file has, under these labels.
    """
    shown = frame.select(columns.keys())
    height = 36 * (min(rows, max(shown.height, 1)) + 1) + 3
    options: dict[str, Any] = {"on_select": "rerun", "selection_mode": "single-row"} if select else {}
    state = st.dataframe(
        shown, column_config=columns, hide_index=True, height=height, row_height=36, placeholder="–", key=key, **options
    )
    if download and shown.height:
        labels = {name: label if isinstance(label, str) else label["label"] for name, label in columns.items()}
        st.download_button(
            "Download",
            partial(csv_of, frame, labels | (also or {})),
            f"{download}.csv",
            "text/csv",
            key=f"{key} download",
            on_click="ignore",
            type="tertiary",
            icon=":material/download:",
        )
    if not select:
        return None
    chosen = state.selection.rows
    return chosen[0] if chosen else None


def choice(label: str, options: list[str], key: str) -> str:
    """One of a few, the first at the start; the address keeps the choice."""
    return st.segmented_control(
        label, options, default=options[0], required=True, format_func=wording.plain, key=key, bind="query-params"
    )


def open_account(account_id: str) -> None:
    """Go to an account's page; the address names the account, so it can be kept or sent."""
    st.switch_page(ACCOUNT_PAGE, query_params={"account": account_id})


def _nothing_published(publication: Publication | None) -> None:
    st.info("Nothing is published yet, so there is nothing to show.", icon=":material/hourglass_empty:")
    if publication is None:
        st.markdown(
            "Run the refresh once, then load this page again:\n\n"
            "- `make demo` writes a sample company and refreshes on it (about a minute)\n"
            "- `make run EXTRACTS=folder` refreshes on your own extracts"
        )
    else:
        st.markdown(
            "A refresh has run, but its data ends before a first week was finished. "
            "Add extracts that reach over a Sunday and run `make run EXTRACTS=folder` again."
        )
    st.caption("Looked in:")
    st.text(str(published.data_dir() / "published"))
    st.stop()


def _data_badge(publication: Publication) -> None:
    """A word on every page when something is wrong with the data; the health page has the rest."""
    failed = sum(not check.get("passed") for check in publication.manifest.get("checks", []))
    stale = sum(bool(source.get("is_stale")) for source in publication.manifest.get("sources", []))
    if failed or stale:
        words = [wording.count(n, noun) for n, noun in ((stale, "stale source"), (failed, "failed check")) if n]
        st.badge(" · ".join(words), icon=":material/warning:", color="orange", help="See the health page.")
