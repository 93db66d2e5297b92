"""Answers → the text of a company map: added to what stands there, each with a comment, nothing overwritten.

Belongs here: where an answer goes in the text, comments. Does not: which answers (``proposals``), what may stand in a
map (``company_map``), the file on disk.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

HEADER = """\
# What this company declares of its own exports. `jsi init` proposes answers and adds what is missing; it never changes
# a line that stands here. `jsi init --check` looks whether the map fits the extracts. How to write it, section by
# section: docs/how-to/map-your-own-fields.md. A changed map reads the affected files again at the next refresh.
#
# sources:      one section a vendor. encoding, time_zone (of times without an offset), fold (first or second: which
#               moment is meant where the clocks show an hour twice), fields (own column: the name the reader knows),
#               stages, roles, touchpoints (own word: ours, or none), surveys (question: kind and scale).
# own_tables:   CSV, JSON lines or Parquet of the company's own shape: the columns that show it (recognised_by), the
#               canonical table, its columns (own: ours) and values (column: {own word: ours}).
"""


@dataclass(frozen=True)
class Answer:
    """``path``: the keys down to the answer, as in ``("sources", "hubspot", "roles", "Einkauf")``."""

    path: tuple[str, ...]
    value: Any
    comment: str = ""


def with_answers(text: str, answers: Iterable[Answer]) -> str:
    """``text`` with the answers that it does not hold yet. Comments, order and every present line stay."""
    from ruamel.yaml import YAML
    from ruamel.yaml.comments import CommentedMap

    # The round trip keeps comments and builds no objects: a tag stays a tag, as in the safe loader it is made from.
    yaml = YAML(typ="rt", pure=True)
    yaml.preserve_quotes, yaml.width = True, 4096
    yaml.indent(mapping=2, sequence=4, offset=2)
    company = yaml.load(text) if text.strip() else None
    is_new = not isinstance(company, CommentedMap)
    company = CommentedMap() if is_new else company
    n_added = 0
    for answer in answers:
        section = company
        for key in answer.path[:-1]:
            if not isinstance(section.get(key), CommentedMap):
                section[key] = CommentedMap(section.get(key) or {})
            section = section[key]
        key = answer.path[-1]
        if any(str(present) == key for present in section):  # 2 and "2" are one key of a map
            continue
        section[key] = _commented(answer.value)
        n_added += 1
        if isinstance(answer.value, dict):
            section, key = section[key], next(iter(answer.value))
        if answer.comment and not section.fa.flow_style():  # {a: b} has room for a comment at its end only
            section.yaml_add_eol_comment(answer.comment, key, column=0)
    if not n_added:
        return text
    written = io.StringIO()
    yaml.dump(company, written)
    return (HEADER + text if is_new else "") + written.getvalue()


def _commented(value: Any) -> Any:
    from ruamel.yaml.comments import CommentedMap, CommentedSeq

    if isinstance(value, dict):
        return CommentedMap((key, _commented(one)) for key, one in value.items())
    if isinstance(value, list):
        items = CommentedSeq(value)
        items.fa.set_flow_style()
        return items
    return value
