"""Scored assets: what people wrote or said, redacted and scored.

Belongs here: loading raw text, calling the scorer in chunks that survive a crash. Does not: scoring.
"""

from collections import Counter

import dagster as dg
import polars as pl

from orchestration import names
from orchestration.assets.raw import ACCOUNT_MATCHES, PERSON_KEYS, raw_key
from orchestration.beside import Beside
from orchestration.errors import without_values
from orchestration.progress import report
from orchestration.resources import DataFolder
from storage.layout import DataDir
from storage.markers import EXPIRED, TEXT_COLUMNS, WITHHELD
from storage.scores import add_scores, cached_scores, keep_cached, scores_of_expired, write_touch_scores

TOUCH_SCORES = dg.AssetKey([names.SCORED, "touch_scores"])
TEXTS = ("messages", "survey_responses")
# What says whose text it is where its own row does not, and which names its account knows.
LINKS = ("people", "tickets", "invitations", "accounts")
CHUNK = 20_000  # texts whose scores a crash may cost; large enough that a cached re-run is one pass


@dg.asset(
    key=TOUCH_SCORES,
    deps=[*(raw_key(table) for table in (*TEXTS, "consents", *LINKS)), PERSON_KEYS, ACCOUNT_MATCHES],
    group_name=names.SCORED,
    owners=names.OWNERS[names.SCORED],
    kinds={"spacy", "polars"},
    description="One row per text: redacted text, −1/0/+1 with calibrated confidence, emotion, causes, evidence, or "
    "the reason why there is no score.",
    pool=names.WAREHOUSE_POOL,
)
@without_values
def touch_scores(folder: DataFolder, beside: dg.ResourceParam[Beside]) -> dg.MaterializeResult:
    from models_nlp.touches import touch_scores_schema

    paths = folder.paths
    kept = scores_of_expired(paths, touch_scores_schema())  # before the new scores replace the old ones
    scorer = beside.scorer()
    scores, n_new = score_all(paths, scorer, tally := Counter())
    kept = kept.join(scores, on=["table_name", "row_hash"], how="anti")  # who refuses now is not in what was learnt
    scores = pl.concat([scores, kept.select(scores.columns)]).sort("table_name", "row_hash")
    write_touch_scores(paths, scores)
    keep_cached(paths, scores["text_hash"])
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": scores.height,
            "n_texts_scored_now": n_new,
            "model_version": scorer.model_version,
            "by_sentiment": dg.MetadataValue.json(_counts(scores, "sentiment")),
            "without_a_score": dg.MetadataValue.json(_counts(scores.drop_nulls("null_reason"), "null_reason")),
            # Whose words are not the customer's, and how many texts lost what others had written.
            "kept_out": dg.MetadataValue.json(dict(sorted(tally.items()))),
        }
    )


def score_all(paths: DataDir, scorer, tally: Counter[str] | None = None) -> tuple[pl.DataFrame, int]:
    """Score every text in raw, chunk by chunk; each chunk's new scores are kept before the next one starts.

    ``tally`` counts what was kept out of the scores.
    """
    from models_nlp.eligibility import null_reasons
    from models_nlp.links import Links
    from models_nlp.touches import cache_schema, score_touches

    frames = {
        # Two deliveries of one row have one hash and share one score.
        t: pl.read_parquet(paths.raw_table(t) / "*.parquet").unique("row_hash", keep="first", maintain_order=True)
        for t in (*TEXTS, "consents")
    }
    links = Links(
        **{t: pl.read_parquet(paths.raw_table(t) / "*.parquet") for t in LINKS},
        person_matches=pl.read_parquet(paths.person_keys),
        account_matches=pl.read_parquet(paths.account_matches),
    )
    for table, text in TEXT_COLUMNS.items():
        is_expired = frames[table][text].eq_missing(pl.lit(EXPIRED))
        expired = frames[table].filter(is_expired)
        refused = expired.filter(null_reasons(expired, frames["consents"], links) == "no_consent")
        frames[table] = pl.concat([frames[table].filter(~is_expired), refused])
    cached = cached_scores(paths, scorer.model_version, cache_schema())
    texts = frames["messages"].height + frames["survey_responses"].height
    parts, n_new = [], 0
    for table in TEXTS:
        # One empty chunk where there is nothing to score: the frame keeps its columns.
        for chunk in frames[table].iter_slices(CHUNK) if frames[table].height else [frames[table]]:
            empty = {t: frames[t].clear() for t in TEXTS}
            done = sum(p.height for p in parts)
            scored, new = score_touches(
                **{**empty, table: chunk},
                consents=frames["consents"],
                scorer=scorer,
                cached=cached,
                links=links,
                tally=tally,
                withheld=WITHHELD,
                progress=lambda n, total, done=done: report("Reading feeling from text", done + n, texts),
            )
            add_scores(paths, scorer.model_version, new)
            cached = new if cached is None else pl.concat([cached, new])
            parts.append(scored)
            n_new += new.height
    return pl.concat(parts), n_new


def _counts(frame: pl.DataFrame, column: str) -> dict[str, int]:
    return {str(value): n for value, n in frame.group_by(column).len().sort(column).iter_rows()}
