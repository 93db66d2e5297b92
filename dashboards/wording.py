"""Numbers into words: how the app says a score, an interval, a trend, how much is known and since when.

Belongs here: pure functions from values to short English text. Does not: which values (``tables``), where they stand
on a page (``app_pages``). Whether a score may be shown at all is decided here, in ``shows_score``, for every page.
"""

from __future__ import annotations

import string
from datetime import date, datetime, timedelta

#: An account that was never heard from: what the index says then, in METHOD's words.
STARTING_ASSUMPTION = "Nothing was heard yet: 50 ± 35 is only the starting assumption, not a measurement."

NOT_KNOWN = "–"
TREND_DAYS = 28

_UPPER = {"nps", "csat", "psat", "ces", "crm", "jsi", "emea", "apac", "smb", "api", "latam", "us", "uk", "eu"}
_GATE_REASONS = {
    "no_threshold": "no threshold is set for this stage",
    "too_little_evidence": "too little was heard to judge",
    "stale_evidence": "what was heard is too old to judge",
    "threshold_inside_interval": "the evidence is thin and the threshold lies inside the interval",
    "at_or_above_threshold": "the index is at or above the threshold",
    "below_threshold": "the index is below the threshold",
}
_GATES = {"pass": "Pass", "hold": "Hold", "insufficient": "Not judged"}
_UNLINKED = {
    "names_nobody": "names neither an account nor a person",
    "deleted_account": "the account was deleted",
    "deleted": "the person was deleted",
    "no_account": "the person had no account at the time",
    "ambiguous_email": "two people have the same address",
    "ambiguous_domain": "two accounts have the same domain",
    "public_domain": "an address of a public mail provider",
    "unknown_domain": "no account has this address's domain",
    "no_email": "an id that no source explains, without an address",
}
_PREDICTORS = {
    "jsi": "This index",
    "last_nps": "Last NPS",
    "open_tickets": "Open tickets",
    "tenure_days": "Tenure",
}


def shows_score(evidence_level: str | None, is_stale: bool | None) -> bool:
    """Whether an index may be shown as a score with a colour: not when insufficient, suppressed or stale."""
    return evidence_level in ("thin", "solid") and not is_stale


def score(value: float | None) -> str:
    """An index to one decimal: ``61.8``."""
    return NOT_KNOWN if value is None else f"{value:.1f}"


def interval(low: float | None, high: float | None) -> str:
    """The 95 % interval: ``57.6 to 66.0``."""
    return NOT_KNOWN if low is None or high is None else f"{low:.1f} to {high:.1f}"


def plus_minus(low: float | None, high: float | None) -> str:
    """Half the interval's width: ``± 4.2``."""
    return NOT_KNOWN if low is None or high is None else f"± {(high - low) / 2:.1f}"


def points(value: float | None, unit: bool = True, decimals: int = 1) -> str:
    """A difference of two indices, always with its sign: ``+4.1 points``, ``−0.3 points``."""
    if value is None:
        return NOT_KNOWN
    rounded = round(value, decimals) + 0.0
    sign = "+" if rounded > 0 else "−" if rounded < 0 else "±"
    return f"{sign}{abs(rounded):.{decimals}f}" + (" points" if unit else "")


def share(value: float | None) -> str:
    """A share of one as whole per cent; what is not nothing does not read as 0 %."""
    if value is None:
        return NOT_KNOWN
    return "< 1 %" if 0 < value < 0.005 else f"{100 * value:.0f} %"


def count(value: int | None, noun: str = "", plural: str = "") -> str:
    """A number with thousands separated, and its noun in the right number: ``1,204 touches``."""
    if value is None:
        return NOT_KNOWN
    if not noun:
        return f"{value:,}"
    return f"{value:,} {noun if value == 1 else plural or noun + 's'}"


def money(usd: float | None) -> str:
    """US dollars, short: ``$ 1.2 M``, ``$ 840 k``."""
    if usd is None:
        return NOT_KNOWN
    for size, unit in ((1e9, " B"), (1e6, " M"), (1e3, " k")):
        if abs(usd) >= size:
            shown = usd / size
            return f"$ {shown:.0f}{unit}" if abs(shown) >= 100 else f"$ {shown:.1f}{unit}"
    return f"$ {usd:.0f}"


def day(moment: datetime | date | None) -> str:
    """A day: ``22 Nov 2026``."""
    return NOT_KNOWN if moment is None else f"{moment.day} {moment:%b %Y}"


def minute(moment: datetime | None) -> str:
    """A minute, in UTC: ``22 Nov 2026, 14:05 UTC``."""
    return NOT_KNOWN if moment is None else f"{day(moment)}, {moment:%H:%M} UTC"


def week(week_on: date | None) -> str:
    """The week that ended the day before ``week_on``: ``week to Sunday 21 Nov 2026``."""
    return NOT_KNOWN if week_on is None else f"week to Sunday {day(week_on - timedelta(days=1))}"


def heard(last_touch_at: datetime | None, as_of: datetime, short: bool = False) -> str:
    """How long before ``as_of`` something was last heard: ``today``, ``3 days ago`` (``3 d ago``), ``never``."""
    if last_touch_at is None:
        return "never"
    days = (as_of.date() - last_touch_at.date()).days
    if days <= 0:
        return "today"
    if days == 1:
        return "yesterday"
    for limit, length, long_unit, short_unit in ((60, 1, "days", "d"), (730, 30.44, "months", "mo")):
        if days < limit:
            return f"{round(days / length)} {short_unit if short else long_unit} ago"
    return f"{round(days / 365.25)} {'y' if short else 'years'} ago"


def evidence(level: str | None, is_stale: bool | None, short: bool = False) -> str:
    """How much is known, in a word or in a sentence."""
    key = "stale" if is_stale and level in ("thin", "solid") else level or "insufficient"
    words = {
        "solid": ("solid", "Solid: enough was heard to act on."),
        "thin": ("thin", "Thin: read the interval, not the number."),
        "insufficient": ("insufficient", "Insufficient: too little was heard to show a score."),
        "stale": ("stale", "Stale: what was heard is too old to show a score."),
        "suppressed": ("suppressed", "Suppressed: fewer than five people stand behind it."),
    }
    return words.get(key, (plain(key), plain(key)))[0 if short else 1]


def unscored(level: str | None, is_stale: bool | None) -> str:
    """Why a small cell shows no score, in two short words."""
    words = {"insufficient": "too little", "suppressed": "too few", "stale": "too old"}
    return words.get(evidence(level, is_stale, short=True), "no score")


def worth(n_eff: float | None) -> str:
    """What the evidence is worth: ``worth 24 equal touches``."""
    if n_eff is None:
        return NOT_KNOWN
    amount = f"{n_eff:,.0f}" if n_eff >= 10 else f"{n_eff:.1f}"
    return f"worth {amount} equal touch{'' if amount == '1.0' else 'es'}"


def standing(
    jsi: float | None, low: float | None, high: float | None, level: str | None, is_stale: bool | None
) -> tuple[str, str]:
    """The value and the note of a card that shows an index: ``61.8`` and ``± 4.2``, or ``No score`` and why."""
    if shows_score(level, is_stale):
        return score(jsi), f"{plus_minus(low, high)}, 95 % interval"
    return "No score", f"{evidence(level, is_stale, short=True)} evidence"


def known(n_eff: float | None, n_touches: int | None, last_touch_at: datetime | None, as_of: datetime) -> str:
    """What stands behind an index: ``worth 24 equal touches of 131, last heard 3 days ago``."""
    if not n_touches:
        return "nothing was heard yet"
    return f"{worth(n_eff)} of {count(n_touches)}, last heard {heard(last_touch_at, as_of)}"


def trend(state: str | None) -> str:
    """The trend in a word or three."""
    words = {
        "improving": "Improving",
        "declining": "Declining",
        "no clear change": "No clear change",
        "insufficient": "Not enough heard",
    }
    return words.get(state or "insufficient", plain(state or "insufficient"))


def trend_size(state: str | None, delta: float | None, low: float | None, high: float | None) -> str:
    """By how much it moved in 28 days, with the interval: the direction is named by ``trend`` alone."""
    if state in (None, "insufficient") or delta is None:
        return f"too few touches in the last {2 * TREND_DAYS} days to compare"
    if low is None or high is None:
        return f"{points(delta)} against the {TREND_DAYS} days before"
    between = f"{points(low, unit=False)} to {points(high, unit=False)}"
    return f"{points(delta)} ({between}) against the {TREND_DAYS} days before"


def trend_icon(state: str | None) -> str | None:
    """An arrow, and only for a change that is beyond chance."""
    return {"improving": ":material/trending_up:", "declining": ":material/trending_down:"}.get(state or "")


def headline(jsi: float | None, low: float | None, high: float | None, level: str | None, is_stale: bool | None) -> str:
    """Where a group stands against 50, in one sentence that claims no more than its interval does."""
    if not shows_score(level, is_stale) or low is None or high is None:
        return evidence(level, is_stale)
    if low > 50:
        return "Customers are more often happy than unhappy."
    if high < 50:
        return "Customers are more often unhappy than happy."
    return "Happy and unhappy moments balance: the interval holds 50."


def gate(state: str | None) -> str:
    """``Pass``, ``Hold`` or ``Not judged``."""
    return _GATES.get(state or "", plain(state))


def gate_reason(reason: str | None) -> str:
    """Why a gate passes, holds or is not judged."""
    return _GATE_REASONS.get(reason or "", plain(reason))


def unlinked(reason: str | None) -> str:
    """Why a person or a touch leads to no account."""
    return _UNLINKED.get(reason or "", plain(reason))


def gate_standing(row: dict | None) -> tuple[str, str]:
    """The value and the note of a card that shows a gate; row: of gate_status, None where there is none."""
    if row is None:
        return gate("insufficient"), "no gate for this account"
    threshold = "" if row["threshold"] is None else f"gate {row['threshold']:g}: "
    return gate(row["gate"]), threshold + gate_reason(row["reason"])


def not_known(account: dict) -> str:
    """What is not known of an account and why: ``no ARR: not in the CRM``; empty where all is known.

    account: of dim_accounts.
    """
    reasons = {
        "not_delivered": "not delivered",
        "not_in_crm": "not in the CRM",
        "column_absent": "no such column",
        "not_filled": "not filled in",
        "no_contract": "no contract",
        "currency_without_rate": "currency without a rate",
    }
    facts = {"arr": "ARR", "renews": "renewal", "segment": "segment", "created": "start"}
    found = ((name, account.get(f"{column}_null_reason")) for column, name in facts.items())
    return ", ".join(f"no {name}: {reasons.get(why, plain(why))}" for name, why in found if why)


def predictor(name: str | None) -> str:
    """What is held against the outcome, by its full name."""
    return _PREDICTORS.get(name or "", plain(name))


def drivers(rows: list[dict]) -> str:
    """What a chart of drivers shows, for those who cannot see it."""
    return "Drivers: " + ", ".join(f"{row['label']} {row['points_text']} points" for row in rows) + "."


def verdict(rows: list[dict]) -> str:
    """What the table of associations says of the index, in one sentence.

    rows: of revenue_correlation, predictor ``jsi``: horizon_days, verdict, auc, n, n_events.
    """
    found = [r for r in rows if r["verdict"] == "associated"]
    if found:
        best = max(found, key=lambda r: abs((r["auc"] or 0.5) - 0.5))
        horizons = listed([str(days) for days in sorted(r["horizon_days"] for r in found)])
        if best["auc"] is None or best["auc"] < 0.5:
            return (
                f"The index and churn go together {horizons} days before a renewal, "
                "but the wrong way round: look at the data first."
            )
        return (
            f"The index tells churners from stayers {horizons} days before a renewal: in {share(best['auc'])} of pairs "
            f"the churner had the lower index (50 % would be chance)."
        )
    if any(r["verdict"] == "no evidence" for r in rows):
        return "No evidence that the index tells churners from stayers in this data."
    return "Too few renewals with a known outcome to say anything about churn."


def listed(words: list[str]) -> str:
    """``30, 60 and 90``."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def plain(name: str | None) -> str:
    """A code as words: ``product_defect`` → ``product defect``, ``nps`` → ``NPS``."""
    if not name:
        return NOT_KNOWN
    return " ".join(word.upper() if word.lower() in _UPPER else word for word in name.replace("_", " ").split(" "))


def inert(text: str | None) -> str:
    """Text of others for a place that reads Markdown: every sign that could mean something is escaped.

    For names in titles only; customers' words go through ``st.text`` and ``st.dataframe``.
    """
    if not text:
        return NOT_KNOWN
    one_line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return "".join("\\" + c if c in string.punctuation else c for c in one_line)
