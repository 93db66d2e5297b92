"""Records from any REST API, through dlt: its paginators, its authentication, its retries.

Belongs here: saying our settings in dlt's words, saying in words why an API does not answer. Does not: how far to read
(``cursor``), what a value becomes (``values``), writing.

dlt is imported inside the functions: it takes three seconds, and nobody pays for it who has no API configured.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from connections.clock import Clock, NoZone, Unreadable
from connections.configuration import ApiConnection, ApiCursor, ApiResource, secret
from connections.errors import BadConfiguration, Interrupted, SourceChanged, Unreachable
from connections.values import at
from storage.files import write_text

#: dlt tells nobody, and keeps what it keeps below the data folder.
_QUIET = {"RUNTIME__DLTHUB_TELEMETRY": "false", "RUNTIME__LOG_LEVEL": "CRITICAL", "DO_NOT_TRACK": "1"}


class Api:
    """One connection of kind ``rest``, for the time of one pull. ``home``: a folder for what dlt itself may write.

    Raises ``BadConfiguration`` if dlt is not installed or a secret is not in the environment.
    """

    def __init__(self, connection: ApiConnection, environ: Mapping[str, str], home: Path) -> None:
        _no_settings_below(home)
        os.environ.update(_QUIET, DLT_DATA_DIR=str(home), DLT_PROJECT_DIR=str(home), DLT_LOCAL_DIR=str(home))
        try:
            from dlt.sources.helpers.requests.retry import Client
        except ModuleNotFoundError:
            raise BadConfiguration(
                "dlt is not installed, and reads APIs: pip install 'journey-sentiment-index[live]'"
            ) from None
        from requests.adapters import HTTPAdapter

        tries = connection.retries
        self._connection = connection
        self._auth = _auth(connection, environ)
        self._session = Client(
            raise_for_status=False,
            request_timeout=tries.timeout_seconds,
            request_max_attempts=tries.attempts,
            request_backoff_factor=tries.backoff_seconds,
            request_max_retry_delay=tries.longest_wait_seconds,
        ).session
        # A page's link to the next one may not lead elsewhere: the secret would go with it.
        base = urlsplit(connection.base_url)
        self._session.adapters.clear()
        self._session.mount(f"{base.scheme}://{base.netloc}/", HTTPAdapter())

    def close(self) -> None:
        self._session.close()

    def records(self, name: str, start: datetime | int | None) -> Iterator[dict[str, Any]]:
        """The records of a resource from ``start`` on, in the API's order.

        Raises ``Unreachable`` if a request fails for good, ``SourceChanged`` if a page has no records where declared.
        """
        from dlt.sources.rest_api import rest_api_resources

        resource = self._connection.resources[name]
        asked = [self._asked(name, None if resource.parent else start)]
        if resource.parent is not None:
            asked.insert(0, self._asked(resource.parent, start))
        client = {
            "base_url": self._connection.base_url,
            "headers": dict(self._connection.headers),
            "auth": self._auth,
            "session": self._session,
        }
        try:
            found = {r.name: r for r in rest_api_resources({"client": client, "resources": asked})}
            yield from found[name]
        except (SourceChanged, Unreachable):
            raise
        except Exception as error:  # dlt wraps what requests and the paginators raise in errors of its own
            raise _translated(error, name, resource) from None

    def _asked(self, name: str, start: datetime | int | None) -> dict[str, Any]:
        """One resource in dlt's words."""
        resource = self._connection.resources[name]
        params = {k: _escaped(v) for k, v in resource.params.items()}
        if resource.cursor is not None and resource.cursor.param and start is not None:
            params[resource.cursor.param] = _spelled(start, resource.cursor)
        endpoint: dict[str, Any] = {
            "path": resource.path,
            "method": resource.method,
            "params": params,
            "headers": dict(resource.headers),
            "data_selector": resource.records,
            "paginator": dict(resource.paginator) if isinstance(resource.paginator, dict) else resource.paginator,
            "response_actions": [_has_records(name, resource)],
        }
        if resource.body is not None:
            endpoint["json"] = resource.body
        asked: dict[str, Any] = {"name": name, "endpoint": endpoint}
        if resource.parent is not None:
            parent = self._connection.resources[resource.parent]
            if parent.cursor is not None:
                asked["include_from_parent"] = [parent.cursor.field]
        return asked


def cursor_of(connection: ApiConnection, name: str) -> ApiCursor | None:
    """The resource's cursor. One with a parent moves with its parent: its records carry the parent's cursor."""
    resource = connection.resources[name]
    if resource.cursor is None and resource.parent is not None:
        inherited = connection.resources[resource.parent].cursor
        if inherited is not None:
            field = f"_{resource.parent}_{inherited.field}"
            return inherited.model_copy(update={"field": field, "ascending": False})
    return resource.cursor


def cursor_value(record: Mapping[str, Any], by: ApiCursor, clock: Clock) -> datetime | int:
    """Where a record stands. Raises ``SourceChanged`` if it does not say."""
    value = at(record, by.field)
    if value is None:
        raise SourceChanged([f"{by.field}: missing (the cursor)"])
    if by.format == "integer":
        if isinstance(value, bool) or not isinstance(value, int):
            raise SourceChanged([f"{by.field}: a cursor of the format integer must be a whole number"])
        return value
    unit = {"epoch_seconds": "seconds", "epoch_milliseconds": "milliseconds"}.get(by.format, clock.epoch)
    try:
        return replace(clock, epoch=unit).read(value)
    except NoZone:
        raise SourceChanged(
            [f"{by.field}: holds times without an offset: declare the connection's time_zone"]
        ) from None
    except Unreadable:
        raise SourceChanged([f"{by.field}: a cursor of the format {by.format} must be a time"]) from None


def _no_settings_below(home: Path) -> None:
    """An empty file of secrets, or dlt would look for Streamlit's and import all of it."""
    secrets = home / ".dlt" / "secrets.toml"
    if not secrets.exists():
        write_text("# nothing: secrets come from the environment\n", secrets)


def _spelled(start: datetime | int, by: ApiCursor) -> str | int:
    """``start`` as the request's parameter. A fraction of a second is cut: rather a row twice than one never."""
    if isinstance(start, int) or by.format == "integer":
        return start if isinstance(start, int) else int(start.timestamp())
    moment = start.astimezone(UTC)
    if by.format == "date":
        return f"{moment:%Y-%m-%d}"
    if by.format == "iso8601":
        return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
    return int(moment.timestamp()) * (1 if by.format == "epoch_seconds" else 1000)


def _escaped(value: Any) -> Any:
    """dlt would look for a name in braces."""
    return value.replace("{", "{{").replace("}", "}}") if isinstance(value, str) else value


def _auth(connection: ApiConnection, environ: Mapping[str, str]) -> dict[str, Any] | None:
    """The connection's authentication in dlt's words, with the secrets from the environment."""
    if connection.auth is None:
        return None
    auth = connection.auth.model_dump()
    made = {k.removesuffix("_env"): secret(v, environ) if k.endswith("_env") else v for k, v in auth.items()}
    if "request_data" in made:
        made["access_token_request_data"] = made.pop("request_data")
    return made


def _has_records(name: str, resource: ApiResource) -> Any:
    """A response hook: a page without the declared place of its records is no empty page."""

    def check(response: Any, *_: Any, **__: Any) -> Any:
        from dlt.common import jsonpath

        if response.status_code < 400 and not jsonpath.find_values(resource.records, response.json()):
            raise SourceChanged([f"{resource.records}: missing (where the records of {name} are declared to be)"])
        return response

    return check


def _translated(error: Exception, name: str, resource: ApiResource) -> Exception:
    """Why the API could not be read, without a URL's query, a header or a word of the answer."""
    import requests

    chain: list[BaseException] = []
    link: BaseException | None = error
    while link is not None and link not in chain:
        chain.append(link)
        link = link.__cause__ or link.__context__
    for cause in chain:
        if isinstance(cause, SourceChanged | Unreachable):
            return cause
        if isinstance(cause, requests.HTTPError) and cause.response is not None:
            return _refused(cause.response.status_code, resource.path)
        if isinstance(cause, requests.exceptions.InvalidSchema):
            return Unreachable(f"{resource.path}: a link to the next page leads to another host, and is not followed")
        if isinstance(cause, requests.exceptions.JSONDecodeError):
            return SourceChanged([f"{resource.path}: the answer is no JSON"])
    for cause in chain:
        if isinstance(cause, requests.Timeout):
            return Interrupted(f"{resource.path}: no answer in time")
        if isinstance(cause, requests.ConnectionError | requests.exceptions.ChunkedEncodingError):
            return Interrupted(f"{resource.path}: the line broke, also when tried again")
    innermost = type(chain[-1]).__name__
    return BadConfiguration(f"resource {name} cannot be read as configured ({innermost}): check its path and paginator")


def _refused(status: int, path: str) -> Exception:
    if status in (401, 403):
        return Unreachable(f"{path}: the API refuses the credentials ({status}): check the variables that auth names")
    if status == 429:
        return Interrupted(f"{path}: still too many requests (429) after all tries: pull less often or ask for more")
    if status >= 500:
        return Interrupted(f"{path}: the API fails ({status}), also when tried again")
    return Unreachable(f"{path}: the API answers {status}: check path, params and headers")
