"""The JSON files of a zip archive as one list of records, numbered one member after the other.

Belongs here: numbering over members, members that cannot be read. Does not: what a member's name or keys mean (the
vendor's module), limits of archives (``archive``).
"""

from __future__ import annotations

import re
from typing import Any

from sources.archive import members
from sources.content import DEFAULT_LIMITS, Content, Limits, open_content
from sources.errors import WrongShape
from sources.extract import EXCLUDED_SCHEMA, excluded_rows, stacked
from sources.jsonlines import JsonLines, read_json

_JSON = re.compile(r"\.(json|jsonl|ndjson)(\.gz)?$", re.IGNORECASE)


def read_archived_json(content: Content, limits: Limits = DEFAULT_LIMITS) -> tuple[JsonLines, dict[int, str]]:
    """All records of the archive's JSON members, and source_row → the name of its member.

    A member that is no JSON, or cannot be read, is one row, excluded for its reason. Raises ``WrongShape`` for an
    archive that is damaged or unpacks beyond ``limits``.
    """
    records: list[tuple[int, dict[str, Any]]] = []
    member_of: dict[int, str] = {}
    excluded = []
    before = 0
    for name, body in members(content.body, limits):
        try:
            if not _JSON.search(name):
                raise WrongShape("the member of the archive is no JSON: nothing to do", reason="not_needed")
            lines = read_json(open_content(body, name, limits=limits), limits)
        except WrongShape as error:
            excluded.append(excluded_rows([before + 1], error.reason, error.message))
            before += 1
            continue
        records += [(before + number, record) for number, record in lines.records]
        member_of |= {before + number: name for number, _ in lines.records}
        excluded.append(lines.excluded.with_columns(source_row=lines.excluded["source_row"] + before))
        before += lines.rows_read
    return JsonLines(records, stacked(excluded, EXCLUDED_SCHEMA), before), member_of
