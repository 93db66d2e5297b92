"""The app's entry: what it is called, which pages it has. Everything else is in the pages.

Start it from the checkout with ``make app``, or: python -m streamlit run dashboards/app.py
"""

# Before anything else: two first sessions at once crash altair when they import these lazily at the same time.
import pandas  # noqa: F401, I001
import polars  # noqa: F401
import altair  # noqa: F401
from pathlib import Path

import streamlit as st

# An image of our own: an icon by name would be fetched from a font service.
ICON = Path(__file__).with_name("icon.png")

st.set_page_config(
    page_title="Journey Sentiment Index",
    page_icon=str(ICON),
    layout="wide",
    menu_items={
        "About": "**Journey Sentiment Index**: how customers feel along their journey, from 0 to 100, "
        "with what it is made of. Everything shown was published by the refresh; nothing is computed here."
    },
)
st.logo(str(ICON), size="large")
pages = [
    st.Page("app_pages/overview.py", title="Overview", icon=":material/insights:", default=True),
    st.Page("app_pages/account.py", title="Account", icon=":material/business:", url_path="account"),
    st.Page("app_pages/listening.py", title="Listening", icon=":material/hearing:", url_path="listening"),
    st.Page("app_pages/search.py", title="Search", icon=":material/search:", url_path="search"),
    st.Page("app_pages/review.py", title="Review", icon=":material/rate_review:", url_path="review"),
    st.Page("app_pages/health.py", title="Health", icon=":material/fact_check:", url_path="health"),
]
st.navigation(pages, position="top").run()
