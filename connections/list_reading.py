"""A list of an API, read page by page.

Belongs here: which records are new, and their file. Does not: requests (``api``), files and positions (``reading``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from connections import cursor, landing
from connections.api import Api, cursor_of, cursor_value
from connections.clock import Clock
from connections.configuration import ApiConnection
from connections.errors import BadConfiguration, Interrupted, SourceChanged
from connections.reading import Progress, Reading
from connections.values import plan, to_frame
from storage.layout import DataDir


class ListReading(Reading):
    """What comes in the order of the cursor lands as it comes; else the whole pull lands, or nothing of it."""

    def __init__(
        self, paths: DataDir, progress: Progress, name: str, connection: ApiConnection, resource: str, api: Api
    ) -> None:
        super().__init__(paths, progress, name, connection, resource)
        self._api, self._by = api, cursor_of(connection, resource)
        unit = {"epoch_seconds": "seconds", "epoch_milliseconds": "milliseconds"}.get(
            self._by.format if self._by else ""
        )
        self._clock = Clock(connection.time_zone, self.settings.epoch or unit, connection.fold)
        self._how = None
        if self.settings.target is not None:
            columns, constants = dict(self.settings.columns), self.settings.constants
            if self._by is not None and self._by.format != "integer" and "updated_at" not in constants:
                columns.setdefault("updated_at", self._by.field)
            self._how = plan(self.settings.target, columns, constants, self._clock, None, is_typed=False)

    def read(self) -> None:
        position = self.position.copy()
        start = self._by.since if self._by is not None else None
        if position.cursor is not None:
            start = cursor.before(position.cursor, self.settings.overlap, is_wall_clock=False)
        is_ascending = self._by is not None and self._by.ascending
        greatest: Any = None
        for records in _batches(self._api.records(self.resource, start), self.settings.batch_rows):
            if not all(isinstance(record, dict) for record in records):
                raise SourceChanged([f"{self.settings.records}: holds values that are no objects"])
            values = [cursor_value(record, self._by, self._clock) if self._by else None for record in records]
            if is_ascending:
                greatest = _last_of_ascending(greatest, values)
            new = position.take(list(zip(values, records, strict=True)), self.settings.overlap, is_wall_clock=False)
            self.write(new, len(records), position.cursor, *self._body(new))
            if is_ascending:
                self.land(position.copy())
        self.land(position)

    def _body(self, records: list[dict[str, Any]]) -> tuple[str, bytes]:
        if self._how is None:
            return ".jsonl", landing.json_lines(records)
        return ".parquet", landing.parquet(to_frame(records, self._how))


def _batches(records: Iterator[Any], size: int) -> Iterator[list[Any]]:
    """Lists of ``size``; what came before the line broke is given before that is raised."""
    batch: list[Any] = []
    broken: Interrupted | None = None
    while broken is None:
        try:
            batch.append(next(records))
        except StopIteration:
            break
        except Interrupted as error:
            broken = error
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
    if broken is not None:
        raise broken


def _last_of_ascending(last: Any, values: Sequence[Any]) -> Any:
    """The last value. Raises ``BadConfiguration`` if an earlier one is greater."""
    for value in values:
        if last is not None and value < last:
            raise BadConfiguration(
                "the cursor is declared as ascending, but the API gives an older record after a newer one: ask it to "
                "sort by the cursor, or set ascending: false"
            )
        last = value
    return last
