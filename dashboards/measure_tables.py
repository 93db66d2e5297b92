"""The rows about how alike customers are heard: channels on one scale, rules against surveys, other providers' labels.

Belongs here: pure functions over channel_scales, channel_offsets, rule_agreement and provider_audit, and their words.
Does not: reading, drawing, how well the model does (``health_tables``).
"""

from __future__ import annotations

import polars as pl

from dashboards import wording

TOO_FEW = "too few pairs"
_PAIRED = {"episode": "one episode", "fortnight": "one fortnight"}
_OFFSET = {"offset": "✗ offset", "no offset seen": "✓ no offset seen"}
_RULE = {"better than chance": "✓ better than chance", "no better than chance": "✗ no better than chance"}
_NO_FIGURE = {TOO_FEW: "– too few pairs"}


def scales(found: pl.DataFrame) -> pl.DataFrame:
    """channel_scales, the most texts first; figures before and after as text: ``0.21 → 0.18``, or one where nothing
    corrects.

    Columns: channel, n_texts, correction, sentiment, sentiment_spread, confidence, confidence_spread.
    """
    texts = {"sentiment": "mean_sentiment", "sentiment_spread": "sd_sentiment"}
    texts |= {"confidence": "mean_confidence", "confidence_spread": "sd_confidence"}
    rows = [
        {"channel": row["channel"], "n_texts": row["n_texts"], "correction": row["correction"]}
        | {name: _moved(row, column) for name, column in texts.items()}
        for row in found.sort(["n_texts", "channel"], descending=[True, False]).iter_rows(named=True)
    ]
    schema = {"channel": pl.String, "n_texts": pl.Int64, "correction": pl.String} | dict.fromkeys(texts, pl.String)
    return pl.DataFrame(rows, schema=schema)


def _moved(row: dict, column: str) -> str:
    after = _number(row[column])
    return after if row["correction"] == "none" else f"{_number(row[f'{column}_before'])} → {after}"


def is_corrected(found: pl.DataFrame) -> bool:
    """Whether a correction of the model is in force for any channel."""
    return bool((found["correction"] != "none").any())


def offsets(found: pl.DataFrame) -> pl.DataFrame:
    """channel_offsets that were tested: offsets first, then those of one episode, then the largest.

    Columns: voice, against, paired_by, n_pairs, n_accounts, difference (with its range), verdict.
    """
    tested = found.filter(pl.col("verdict") != TOO_FEW)
    by = [pl.col("verdict") != "offset", pl.col("paired_by"), -pl.col("mean_difference").abs()]
    rows = [
        {name: row[name] for name in ("voice", "against", "n_pairs", "n_accounts")}
        | {
            "paired_by": _PAIRED.get(row["paired_by"], wording.plain(row["paired_by"])),
            "difference": _ranged(row["mean_difference"], row["difference_low"], row["difference_high"], signed=True),
            "verdict": _OFFSET.get(row["verdict"], row["verdict"]),
        }
        for row in tested.sort(*by, "voice", "against").iter_rows(named=True)
    ]
    texts = dict.fromkeys(("voice", "against", "paired_by", "difference", "verdict"), pl.String)
    return pl.DataFrame(rows, schema=texts | {"n_pairs": pl.Int64, "n_accounts": pl.Int64})


def offsets_headline(found: pl.DataFrame) -> str:
    """How many of the ways of hearing lie apart, and how many could not be compared, in one sentence or two."""
    n_few = found.filter(pl.col("verdict") == TOO_FEW).height
    n_apart = found.filter(pl.col("verdict") == "offset").height
    n_tested = found.height - n_few
    told = f"{n_apart} of {wording.count(n_tested, 'comparison')} show an offset beyond chance."
    return f"{told} {n_few} more have too few pairs to say." if n_few else told


def no_offsets(found: pl.DataFrame) -> str:
    """Why no way of hearing could be compared with another, and what would help."""
    most = int(found["n_pairs"].max() or 0) if found.height else 0
    return (
        f"No two channels were heard of the same customers often enough: {wording.count(most, 'pair')} at most, and 30 "
        "of 10 accounts are needed. Surveys that name their ticket (`ticket_id`) and texts that name their person make "
        "pairs."
    )


def rules(found: pl.DataFrame) -> pl.DataFrame:
    """rule_agreement in words, by rule.

    Columns: rule, n_touches, n_pairs, agreement, chance, kappa (with their ranges), confidence, proposed, verdict.
    """
    rows = [
        {"rule": wording.plain(row["rule_id"])}
        | {name: row[name] for name in ("n_touches", "n_pairs", "confidence")}
        | {
            "agreement": _ranged(row["agreement"], row["agreement_low"], row["agreement_high"]),
            "chance": _number(row["chance"]),
            "kappa": _ranged(row["kappa"], row["kappa_low"], row["kappa_high"]),
            "proposed": _proposed(row),
            "verdict": _RULE.get(row["verdict"]) or _NO_FIGURE.get(row["verdict"], row["verdict"]),
        }
        for row in found.sort("rule_id").iter_rows(named=True)
    ]
    texts = dict.fromkeys(("rule", "agreement", "chance", "kappa", "proposed", "verdict"), pl.String)
    numbers = {"n_touches": pl.Int64, "n_pairs": pl.Int64, "confidence": pl.Float64}
    return pl.DataFrame(rows, schema=texts | numbers)


def providers(audit: pl.DataFrame) -> pl.DataFrame:
    """provider_audit over all months: each provider in all, then by channel, the most texts first.

    Columns: provider, channel, n_labels, percent_covered (0–100), kappa, kappa_people, difference, bias (with ranges).
    """
    every = audit.filter(pl.col("month_on").is_null())
    order = ["provider", pl.col("channel") != "all", -pl.col("n_texts"), "channel"]
    rows = [
        {"provider": row["provider"], "channel": row["channel"], "n_labels": row["n_labels"]}
        | {
            "percent_covered": 100 * row["coverage"],
            "kappa": _ranged(row["kappa"], row["kappa_low"], row["kappa_high"]),
            "kappa_people": _ranged(row["kappa_people"], row["kappa_people_low"], row["kappa_people_high"]),
            "difference": _signed(row["mean_difference"]),
            "bias": _ranged(row["sampling_bias"], row["sampling_bias_low"], row["sampling_bias_high"], signed=True),
        }
        for row in every.sort(order).iter_rows(named=True)
    ]
    texts = dict.fromkeys(("provider", "channel", "kappa", "kappa_people", "difference", "bias"), pl.String)
    return pl.DataFrame(rows, schema=texts | {"n_labels": pl.Int64, "percent_covered": pl.Float64})


def provider_months(audit: pl.DataFrame) -> pl.DataFrame:
    """provider_audit by month, the newest first.

    Columns: provider, month_on, n_labels, percent_covered, percent_negative, percent_neutral, percent_positive (0–100),
    kappa, drift (in words), gaps (the channels with texts and no label).
    """
    by_month = audit.filter(pl.col("month_on").is_not_null())
    is_gap = (pl.col("channel") != "all") & (pl.col("n_labels") == 0)
    gaps = by_month.filter(is_gap).group_by("provider", "month_on").agg(gaps=pl.col("channel").sort().str.join(", "))
    marks = {
        "steady": "✓ steady",
        "drifted": "✗ drifted",
        "moved with ours": "– moved with ours",
        "not tested": "– too few to say",
    }
    kappas = [_ranged(*row) for row in by_month.select("kappa", "kappa_low", "kappa_high").iter_rows()]
    return (
        by_month.with_columns(kappa=pl.Series(kappas, dtype=pl.String))
        .filter(pl.col("channel") == "all")
        .join(gaps, on=["provider", "month_on"], how="left")
        .sort("provider", pl.col("month_on"), descending=[False, True])
        .select(
            "provider",
            "month_on",
            "n_labels",
            "kappa",
            percent_covered=100 * pl.col("coverage"),
            **{f"percent_{name}": 100 * pl.col(f"share_{name}") for name in ("negative", "neutral", "positive")},
            drift=pl.col("drift").replace_strict(marks, default=wording.NOT_KNOWN),
            gaps=pl.col("gaps").fill_null("none"),
        )
    )


def _proposed(row: dict) -> str:
    if row["agreement"] is None:
        return wording.NOT_KNOWN
    return "as it is" if row["proposed_confidence"] is None else f"{row['proposed_confidence']:.2f}"


def _ranged(value: float | None, low: float | None, high: float | None, signed: bool = False) -> str:
    """``0.24 (0.20 to 0.29)``; a dash where there is none."""
    if value is None:
        return wording.NOT_KNOWN
    texts = [_signed(part) if signed else _number(part) for part in (value, low, high)]
    return texts[0] if low is None or high is None else f"{texts[0]} ({texts[1]} to {texts[2]})"


def _signed(value: float | None) -> str:
    return wording.points(value, unit=False, decimals=2)


def _number(value: float | None) -> str:
    return wording.NOT_KNOWN if value is None else f"{value:.2f}".replace("-", "−")
