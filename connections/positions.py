"""How far each resource of a connection was read, kept between two pulls: one small file a connection.

Belongs here: the file. Does not: what a position means (``cursor``), when it is moved (``pull``: after what it stands
for has landed, so that a process may die anywhere and the next one reads a stretch twice rather than never).
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from connections.cursor import DIGEST_BYTES, Position, Value
from storage.files import write_text


class Positions:
    """The positions of one connection. ``of`` and ``keep`` name a resource and a fingerprint of how it is asked."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._kept: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}

    def of(self, resource: str, fingerprint: str) -> Position:
        """Where the next pull begins: at the beginning for what is new or is asked in another way than before."""
        found = self._kept.get(resource)
        if found is None or found["asked"] != fingerprint:
            return Position()
        cursor = _decoded(found["cursor"])
        packed = base64.b64decode(found["digests"])
        marks = [packed[n : n + DIGEST_BYTES] for n in range(0, len(packed), DIGEST_BYTES)]
        return Position(cursor, dict.fromkeys(marks, cursor))

    def is_asked_anew(self, resource: str, fingerprint: str) -> bool:
        """True if the resource was read before, in another way."""
        return resource in self._kept and self._kept[resource]["asked"] != fingerprint

    def keep(self, resource: str, fingerprint: str, position: Position) -> None:
        """Write the position down, in one atomic step."""
        packed = base64.b64encode(b"".join(sorted(position.digests))).decode("ascii")
        self._kept[resource] = {"asked": fingerprint, "cursor": _encoded(position.cursor), "digests": packed}
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_text(json.dumps(self._kept, indent=1, sort_keys=True), self._path)


def _encoded(value: Value | None) -> Mapping[str, Any] | None:
    if value is None:
        return None
    if isinstance(value, datetime):
        return {"kind": "time", "value": value.isoformat()}
    if isinstance(value, date):
        return {"kind": "day", "value": value.isoformat()}
    return {"kind": "number" if isinstance(value, int) else "text", "value": value}


def _decoded(found: Mapping[str, Any] | None) -> Value | None:
    if found is None:
        return None
    if found["kind"] == "time":
        moment = datetime.fromisoformat(found["value"])
        return moment.astimezone(UTC) if moment.tzinfo is not None else moment
    return date.fromisoformat(found["value"]) if found["kind"] == "day" else found["value"]
