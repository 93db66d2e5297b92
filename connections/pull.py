"""A pull: every configured connection, each resource from where it stood, landed as files that ingest then reads.

Belongs here: the order of connections, what is wrong with a connection before any row is read, that one connection's
fault does not stop another. Does not: reading one resource (``reading``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from connections import landing
from connections.api import Api
from connections.clock import Clock
from connections.configuration import ApiConnection, Configuration, SqlConnection, SqlResource, load
from connections.database import Database
from connections.errors import FAULTS, BadConfiguration, SourceChanged, in_words
from connections.list_reading import ListReading
from connections.reading import Progress, Pulled, patiently
from connections.table_reading import TableReading
from connections.values import Plan, plan
from storage.layout import DataDir


def pull(
    paths: DataDir,
    names: Collection[str] = (),
    environ: Mapping[str, str] | None = None,
    progress: Progress | None = None,
) -> list[Pulled]:
    """Pull the connections ``names`` (none: all) of the data folder's ``connections.yml``, one outcome a resource.

    Secrets are read from ``environ``. One pull of a data folder at a time: the caller holds it for writing.
    Raises ``BadConfiguration`` if the file cannot be used or a name is not in it.
    """
    found = load(paths.connections)
    unknown = sorted(set(names) - set(found.connections))
    if unknown:
        known = ", ".join(sorted(found.connections))
        raise BadConfiguration(f"{paths.connections}: there is no connection {', '.join(unknown)}; there are {known}")
    paths.create()
    run = _Run(paths, found, environ or {}, progress or (lambda *_: None))
    return [o for name in found.connections if name in names or not names for o in run.connection(name)]


@dataclass(frozen=True)
class _Run:
    """What is the same for all connections of one pull."""

    paths: DataDir
    found: Configuration
    environ: Mapping[str, str]
    progress: Progress

    def connection(self, name: str) -> list[Pulled]:
        """Pull one connection. What goes wrong is told in the outcome, and stops this connection alone."""
        configured = self.found.connections[name]
        landing.clear(self.paths.landing_pulled / name)
        done: list[Pulled] = []
        try:
            for outcome in self._sql(name, configured) if configured.kind == "sql" else self._rest(name, configured):
                done.append(outcome)
                if outcome.status == "failed":
                    break
        except FAULTS as error:
            at_fault = next((r for r in configured.resources if r not in {o.resource for o in done}), "")
            done.append(Pulled(name, at_fault, "failed", message=in_words(error, self.paths.connections)))
        told = {o.resource for o in done}
        return [*done, *(Pulled(name, r, "held") for r in configured.resources if r not in told)]

    def _sql(self, name: str, configured: SqlConnection) -> Iterator[Pulled]:
        database = Database(configured, self.environ)
        try:
            plans = patiently(configured.retries, lambda: _plans(configured, database), lambda: 0)
            for resource, (names, how) in plans.items():
                yield TableReading(self.paths, self.progress, name, configured, resource, database, names, how).run()
        finally:
            database.close()

    def _rest(self, name: str, configured: ApiConnection) -> Iterator[Pulled]:
        api = Api(configured, self.environ, self.paths.pulled / "dlt")
        try:
            for resource in configured.resources:
                yield ListReading(self.paths, self.progress, name, configured, resource, api).run()
        finally:
            api.close()


def _plans(configured: SqlConnection, database: Database) -> dict[str, tuple[list[str], Plan | None]]:
    """For each resource the columns to ask for and how its rows become canonical ones.

    Raises ``SourceChanged`` with all that is missing, in all resources, before any row is read.
    """
    problems, plans = [], {}
    for name, resource in configured.resources.items():
        try:
            plans[name] = _plan(configured, database, resource)
        except SourceChanged as error:
            problems += [f"{name}: {problem}" for problem in error.problems]
    if problems:
        raise SourceChanged(problems)
    return plans


def _plan(configured: SqlConnection, database: Database, resource: SqlResource) -> tuple[list[str], Plan | None]:
    offered = database.columns(resource)
    missing = []
    if resource.cursor is not None and resource.cursor not in offered:
        missing.append(f"{resource.cursor}: missing (the cursor)")
    how = None
    if resource.target is not None:
        clock = Clock(configured.time_zone, resource.epoch, configured.fold)
        try:
            how = plan(resource.target, resource.columns, resource.constants, clock, offered, database.is_typed)
        except SourceChanged as error:
            missing += error.problems
    if missing:
        raise SourceChanged(missing)
    if how is None:
        return offered, None
    # Of a table only what the contract knows is asked for: what else it holds about people stays where it is.
    wanted = {*how.named.values(), resource.cursor}
    return [name for name in offered if name in wanted], how
