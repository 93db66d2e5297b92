"""Rows from any SQL database that SQLAlchemy knows, in the order of the cursor, a batch at a time.

Belongs here: the statement, a session that can only read, streaming, saying in words why a database does not answer.
Does not: how far to read (``cursor``), what a value becomes (``values``), writing.

SQLAlchemy is imported inside the functions: nobody pays for it who has no connection.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from connections import cursor
from connections.configuration import SqlConnection, SqlResource, secret
from connections.errors import BadConfiguration, Interrupted, SourceChanged, Unreachable
from sources.contract import TABLES

if TYPE_CHECKING:
    import sqlalchemy as sa

#: What a session begins with. It makes it read only where the database knows such a thing; elsewhere only SELECT is
#: ever said. Times with an offset come in UTC.
_BEGIN = {
    "sqlite": ("pragma query_only = on",),
    "postgresql": ("set session characteristics as transaction read only", "set time zone 'UTC'"),
    "mysql": ("set session transaction read only",),
    "mariadb": ("set session transaction read only",),
}
#: Refusals that no second try mends, in the words of the databases. What follows may name a user, never a password.
_FINAL = re.compile(
    r"authentication failed|no pg_hba|access denied|permission denied|unable to open database|"
    r"(database|role|user) \S+ does not exist|unknown database|invalid dsn",
    re.IGNORECASE,
)
#: Messages about names in the statement. All others may quote a cell.
_ABOUT_NAMES = re.compile(
    r"((column|relation|table|function|schema|operator)\b[^\n]{0,120}does not exist|permission denied for [^\n]{0,120}"
    r"|no such (column|table|function): [^\n]{0,120}|syntax error at[^\n]{0,120}|near \"[^\n]{0,80}\": syntax error)",
    re.IGNORECASE,
)


class Database:
    """One connection of kind ``sql``, for the time of one pull.

    Raises ``BadConfiguration`` for a URL that names no database or a driver that is not installed.
    """

    def __init__(self, connection: SqlConnection, environ: Mapping[str, str]) -> None:
        import sqlalchemy as sa

        url = secret(connection.url_env, environ)
        try:
            made = sa.make_url(url)
            # A pull is one long session; an ended one is never handed out again.
            self._engine = sa.create_engine(made, poolclass=sa.NullPool, hide_parameters=True)
        except sa.exc.NoSuchModuleError:
            raise BadConfiguration(
                f"{connection.url_env} names a database that SQLAlchemy has no dialect for"
            ) from None
        except sa.exc.ArgumentError:
            raise BadConfiguration(
                f"{connection.url_env} holds no SQLAlchemy URL: postgresql://user:password@host/database"
            ) from None
        except ImportError as error:
            raise BadConfiguration(
                f"the driver {error.name} of {connection.url_env} is not installed: pip install it "
                "(PostgreSQL: pip install 'journey-sentiment-index[live]')"
            ) from None
        self._variable = connection.url_env
        # SQLite has no type for times: it keeps them as text.
        self.is_typed = self._engine.dialect.name != "sqlite"

    def close(self) -> None:
        self._engine.dispose()

    def columns(self, resource: SqlResource) -> list[str]:
        """The columns that the table or query has. Raises ``SourceChanged`` if there is no such table or query."""
        import sqlalchemy as sa

        nothing = sa.select(sa.text("*")).select_from(_from(resource)).where(sa.text("1 = 0"))
        with self._answering() as session:
            return list(session.execute(nothing).keys())

    def count_without_cursor(self, resource: SqlResource) -> int:
        """Rows that no pull reads, because their cursor is null."""
        import sqlalchemy as sa

        counted = sa.select(sa.func.count()).select_from(_from(resource))
        with self._answering() as session:
            return session.execute(counted.where(sa.column(resource.cursor).is_(None))).scalar_one()

    def one_cursor(self, resource: SqlResource) -> Any:
        """The cursor of any row, to see of what type it is; null if there is no row."""
        import sqlalchemy as sa

        by = sa.column(resource.cursor)
        with self._answering() as session:
            return session.execute(sa.select(by).select_from(_from(resource)).where(by.is_not(None)).limit(1)).scalar()

    def batches(
        self, resource: SqlResource, names: Sequence[str], start: cursor.Value | None
    ) -> Iterator[list[dict[str, Any]]]:
        """Rows with the cursor at or after ``start``, the oldest change first; memory holds one batch.

        Raises ``Interrupted`` if the database stops answering: ask again from what has landed.
        """
        import sqlalchemy as sa

        rows = sa.select(*(sa.column(name) for name in names)).select_from(_from(resource))
        if resource.cursor is not None:
            by = sa.column(resource.cursor)
            rows = rows.where(by.is_not(None) if start is None else by >= start).order_by(by)
        elif resource.target is not None:
            # The same rows in the same order are the same file.
            key = [resource.columns.get(k, k) for k in TABLES[resource.target].key]
            rows = rows.order_by(*(sa.column(k) for k in key if k in names))
        with self._answering() as session:
            streamed = session.execution_options(stream_results=True, max_row_buffer=resource.batch_rows)
            result = streamed.execute(rows)
            while batch := result.fetchmany(resource.batch_rows):
                yield [dict(zip(names, row, strict=True)) for row in batch]

    @contextmanager
    def _answering(self) -> Iterator[sa.Connection]:
        """A session that can only read; the database's own words never leave it, for they may quote a cell."""
        import sqlalchemy as sa

        try:
            with self._engine.connect() as session:
                for statement in _BEGIN.get(self._engine.dialect.name, ()):
                    session.exec_driver_sql(statement)
                session.commit()  # of the settings alone
                yield session
                session.rollback()
        except sa.exc.DBAPIError as error:
            raise self._translated(error) from None
        except sa.exc.SQLAlchemyError as error:
            raise Unreachable(f"the database could not be asked ({type(error).__name__})") from None

    def _translated(self, error: sa.exc.DBAPIError) -> Exception:
        import sqlalchemy as sa

        said = str(error.orig)
        names = _ABOUT_NAMES.search(said)
        if names:
            return SourceChanged([names[0].strip()])
        final = _FINAL.search(said)
        if final:
            return Unreachable(
                f"the database refuses: {final[0]}; check the URL in {self._variable} and the user's rights"
            )
        if error.connection_invalidated or isinstance(error, sa.exc.OperationalError | sa.exc.InterfaceError):
            return Interrupted(f"the database does not answer ({type(error.orig).__name__})")
        code = getattr(error.orig, "sqlstate", None)
        return Unreachable(
            f"the database stopped the reading ({type(error.orig).__name__}{f', code {code}' if code else ''}); "
            "run the query there to see why"
        )


def _from(resource: SqlResource) -> sa.FromClause:
    import sqlalchemy as sa

    if resource.table is not None:
        schema, _, name = resource.table.rpartition(".")
        return sa.table(name, schema=schema or None)
    # A colon before a word would be a parameter of ours.
    query = re.sub(r"(?<![:\\]):(?=\w)", r"\:", str(resource.query).strip().rstrip(";").rstrip())
    return sa.text(f"({query}\n) asked")
