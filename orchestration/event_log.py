"""Dagster's SQLite event log with its connections kept open.

Belongs here: this one storage class, named in the instance's settings. Does not: anything Dagster does itself.
The stock class makes an engine, a connection and a synced commit for each event; a refresh writes about a thousand
events, which was half of the time of building the marts (docs/decisions/0010-event-log-kept-open.md).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from dagster._core.storage.event_log.sqlite.sqlite_event_log import SqliteEventLogStorage
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import Connection
from sqlalchemy.pool import NullPool, QueuePool

SHARDS_KEPT_OPEN = 8  # the index, the running run, and a few that the UI is looking at


class OpenSqliteEventLogStorage(SqliteEventLogStorage):
    """As its parent, but a shard's connection is opened once. Commits are in the write-ahead log and survive a killed
    process; a power cut may cost the last events, never the database.
    """

    def __init__(self, base_dir: str, inst_data: Any = None) -> None:
        self._open: OrderedDict[str, Engine] = OrderedDict()
        super().__init__(base_dir, inst_data)

    @classmethod
    def from_config_value(cls, inst_data: Any, config_value: Any) -> OpenSqliteEventLogStorage:
        return cls(inst_data=inst_data, **config_value)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        with self._db_lock, self._engine(shard).connect() as connection, connection.begin():
            yield connection

    def _engine(self, shard: str) -> Engine:
        """The shard's engine; the one used longest ago is closed when there are too many. Call under the lock."""
        if shard in self._open:
            self._open.move_to_end(shard)
            return self._open[shard]
        address = self.conn_string_for_shard(shard)
        waiting = {"timeout": SQLITE_BUSY_TIMEOUT_SECONDS}
        if shard not in self._initialized_dbs:
            self._initdb(create_engine(address, poolclass=NullPool, connect_args=waiting))
            self._initialized_dbs.add(shard)
        engine = create_engine(
            address, poolclass=QueuePool, pool_size=1, connect_args={**waiting, "check_same_thread": False}
        )
        event.listen(engine, "connect", lambda raw, _: raw.execute("pragma synchronous = normal").close())
        self._open[shard] = engine
        if len(self._open) > SHARDS_KEPT_OPEN:
            self._open.popitem(last=False)[1].dispose()
        return engine

    def dispose(self) -> None:
        while self._open:
            self._open.popitem()[1].dispose()
        super().dispose()
