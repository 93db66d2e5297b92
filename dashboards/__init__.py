"""Dashboards: what people look at. Pages, charts, words.

Belongs here: Streamlit pages that read ``published/`` and nothing else.
Does not: the warehouse file, the other rooms (but ``recovery``, and of ``storage`` the search in published texts).
"""
