"""Which reader a file goes to, and the one function that reads it.

Belongs here: recognising a file by its header or keys, the list of readers, wording what was expected.
Does not: any vendor's shape (its module), where files are kept (``storage``).
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath

import polars as pl

from sources import (
    amplitude,
    app_store,
    canonical,
    delighted,
    gong,
    google_play,
    hubspot,
    intercom,
    jira,
    mixpanel,
    pendo,
    posthog,
    product_usage,
    qualtrics,
    salesforce,
    segment,
    slack,
    stripe,
    surveymonkey,
    zendesk,
)
from sources.archive import member_names
from sources.content import DEFAULT_LIMITS, Content, Limits, open_content
from sources.delimited import read_header
from sources.errors import WrongShape
from sources.extract import Extract
from sources.jsonlines import read_json
from sources.reader import BY_CONTENT, Head, Reader

READERS: tuple[Reader, ...] = (
    canonical.READER,
    salesforce.READER,
    hubspot.READER,
    stripe.READER,
    qualtrics.READER,
    zendesk.READER,
    intercom.READER,
    product_usage.READER,
    slack.READER,
    segment.READER,
    amplitude.READER,
    posthog.READER,
    mixpanel.READER,
    pendo.READER,
    jira.READER,
    gong.READER,
    delighted.READER,
    surveymonkey.READER,
    google_play.READER,
    app_store.READER,
)
_LINES_SEEN = 20  # of JSON lines, to learn their keys: enough for a few broken ones and a mixture of objects


def read(
    path: Path, relative_name: str, limits: Limits = DEFAULT_LIMITS, encodings: Mapping[str, str] | None = None
) -> Extract:
    """Read the file at ``path``, delivered as ``relative_name`` (below the extracts folder, with slashes).

    Raises ``WrongShape`` if it cannot be taken as a whole.
    """
    return read_bytes(path.read_bytes(), relative_name, limits, encodings)


def read_bytes(
    delivered: bytes, relative_name: str, limits: Limits = DEFAULT_LIMITS, encodings: Mapping[str, str] | None = None
) -> Extract:
    """As ``read``, for bytes that are in memory already (so that what is hashed is what is read).

    ``encodings``: source → the encoding its files are declared to be in; UTF-8 for the others.
    """
    source, content = source_by_name(relative_name), None
    try:
        content = open_content(delivered, relative_name, (encodings or {}).get(source, "utf-8"), limits)
        reader = _recognise(content, limits)
        source = reader.name
        extract = reader.read(content, limits)
        extract.check_sums()
    except WrongShape as error:
        error.source = source
        if error.rows_read is None:
            error.rows_read = content.data_lines if content is not None else 0
        raise
    return replace(extract, source=source)


def source_by_name(relative_name: str) -> str:
    """The source that a file seems to come from, judged by its folders and name alone; ``unknown`` if they say nothing.

    Used only to say whose file was set aside.
    """
    names = {reader.name for reader in READERS}
    for part in PurePosixPath(relative_name).parts[:-1]:
        if part in names:
            return part
    return canonical.READER.name if canonical.table_of(relative_name) is not None else "unknown"


def head_of(content: Content, limits: Limits = DEFAULT_LIMITS) -> Head:
    """What the readers are shown to recognise the file."""
    if content.kind == "parquet":
        try:
            columns = tuple(pl.read_parquet_schema(io.BytesIO(content.body)))
        except (pl.exceptions.PolarsError, OSError) as error:
            raise WrongShape(
                "the Parquet file is damaged or cut short: deliver it again", reason="bad_parquet"
            ) from error
        return Head(content.relative_name, content.kind, columns)
    if content.kind == "csv":
        headers, _ = read_header(content.body)
        return Head(content.relative_name, content.kind, tuple(name.strip() for name in headers[0]))
    if content.kind == "zip":
        return Head(content.relative_name, content.kind, (), members=tuple(member_names(content.body)))
    found = read_json(content, limits, first=_LINES_SEEN)
    seen = tuple(frozenset(r) for _, r in found.records)
    columns = tuple(sorted(frozenset().union(*seen)))
    return Head(content.relative_name, content.kind, columns, seen, found.lists)


def _recognise(content: Content, limits: Limits) -> Reader:
    """The one reader whose file this is. Raises ``WrongShape`` if there is none, or more than one."""
    head = head_of(content, limits)
    claims = {reader.name: reader.claims(head) for reader in READERS}
    strongest = max(claims.values())
    claiming = [reader for reader in READERS if claims[reader.name] == strongest]
    if not strongest:
        expected = "\n".join(f"  {reader.name}: {reader.expects}" for reader in READERS)
        raise WrongShape(f"no reader knows this file by its header. What was expected:\n{expected}", reason="unclaimed")
    if len(claiming) > 1:
        names = " and ".join(reader.name for reader in claiming)
        how = "header" if strongest == BY_CONTENT else "name"
        raise WrongShape(
            f"{names} both know this file by its {how}: rename it or drop the columns of the other", reason="ambiguous"
        )
    return claiming[0]
