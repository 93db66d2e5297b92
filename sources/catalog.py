"""Which reader a file goes to, and the one function that reads it.

Belongs here: recognising a file by its header or keys, the list of readers.
Does not: any vendor's shape (its module), where files are kept (``storage``).
"""

from __future__ import annotations

import csv
import gc
import io
from collections.abc import Iterator
from contextlib import contextmanager
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
    own_tables,
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
from sources.archive import member_names, sole_member
from sources.company_map import EMPTY, CompanyMap, is_utf8
from sources.content import DEFAULT_LIMITS, Content, Limits, open_content
from sources.declared import Declared, reading
from sources.delimited import header_of, read_header
from sources.errors import WrongShape
from sources.extract import WARNING_SCHEMA, Extract, stacked, warning_rows
from sources.jsonlines import read_json
from sources.map_faults import parse
from sources.nearest import unclaimed
from sources.reader import BY_CONTENT, NOT_MINE, Head, Reader

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


def read(path: Path, relative_name: str, limits: Limits = DEFAULT_LIMITS, company: CompanyMap = EMPTY) -> Extract:
    """Read the file at ``path``, delivered as ``relative_name`` (below the extracts folder, with slashes).

    Raises ``WrongShape`` if it cannot be taken as a whole.
    """
    return read_bytes(path.read_bytes(), relative_name, limits, company)


def read_bytes(
    delivered: bytes, relative_name: str, limits: Limits = DEFAULT_LIMITS, company: CompanyMap = EMPTY
) -> Extract:
    """As ``read``, for bytes that are in memory already (so that what is hashed is what is read).

    ``company``: what the company declares of its sources, and its own tables.
    """
    # The collector stays paused until what was parsed is gone again: else it looks at all of it once more.
    with _collector_paused():
        return read_content(*_recognised(delivered, relative_name, limits, company), limits, company)


def _recognised(delivered: bytes, relative_name: str, limits: Limits, company: CompanyMap) -> tuple[Content, Reader]:
    """As ``opened``; its refusal names the source that the file's name speaks of."""
    try:
        return opened(delivered, relative_name, limits, company)
    except WrongShape as error:
        error.source = source_by_name(relative_name)
        raise


def read_content(content: Content, reader: Reader, limits: Limits, company: CompanyMap) -> Extract:
    """Read what ``opened`` gave. Raises ``WrongShape``."""
    declared = company.declared(reader.name)
    try:
        with _collector_paused(), reading(declared):
            extract = reader.read(_with_known_names(content, reader, declared), limits)
        extract.check_sums()
    except WrongShape as error:
        error.source = reader.name
        raise _counted(error, content) from error.__cause__
    warnings = stacked([extract.warnings, _doubt(content, extract)], WARNING_SCHEMA)
    return replace(extract, source=reader.name, warnings=warnings)


def _doubt(content: Content, extract: Extract) -> pl.DataFrame:
    """A warning where the file ends within a line: nothing in it shows whether its last cell is whole."""
    is_open = content.kind == "csv" and content.body[-1:] not in (b"\n", b"\r", b'"')
    if not is_open or extract.rows_read == 0 or extract.rows_read in extract.excluded["source_row"]:
        return pl.DataFrame(schema=WARNING_SCHEMA)
    message = "the file ends without a line end: if the export was cut short, this row's last cell is not whole"
    return warning_rows([extract.rows_read], "no_line_end", message, None, None)


def opened(delivered: bytes, relative_name: str, limits: Limits, company: CompanyMap) -> tuple[Content, Reader]:
    """The file's text and the one reader that knows it.

    A file is read in the encoding of the source that claims it, UTF-8 if it declares none. Where the header itself
    cannot be read so, the declared encodings are tried: one counts if a source that declares it claims the file.
    Raises ``WrongShape`` if no reader knows it, or more than one.
    """
    encodings, refusal = company.encodings, None
    for encoding in ("utf-8", *sorted(set(encodings.values()))):
        content = None
        try:
            content = _open(delivered, relative_name, encoding, limits)
            reader = _recognise(content, limits, company)
            wanted = encodings.get(reader.name, "utf-8")
            if wanted == encoding:
                return content, reader
            if not is_utf8(encoding):
                continue  # the header reads the same in many encodings: this is not its source's
            content = _open(delivered, relative_name, wanted, limits)
            if _recognise(content, limits, company).name == reader.name:
                return content, reader
        except WrongShape as error:
            refusal = refusal or _counted(error, content)
    raise refusal or WrongShape("its source declares another encoding than the file has: correct company.yml")


def _open(delivered: bytes, relative_name: str, encoding: str, limits: Limits) -> Content:
    """The file's content; an archive that no reader takes as it is stands for the one file in it."""
    with _collector_paused():
        content = open_content(delivered, relative_name, encoding, limits)
    if content.kind != "zip":
        return content
    head = head_of(content, limits)
    if any(reader.claims(head) for reader in READERS):
        return content
    name, data = sole_member(content.body, limits)
    inner = open_content(data, str(PurePosixPath(relative_name).parent / name), encoding, limits)
    if inner.kind == "zip":
        raise WrongShape("the archive holds another archive: unpack it once", reason="bad_zip")
    return inner


def _counted(error: WrongShape, content: Content | None) -> WrongShape:
    if error.rows_read is None:
        error.rows_read = content.data_lines if content is not None else 0
    return error


def company_map(text: str, where: str = "company.yml") -> CompanyMap:
    """The company map that ``text`` writes. Raises ``MapError`` naming each fault, its line and what to do."""
    return parse(text, [reader.name for reader in READERS], where)


def _with_known_names(content: Content, reader: Reader, declared: Declared) -> Content:
    """A CSV's header under the names that the reader knows; its rows as they are."""
    if not declared.fields or content.kind != "csv":
        return content
    headers, rest = read_header(content.body, 1, reader.separator)
    header = io.StringIO()
    names = [declared.fields.get(name.strip(), name) for name in headers[0]]
    csv.writer(header, delimiter=reader.separator, lineterminator="\n").writerow(names)
    return replace(content, body=header.getvalue().encode() + rest)


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Without searches for cycles: what a file is read into has none, and each search looks at all of it again.

    Raises ``WrongShape`` for values that are nested beyond reason.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    except RecursionError as error:
        raise WrongShape("the JSON is nested beyond reason: export it again", reason="bad_json") from error
    finally:
        if was_enabled:
            gc.enable()


def source_by_name(relative_name: str) -> str:
    """The source that a file seems to come from, judged by its folders and name alone; ``unknown`` if they say nothing.

    Used only to say whose file was set aside.
    """
    names = {reader.name for reader in READERS}
    for part in PurePosixPath(relative_name).parts[:-1]:
        if part in names:
            return part
    return canonical.READER.name if canonical.table_of(relative_name) is not None else "unknown"


def head_of(content: Content, limits: Limits = DEFAULT_LIMITS, separator: str = ",") -> Head:
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
        headers, _ = header_of(content.body, 1, separator)
        _check_width(len(headers[0]), limits)
        return Head(content.relative_name, content.kind, tuple(name.strip() for name in headers[0]))
    if content.kind == "zip":
        return Head(content.relative_name, content.kind, (), members=tuple(member_names(content.body)))
    found = read_json(content, limits, first=_LINES_SEEN)
    seen = tuple(frozenset(r) for _, r in found.records)
    columns = tuple(sorted(frozenset().union(*seen)))
    _check_width(len(columns), limits)
    return Head(content.relative_name, content.kind, columns, seen, found.lists)


def _check_width(n_columns: int, limits: Limits) -> None:
    """Before any reader looks at the names: a header of a million of them costs each reader seconds."""
    if n_columns > limits.columns:
        raise WrongShape(
            f"the file has {n_columns} columns or keys, more than {limits.columns}: export the fields that are needed",
            reason="too_large",
        )


def _recognise(content: Content, limits: Limits, company: CompanyMap) -> Reader:
    """The one reader whose file this is. Raises ``WrongShape`` if there is none, or more than one."""
    readers = (*READERS, *own_tables.readers(company))
    heads: dict[str, Head | WrongShape] = {}
    claims: dict[str, int] = {}
    for reader in readers:
        separator = reader.separator if content.kind == "csv" else ","
        if separator not in heads:
            heads[separator] = _head_or_fault(content, limits, separator)
        head = heads[separator]
        is_readable = isinstance(head, Head)
        claims[reader.name] = reader.claims(_as_known(head, company.declared(reader.name))) if is_readable else NOT_MINE
    strongest = max(claims.values())
    if not strongest and isinstance(heads[","], WrongShape):
        raise heads[","]
    claiming = [reader for reader in readers if claims[reader.name] == strongest]
    if not strongest:
        raise unclaimed(heads[","] if isinstance(heads[","], Head) else head, readers)
    if len(claiming) > 1:
        names = " and ".join(reader.name for reader in claiming)
        how = "header" if strongest == BY_CONTENT else "name"
        raise WrongShape(
            f"{names} both know this file by its {how}: rename it or drop the columns of the other", reason="ambiguous"
        )
    return claiming[0]


def _head_or_fault(content: Content, limits: Limits, separator: str) -> Head | WrongShape:
    """A header parted by one sign may be unreadable when read as parted by another."""
    try:
        return head_of(content, limits, separator)
    except WrongShape as fault:
        return fault


def _as_known(head: Head, declared: Declared) -> Head:
    """The head as the reader sees it, once own columns bear the names it knows."""
    if not declared.fields:
        return head
    return replace(head, columns=tuple(declared.fields.get(name, name) for name in head.columns))
