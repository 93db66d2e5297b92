"""A delivered file's bytes → plain text or Parquet, within limits.

Belongs here: gzip, byte order marks, the declared encoding, telling CSV from JSON from Parquet, limits.
Does not: what a column or a vendor means.
"""

from __future__ import annotations

import gzip
import io
import re
import zlib
from dataclasses import dataclass, field
from typing import Any, Literal

from sources import json_values
from sources.contract import MOST_CHARS
from sources.errors import WrongShape

#: ``jsonl``: one object a line. ``json``: one document: an array of objects, or a page of an API (lists of objects).
Kind = Literal["csv", "jsonl", "json", "parquet", "zip"]

_CHUNK = 1 << 20
_UTF8_MARK = b"\xef\xbb\xbf"
_ZIP_MARKS = (b"PK\x03\x04", b"PK\x05\x06")  # the second: an archive of no files
_WIDE_MARKS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class Limits:
    """What one file may ask of this machine; beyond it the file or the row is set aside with a message."""

    file_bytes: int = 1 << 30  # uncompressed: a file is read whole, and its frame takes about twice as much again
    gzip_ratio: int = 250  # exports of text shrink 5 to 30 times; only a bomb shrinks 1000 times
    gzip_free_bytes: int = 64 << 20  # below this the ratio does not matter
    cell_chars: int = MOST_CHARS
    columns: int = 5_000  # the widest CRM object has 800 fields
    line_bytes: int = 8_000_000  # one line of JSON, e.g. a ticket with all its comments


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True)
class Content:
    """``body``: UTF-8 text (rows may still hold invalid bytes), a Parquet file or a zip archive, as ``kind`` says.

    ``document``: what a JSON document holds, parsed once (recognising and reading both look at it); null if it is none.
    ``has_long``: numbers of a JSON file may be longer than a float is exact (``json_values``); true where no one
    looked.
    """

    relative_name: str
    kind: Kind
    body: bytes
    document: Any = field(default=None, repr=False, compare=False)
    has_long: bool = True

    @property
    def data_lines(self) -> int:
        """Physical lines below the header: how many rows a file that is set aside is said to have had."""
        if self.kind in ("parquet", "zip") or b"\0" in self.body[:_CHUNK]:
            return 0
        lines = self.body.count(b"\n") + (not self.body.endswith(b"\n") and bool(self.body))
        return max(lines - (self.kind == "csv"), 0)


def open_content(
    delivered: bytes, relative_name: str, encoding: str = "utf-8", limits: Limits = DEFAULT_LIMITS
) -> Content:
    """Unpack and decode ``delivered``. ``encoding`` is the one declared for the source; it is never guessed.

    A byte order mark declares the file's own encoding. Raises ``WrongShape`` for an empty file, damaged gzip or a file
    beyond ``limits``.
    """
    body = _unpacked(delivered, limits) if delivered[:2] == b"\x1f\x8b" else delivered
    if len(body) > limits.file_bytes:
        raise WrongShape(
            f"the file has more than {limits.file_bytes >> 20} MiB of data: deliver it in several files",
            reason="too_large",
        )
    if body[:4] == b"PAR1":
        return Content(relative_name, "parquet", body)
    if body[:4] in _ZIP_MARKS:
        return Content(relative_name, "zip", body)
    declared = "utf-16" if body[:2] in _WIDE_MARKS else "utf-8" if body.startswith(_UTF8_MARK) else encoding
    body = _as_utf8(body, declared).removeprefix(_UTF8_MARK)
    if b"\n" not in body and b"\r" in body:
        body = body.replace(b"\r", b"\n")  # an old export that ends its lines with CR alone
    if not body[:_CHUNK].strip() and not body.strip():
        raise WrongShape(
            "the file is empty (not even a header): check whether the export ran; an export that found nothing "
            "still has a header",
            reason="empty_file",
        )
    has_long = body[:_CHUNK].lstrip()[:1] in (b"[", b"{") and json_values.has_long_numbers(body)
    kind, document = _kind(body, relative_name, has_long)
    if kind == "jsonl" and document is not None and b"\n" in body.strip():
        # One record written over several lines. Within texts JSON writes a line end as \\n, so these part no words.
        body = body.replace(b"\r", b" ").replace(b"\n", b" ")
    return Content(relative_name, kind, body, document if kind == "json" else None, has_long)


def _unpacked(delivered: bytes, limits: Limits) -> bytes:
    """The bytes inside gzip, given up as soon as they pass the limits."""
    parts, size = [], 0
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(delivered)) as packed:
            while part := packed.read(_CHUNK):
                parts.append(part)
                size += len(part)
                is_bomb = size > limits.gzip_free_bytes and size > len(delivered) * limits.gzip_ratio
                if size > limits.file_bytes or is_bomb:
                    raise WrongShape(
                        "the file unpacks to far more than a packed export would (a decompression bomb?): deliver "
                        "it unpacked or in several files",
                        reason="too_large",
                    )
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise WrongShape(
            f"the gzip data is damaged or cut short ({type(error).__name__}): deliver the file again",
            reason="bad_gzip",
        ) from error
    return b"".join(parts)


def _as_utf8(body: bytes, encoding: str) -> bytes:
    if re.sub("[-_]", "", encoding).lower() in ("utf8", "utf8sig"):
        return body
    try:
        return body.decode(encoding).encode("utf-8")
    except UnicodeError as error:
        raise WrongShape(
            f"the file does not hold text in {encoding}, the encoding declared for its source: export it in that "
            "encoding or declare the right one",
            reason="bad_encoding",
        ) from error


def _kind(body: bytes, relative_name: str, has_long: bool) -> tuple[Kind, Any]:
    """The kind, and what was parsed to find it; of JSON lines, the one record that the whole file is."""
    start = body[:_CHUNK].lstrip()[:1]
    if start == b"[" or (start == b"{" and not _is_lines(body)):
        document = parsed(body, has_long)
        # A record has an id; a page has lists.
        is_page = isinstance(document, dict) and "id" not in document and _has_list(document)
        if start == b"[" or is_page:
            return "json", document
        if document is not None:
            return "jsonl", document
    is_json_name = re.search(r"\.(jsonl|ndjson|json)(\.gz)?$", relative_name, re.IGNORECASE) is not None
    return ("jsonl" if start == b"{" or is_json_name else "csv"), None


def _is_lines(body: bytes) -> bool:
    """JSON lines are told by their first line, which is a whole object, with another one below."""
    first, _, rest = body.lstrip().partition(b"\n")
    return rest.strip() != b"" and first.rstrip()[-1:] == b"}" and rest.lstrip()[:1] == b"{"


def _has_list(document: dict[str, Any]) -> bool:
    return any(isinstance(v, list) and (not v or isinstance(v[0], dict)) for v in document.values())


def parsed(body: bytes, has_long: bool) -> Any:
    """The document; null where it is cut short, damaged, nested beyond reason or not UTF-8 (reading says what)."""
    try:
        return json_values.parse(body, has_long)
    except ValueError:
        return None
