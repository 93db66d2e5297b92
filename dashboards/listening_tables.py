"""The rows of the listening page: posts by stage and source, sources with their rhythm, the mix of kinds of feedback.

Belongs here: pure functions frame → frame over listening_posts, and its words. Does not: reading, drawing.
"""

from __future__ import annotations

from datetime import datetime

import polars as pl

from dashboards import wording

ANY_SOURCE = "any source"
KINDS = {"n_solicited": "asked (surveys)", "n_unsolicited": "said unasked", "n_inferred": "from behaviour"}
# Each state has a sign, words and the tone of its edge; the colour never stands alone.
HEARD, SILENT, NEVER, GAP = "heard", "silent", "never", "gap"
EDGES = {HEARD: "good", SILENT: "bad", NEVER: "grey", GAP: "bad"}
_YEAR_NAMED_AFTER = 300
SIGNS = {HEARD: "✓", SILENT: "✗", NEVER: "–", GAP: "✗"}


def post_cells(posts: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
    """One row a stage and source for the matrix, and one a stage for any source, in the order of the journey.

    Columns: stage, source, state, edge, day_text (the last touch), state_text, n_text, people_text, limit_text.
    """
    rows = []
    for stage in stages(posts).iter_rows(named=True):
        rows.append(_cell(stage["stage"], ANY_SOURCE, stage, stage["stage_silent_after_days"], as_of))
        of_stage = posts.filter((pl.col("stage") == stage["stage"]) & pl.col("source").is_not_null())
        for post in of_stage.sort("source").iter_rows(named=True):
            state = HEARD if not post["is_silent"] else SILENT if post["n_touches"] else NEVER
            rows.append(_cell(post["stage"], post["source"], post | {"state": state}, post["max_days"], as_of))
    names = ("stage", "source", "state", "edge", "day_text", "state_text", "n_text", "people_text", "limit_text")
    return pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String))


def _cell(stage: str, source: str, row: dict, limit: int | None, as_of: datetime) -> dict[str, str]:
    people = row.get("n_people")
    return {
        "stage": wording.plain(stage),
        "source": wording.plain(source),
        "state": row["state"],
        "edge": EDGES[row["state"]],
        "day_text": _short_day(row["last_touch_at"], as_of),
        "state_text": state_word(row["state"], row["days_silent"]),
        "n_text": f"n {row['n_touches']:,}",
        "people_text": wording.count(people),
        "limit_text": wording.NOT_KNOWN if limit is None else f"silent after {limit} days",
    }


def _short_day(moment: datetime | None, as_of: datetime) -> str:
    """``15 Nov`` within the last months, ``15 Nov 2024`` before: a cell is narrow."""
    if moment is None or (as_of - moment).days > _YEAR_NAMED_AFTER:
        return wording.day(moment)
    return f"{moment.day} {moment:%b}"


def stages(posts: pl.DataFrame) -> pl.DataFrame:
    """One row a stage: n_touches and its kinds, last_touch_at, days_silent, state (heard or gap), in the order of the
    journey."""
    counts = ("n_touches", "n_not_heard", *KINDS)
    return (
        posts.group_by("stage", "stage_order", "stage_silent_after_days", "is_stage_silent")
        .agg(*(pl.col(c).sum() for c in counts), pl.col("last_touch_at").max(), pl.col("days_silent").min())
        .with_columns(pl.when("is_stage_silent").then(pl.lit(GAP)).otherwise(pl.lit(HEARD)).alias("state"))
        .sort("stage_order", "stage")
    )


def sources(posts: pl.DataFrame) -> pl.DataFrame:
    """One row a source: its rhythm, its last touch at any stage, whether it keeps to it; silent ones first."""
    counts = ("n_touches", "n_not_heard", *KINDS)
    rows = (
        posts.filter(pl.col("source").is_not_null())
        .group_by("source", "rhythm", "max_days")
        .agg(*(pl.col(c).sum() for c in counts), pl.col("last_touch_at").max(), pl.col("days_silent").min())
        .with_columns((pl.col("days_silent") > pl.col("max_days")).fill_null(True).alias("is_silent"))
        .sort(["is_silent", "source"], descending=[True, False])
    )
    states = [SILENT if silent else HEARD for silent in rows["is_silent"]]
    words = [state_word(*pair) for pair in zip(states, rows["days_silent"], strict=True)]
    return rows.with_columns(pl.Series("state_text", words, dtype=pl.String))


def shares(rows: pl.DataFrame) -> pl.DataFrame:
    """Adds ``percent_solicited``, ``percent_unsolicited`` and ``percent_inferred`` of the touches; null where none."""
    n = pl.sum_horizontal(*KINDS)
    return rows.with_columns(
        (100 * pl.col(c) / pl.when(n > 0).then(n)).alias(c.replace("n_", "percent_")) for c in KINDS
    )


def mix(counts: dict[str, int | None]) -> tuple[str, str]:
    """The share of surveys among the touches of an account or stage, and the rest in words; counts: by KINDS."""
    n = sum(counts.get(c) or 0 for c in KINDS)
    if not n:
        return "None", "no touch with a known feeling yet"
    asked, unasked, behaviour = (wording.share((counts.get(c) or 0) / n) for c in KINDS)
    return asked, f"of {wording.count(n, 'touch', 'touches')}; {unasked} said unasked, {behaviour} from behaviour"


def state_word(state: str, days: int | None) -> str:
    """``✓ 3 d ago``, ``✗ silent 41 d``, ``✗ gap, silent 70 d``, ``✗ gap, never``, ``– never``."""
    if state == HEARD and days is not None:
        return f"{SIGNS[state]} {'today' if days == 0 else f'{days:,} d ago'}"
    silence = "never" if days is None else f"silent {days:,} d"
    return f"{SIGNS[state]} {'gap, ' if state == GAP else ''}{silence}"


def headline(rows: pl.DataFrame, as_of: datetime) -> str:
    """Which stages are gaps, in one sentence; rows: of ``stages``."""
    gaps = rows.filter(pl.col("state") == GAP)
    if gaps.is_empty():
        return f"Every stage was heard from in time, as of {wording.day(as_of)}."
    names = wording.listed([wording.plain(s) for s in gaps["stage"]])
    return f"{wording.count(gaps.height, 'stage is a gap', 'stages are gaps')} in listening: {names}."
