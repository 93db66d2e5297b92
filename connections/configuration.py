"""``connections.yml``: which databases and APIs are pulled, and into which tables.

Belongs here: the file's shape, its checks, the wording of what is wrong with it, reading secrets from the environment.
Does not: asking a database or an API (``database``, ``api``).

A password or token never stands in the file: it names the environment variable that holds it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from connections.errors import BadConfiguration
from sources.contract import TABLES

#: Rows of one landed file; they are held in memory until it is written.
BATCH_ROWS = 50_000
#: A transaction that began earlier may commit later: so far back before the last cursor is read again.
OVERLAP_SECONDS = 300
OVERLAP_STEPS = 1_000  # the same for a counting cursor

_LOCAL = ("localhost", "127.0.0.1", "::1")


def _zone(name: Any) -> Any:
    if name is None or isinstance(name, ZoneInfo):
        return name
    try:
        return ZoneInfo(str(name))
    except (KeyError, ValueError, OSError):
        raise ValueError("there is no such time zone; write it as Europe/Berlin or UTC") from None


def _since(value: Any) -> Any:
    """A date or time is meant in UTC where it says nothing else."""
    if isinstance(value, datetime):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC)
    if isinstance(value, bool) or not isinstance(value, int | None):
        raise ValueError("must be a date (2024-01-31), a time (2024-01-31T00:00:00Z) or a whole number")
    return value


Zone = Annotated[ZoneInfo | None, BeforeValidator(_zone)]
Since = Annotated[datetime | int | None, BeforeValidator(_since)]
Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
Variable = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True, hide_input_in_errors=True)


class _Resource(_Strict):
    """One table or list of the source. ``target``: the canonical table its rows become; none: files as the source has
    them, for the vendor's reader to recognise. ``columns``: canonical column → the source's name for it.
    ``constants``: canonical column → what each row holds in it. ``epoch``: numbers are times, in this unit.
    """

    target: str | None = None
    columns: dict[str, str] = {}
    constants: dict[str, str | int | float | bool] = {}
    epoch: Literal["seconds", "milliseconds"] | None = None
    batch_rows: int = Field(BATCH_ROWS, ge=1, le=1_000_000)
    overlap: int | None = Field(None, ge=0)

    @model_validator(mode="after")
    def _names_are_known(self) -> _Resource:
        if self.target is None:
            if self.columns or self.constants:
                raise ValueError("columns and constants need a target: name the canonical table that the rows become")
            return self
        if self.target not in TABLES:
            raise ValueError(f"target must be a canonical table: {', '.join(sorted(TABLES))}")
        unknown = sorted({*self.columns, *self.constants} - set(TABLES[self.target].column_names))
        if unknown:
            known = ", ".join(TABLES[self.target].column_names)
            raise ValueError(f"{self.target} has no column {', '.join(unknown)}; its columns are {known}")
        return self


class SqlResource(_Resource):
    """``table`` (or schema.table) or ``query``; ``cursor``: the column that only grows when a row is new or changed."""

    table: str | None = None
    query: str | None = None
    cursor: str | None = None
    since: Since = None

    @model_validator(mode="after")
    def _says_what_to_read(self) -> SqlResource:
        if (self.table is None) == (self.query is None):
            raise ValueError("give either table or query")
        if self.query is not None:
            plain = re.sub(r"--[^\n]*|/\*.*?\*/", " ", self.query, flags=re.DOTALL).strip()
            if not re.match(r"(?i)(select|with)\b", plain) or ";" in plain.rstrip(";").rstrip():
                raise ValueError("query must be one SELECT statement: data is only read")
        if self.since is not None and self.cursor is None:
            raise ValueError("since needs a cursor")
        return self


class ApiCursor(_Strict):
    """``field``: where a record says when it changed; ``param``: the request's parameter that asks from then on.

    ``ascending``: the API gives the oldest change first, so that each batch is a step forward even if a later page
    fails.
    """

    field: str
    param: str | None = None
    format: Literal["iso8601", "date", "epoch_seconds", "epoch_milliseconds", "integer"] = "iso8601"
    ascending: bool = False
    since: Since = None


class ApiResource(_Resource):
    """``path`` below the base URL; ``records``: where a page holds its records (``data``, ``result.items``, ``$``).

    ``parent``: the resource whose records fill the path's ``{resources.<parent>.<field>}``.
    """

    path: str
    method: Literal["GET", "POST"] = "GET"
    params: dict[str, str | int | float | bool] = {}
    body: dict[str, Any] | None = None
    headers: dict[str, str] = {}
    records: str = "$"
    paginator: str | dict[str, Any] = "single_page"
    parent: str | None = None
    cursor: ApiCursor | None = None


class BearerAuth(_Strict):
    type: Literal["bearer"]
    token_env: Variable


class ApiKeyAuth(_Strict):
    type: Literal["api_key"]
    api_key_env: Variable
    name: str = "Authorization"
    location: Literal["header", "query", "cookie"] = "header"


class BasicAuth(_Strict):
    type: Literal["http_basic"]
    username_env: Variable
    password_env: Variable


class OAuth2Auth(_Strict):
    type: Literal["oauth2_client_credentials"]
    access_token_url: str
    client_id_env: Variable
    client_secret_env: Variable
    request_data: dict[str, str] = {}


class Retries(_Strict):
    """How often one request is tried, and how long it is waited in between (doubling, or as ``Retry-After`` says)."""

    attempts: int = Field(6, ge=1, le=20)
    backoff_seconds: float = Field(1.0, ge=0, le=60)
    longest_wait_seconds: float = Field(300.0, ge=0, le=3600)
    timeout_seconds: float = Field(60.0, gt=0, le=600)


class _Connection(_Strict):
    """``time_zone``: of times without an offset. ``fold``: which moment is meant where its clocks show a time twice."""

    time_zone: Zone = None
    fold: Literal["first", "second"] | None = None
    retries: Retries = Retries()


class SqlConnection(_Connection):
    """``url_env``: the variable that holds the SQLAlchemy URL."""

    kind: Literal["sql"]
    url_env: Variable
    resources: dict[Name, SqlResource] = Field(min_length=1)


class ApiConnection(_Connection):
    """``base_url``: all paths are below it. ``auth``: names the variables that hold the secrets."""

    kind: Literal["rest"]
    base_url: str
    auth: Annotated[BearerAuth | ApiKeyAuth | BasicAuth | OAuth2Auth, Field(discriminator="type")] | None = None
    headers: dict[str, str] = {}
    resources: dict[Name, ApiResource] = Field(min_length=1)

    @model_validator(mode="after")
    def _is_safe_and_whole(self) -> ApiConnection:
        for name, url in (
            ("base_url", self.base_url),
            ("access_token_url", getattr(self.auth, "access_token_url", "")),
        ):
            parts = urlsplit(url)
            if url and (parts.scheme not in ("http", "https") or not parts.hostname):
                raise ValueError(f"{name} must begin with https://")
            if parts.username or parts.password:
                raise ValueError(f"{name} holds a user or password: use auth, which names environment variables")
            if url and self.auth and parts.scheme == "http" and parts.hostname not in _LOCAL:
                raise ValueError(f"{name} must begin with https://, or the secret would travel in the clear")
        for name, resource in self.resources.items():
            if resource.parent is not None and resource.parent not in self.resources:
                raise ValueError(f"resource {name}: its parent {resource.parent} is not among the resources")
            if resource.parent is not None and self.resources[resource.parent].parent is not None:
                raise ValueError(f"resource {name}: its parent {resource.parent} has a parent itself; only one step")
        return self


class Configuration(_Strict):
    """The whole file."""

    connections: dict[Name, Annotated[SqlConnection | ApiConnection, Field(discriminator="kind")]] = Field(min_length=1)

    @model_validator(mode="after")
    def _names_are_free(self) -> Configuration:
        taken = sorted(set(self.connections) & set(TABLES))
        if taken:
            raise ValueError(f"a connection may not be named as a table: rename {', '.join(taken)}")
        return self


def load(path: Path) -> Configuration:
    """Read and check ``path``. Raises ``BadConfiguration`` with every fault: file, place, what is wrong, what to do."""
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise BadConfiguration(f"{path}: there is no such file; docs/how-to/sources/ shows what it may say") from None
    except UnicodeDecodeError:
        raise BadConfiguration(f"{path}: not UTF-8 text; save it as UTF-8") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark is not None else ""
        raise BadConfiguration(f"{path}{where}: not readable as YAML; check indents, colons and quotes") from None
    try:
        return Configuration.model_validate(found)
    except ValidationError as error:
        faults = sorted(f"{_place(e['loc'])}: {_what(e)}" for e in error.errors(include_url=False, include_input=False))
        raise BadConfiguration(f"{path}:\n" + "\n".join(f"  - {fault}" for fault in faults)) from None


def secret(variable: str, environ: Mapping[str, str]) -> str:
    """What the environment variable holds. Raises ``BadConfiguration`` if it is not set."""
    value = environ.get(variable, "")
    if not value:
        raise BadConfiguration(
            f"the environment variable {variable} is not set: set it where the command or the service is started"
        )
    return value


def _place(loc: tuple[int | str, ...]) -> str:
    """Without pydantic's own names for the branches of a union and for keys."""
    inner = [str(part) for part in loc if part not in ("[key]",)]
    kinds = ("sql", "rest")
    return " → ".join(p for n, p in enumerate(inner) if not (n == 2 and p in kinds)) or "the file"


def _what(error: Any) -> str:
    kind, said = error["type"], str(error["msg"]).removeprefix("Value error, ")
    if kind == "extra_forbidden":
        return "there is no such setting; check its spelling (secrets are named by …_env)"
    if kind == "missing":
        return "must be given"
    if kind == "string_pattern_mismatch":
        return "must be made of small letters, digits and _" if "a-z0-9_" in said else "must be the name of a variable"
    if kind in ("model_type", "dict_type"):
        return "must be a group of settings, indented below it"
    return said[:1].lower() + said[1:]
