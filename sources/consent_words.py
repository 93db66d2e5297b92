"""How systems write whether somebody agreed → granted or denied; what cannot be read is a refusal.

Belongs here: the words for a state and a purpose, what becomes of all others. Does not: the columns' types and times
(``conform``), rows and files that cannot be taken at all (``storage/consents.py``), whose consent holds when
(``models_nlp/eligibility.py``).

Asking again costs a question; reading what somebody forbade cannot be undone. So a state that is on no list refuses,
and a refusal of a purpose that is on no list refuses every purpose. Only an agreement to something else is left out.
"""

from __future__ import annotations

import polars as pl

from sources.contract import TABLES
from sources.extract import EXCLUDED_SCHEMA, WARNING_SCHEMA, excluded_rows, stacked, warning_rows

TABLE = "consents"
#: The reason of an agreement to what the platform does not do.
OTHER_PURPOSE = "other_purpose"
GRANTED, DENIED = "granted", "denied"
#: In small letters, words joined by one space.
_STATES = {
    GRANTED: (
        *("granted", "grant", "given", "yes", "y", "true", "1", "opt in", "opted in", "optin", "subscribed", "agreed"),
        *("accepted", "allowed", "consented"),
    ),
    DENIED: (
        *("denied", "deny", "no", "n", "false", "0", "opt out", "opted out", "optout", "unsubscribed", "withdrawn"),
        *("revoked", "refused", "rejected", "declined", "disallowed", "forbidden", "objected", "expired"),
    ),
}
_STATE_OF = {word: state for state, words in _STATES.items() for word in words}
_PURPOSES = TABLES[TABLE].column("purpose").allowed
_PURPOSE_OF = {name.replace("_", " "): name for name in _PURPOSES}
_UNKNOWN_STATE = (
    "state is no word for yes or no that is known here: it counts as denied; write granted or denied, or map it"
)
_UNKNOWN_PURPOSE = (
    f"purpose is none of {', '.join(_PURPOSES)}, and the state refuses: it counts for all of them; write the purpose, "
    "or leave refusals of other things out of the export"
)
_NOT_OURS = f"an agreement to none of {', '.join(_PURPOSES)}: nothing to do, or correct the purpose"


def in_plain_words(consents: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Rows of the table as they are given → those with states and purposes of the contract, excluded rows, warnings.

    A refusal of an unknown purpose becomes a row of the first purpose and derived ones of the others.
    """
    given = {c: pl.col(c) for c in ("state", "purpose") if c in consents.columns}
    if len(given) < 2 or any(consents.schema[c].is_nested() for c in given):
        return consents, pl.DataFrame(schema=EXCLUDED_SCHEMA), pl.DataFrame(schema=WARNING_SCHEMA)
    rows = consents.with_columns(
        _word(given["state"]).replace_strict(_STATE_OF, default=None, return_dtype=pl.String).alias("state"),
        _word(given["purpose"]).replace_strict(_PURPOSE_OF, default=None, return_dtype=pl.String).alias("purpose"),
    )
    is_unknown, has_purpose = rows["state"].is_null(), rows["purpose"].is_not_null()
    rows = rows.with_columns(pl.col("state").fill_null(DENIED))
    is_refusal = rows["state"] == DENIED
    others = ~has_purpose & ~is_refusal
    widened = rows.filter(~has_purpose & is_refusal)
    derived = [
        widened.with_columns(pl.lit(purpose).alias("purpose"), pl.lit(nth > 0).alias("is_derived"))
        for nth, purpose in enumerate(_PURPOSES)
    ]
    warnings = [
        warning_rows(rows.filter(is_unknown)["source_row"], "unknown_state", _UNKNOWN_STATE, TABLE, "state"),
        warning_rows(widened["source_row"], "unknown_purpose", _UNKNOWN_PURPOSE, TABLE, "purpose"),
    ]
    return (
        pl.concat([rows.filter(has_purpose), *derived]),
        excluded_rows(rows.filter(others)["source_row"], OTHER_PURPOSE, _NOT_OURS, TABLE, "purpose"),
        stacked(warnings, WARNING_SCHEMA),
    )


def _word(value: pl.Expr) -> pl.Expr:
    plain = value.cast(pl.String).str.to_lowercase().str.replace_all(r"[\s_\-]+", " ")
    return plain.str.strip_chars()
