"""Nested JSON as the vendors' interfaces answer, for timing their readers: the list of pages, writing them.

Belongs here: which vendors, file names. Does not: what a page holds (``ingest_conversations``, ``ingest_events``,
``ingest_surveys``), timing (``ingest``).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from benchmarks import ingest_conversations, ingest_events, ingest_surveys
from benchmarks.ingest_draw import Draw, Made

PAGES: dict[str, Callable[[int, Draw], Made | list[Made]]] = {
    "zendesk": ingest_conversations.zendesk,
    "zendesk_comments": ingest_conversations.zendesk_comments,
    "intercom": ingest_conversations.intercom,
    "stripe": ingest_events.stripe,
    "mixpanel": ingest_events.mixpanel,
    "posthog": ingest_events.posthog,
    "gong": ingest_conversations.gong,
    "surveymonkey": ingest_surveys.surveymonkey,
    "delighted": ingest_surveys.delighted,
}


LINES = ("mixpanel",)  # whose export is one object a line


def page_name(vendor: str) -> str:
    """The file's name below ``json/``."""
    return f"{vendor}.jsonl" if vendor in LINES else f"{vendor}.json"


def write(folder: Path, rows: int) -> None:
    """Write ``json/<page_name>`` for each vendor."""
    (folder / "json").mkdir(parents=True, exist_ok=True)
    for seed, (name, made) in enumerate(PAGES.items(), start=1):
        page = made(rows, Draw(seed))
        parts = [json.dumps(one, ensure_ascii=False) for one in (page if name in LINES else [page])]
        (folder / "json" / page_name(name)).write_text("\n".join(parts) + "\n", encoding="utf-8")
