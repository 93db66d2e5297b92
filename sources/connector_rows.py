"""Tables that a connector copied from a vendor's API into a warehouse, read row by row as the API's objects.

Belongs here: spellings of headers and truth values that all such tables share. Does not: any vendor's tables (the
vendor's module), tables read column by column (``connector_tables``).
Warehouses write one column name in several ways (``id``, ``ID``, ``"default"`` in its own quotes); here it is one.
"""

from __future__ import annotations

from typing import Any

from sources.content import Content, Limits
from sources.delimited import TextTable, column_name, read_delimited
from sources.errors import WrongShape

DELETED, ACTIVE = "_fivetran_deleted", "_fivetran_active"
_TRUTH = {"true": True, "t": True, "1": True, "false": False, "f": False, "0": False}


def plain_name(name: str) -> str:
    """A column's name without the warehouse's quotes and capitals."""
    return column_name(name.strip().strip('"').strip().lower())


def read_table(content: Content, limits: Limits) -> TextTable:
    """The CSV with plain column names. Raises ``WrongShape`` if two columns become one."""
    text = read_delimited(content.body, limits=limits)
    names = [plain_name(name) for name in text.columns]
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        raise WrongShape(
            f"the header names {', '.join(doubled)} more than once, in different letters: keep one column of each name",
            text.rows_read,
            reason="duplicate_column",
            column=doubled[0],
        )
    rows = text.rows.rename(dict(zip(text.columns, names, strict=True)))
    return TextTable(names, rows, text.excluded, text.rows_read, text.headers)


def truth(value: Any) -> Any:
    """True or False however a warehouse or an API spells it; anything else as it is."""
    return _TRUTH.get(value.strip().lower(), value) if isinstance(value, str) else value


def is_gone(record: dict[str, Any]) -> bool:
    """True if the connector saw the record deleted at the vendor."""
    return truth(record.get(DELETED)) is True
