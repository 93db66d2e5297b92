"""What happens to a file's bytes: cuts, encodings, line ends, packing.

Belongs here: faults that know nothing of columns or keys. Does not: headers and rows (``faults_of_tables``), values.
"""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace

from hypothesis import strategies as st

from tests.faults.faulty import (
    Draw,
    Faulty,
    any_row,
    faulty,
    has_lines,
    parts,
    whole,
    without,
    written,
)
from tests.faults.good_deliveries import Good, plain_json


def cut_at_any_byte(draw: Draw, good: Good) -> Faulty:
    head, rows, tail = parts(good)
    data = head + b"".join(rows) + tail
    near_an_end = draw(st.booleans()) and rows
    last = len(data) - sum(map(len, rows[draw(st.integers(1, len(rows))) :])) if near_an_end else 0
    at = last - draw(st.integers(1, 6)) if last else draw(st.integers(0, len(data) - 1))
    cut = data[:at]
    if not has_lines(good) or at <= len(head):
        return faulty(good, cut, outcome="either" if good.form == "csv" and at else "refused", n_rows=None)
    same, begin, n_rows = {}, len(head), 0
    for number, row in enumerate(rows, 1):
        if begin + len(row) <= at:
            same[number] = number
        n_rows += begin < at
        begin += len(row)
    # A cell of several lines that is cut counts as several lines: its quote is not closed.
    is_open = b"\n" in cut[len(head) :].rpartition(rows[n_rows - 1][:1])[2] and good.form == "csv"
    return faulty(good, cut, n_rows=None if is_open else n_rows, same=same)


def cut_gzip(draw: Draw, good: Good) -> Faulty:
    packed = gzip.compress(written(good), mtime=0)
    at = draw(st.integers(2, len(packed) - 1))
    return faulty(good, packed[:at], name=good.name + ".gz", outcome="refused")


def gzip_with_a_wrong_byte(draw: Draw, good: Good) -> Faulty:
    packed = bytearray(gzip.compress(written(good), mtime=0))
    packed[draw(st.integers(2, len(packed) - 1))] ^= draw(st.integers(1, 255))
    return faulty(good, bytes(packed), name=good.name + ".gz", n_rows=len(good.rows), same=whole(good))


def packed_twice(draw: Draw, good: Good) -> Faulty:
    return faulty(good, gzip.compress(gzip.compress(written(good))), name=good.name + ".gz", outcome="refused")


def utf16_with_a_mark(draw: Draw, good: Good) -> Faulty:
    text = written(replace(good, encoding="utf-8")).decode()
    data = ("\ufeff" + text).encode(draw(st.sampled_from(["utf-16-le", "utf-16-be"])))
    return faulty(good, data, n_rows=len(good.rows), same=whole(good), outcome="loaded")


def utf16_without_a_mark(draw: Draw, good: Good) -> Faulty:
    text = written(replace(good, encoding="utf-8")).decode()
    return faulty(good, text.encode(draw(st.sampled_from(["utf-16-le", "utf-16-be"]))), outcome="refused")


def utf8_mark(draw: Draw, good: Good) -> Faulty:
    data = b"\xef\xbb\xbf" + written(replace(good, encoding="utf-8"))
    return faulty(good, data, n_rows=len(good.rows), same=whole(good), outcome="loaded")


def bytes_that_are_no_utf8(draw: Draw, good: Good) -> Faulty:
    """One row holds letters of another encoding."""
    head, rows, tail = parts(replace(good, encoding="utf-8"))
    bad = draw(st.sampled_from([b"\xe9", b"\xc3", b"\xf0\x9f", b"\xed\xa0\x80", b"\xff"]))
    return _spoiled(draw, good, head, rows, tail, bad)


def nul_byte(draw: Draw, good: Good) -> Faulty:
    head, rows, tail = parts(replace(good, encoding="utf-8"))
    return _spoiled(draw, good, head, rows, tail, b"\0")


def _spoiled(draw: Draw, good: Good, head: bytes, rows: list[bytes], tail: bytes, bad: bytes) -> Faulty:
    """``bad`` inside a row: that row is lost, or the document as a whole."""
    if not rows:
        at = draw(st.integers(1, len(head) - 1))
        return faulty(good, head[:at] + bad + head[at:], outcome="refused")
    number = any_row(draw, good)
    row = rows[number - 1]
    rows[number - 1] = row[:1] + bad + row[1:]
    data = head + b"".join(rows) + tail
    if not has_lines(good):
        return faulty(good, data, outcome="refused")
    return faulty(good, data, n_rows=len(rows), same=without(good, number), outcome="loaded")


def another_encoding_throughout(draw: Draw, good: Good) -> Faulty:
    """Each row holds a letter that is no UTF-8: no row can be taken."""
    head, rows, tail = parts(replace(good, encoding="utf-8"))
    data = head + b"".join(row[:1] + b"\xe9" + row[1:] for row in rows) + tail
    if not rows:
        data = head.replace(b'"id"', b'"\xe9id"')
        data = data if data != head else b"\xe9" + head
    lost = has_lines(good)
    return faulty(good, data, n_rows=len(rows) if lost else None, outcome="either" if lost else "refused")


def line_ends(draw: Draw, good: Good) -> Faulty:
    """Windows', old Macs', a mixture, none at the end, blank lines between."""
    good_ends = {"\r\n": True, "mixed": True, "none at the end": True, "blank lines": True, "\r": False}
    kind = draw(st.sampled_from(sorted(good_ends)))
    head, rows, tail = parts(replace(good, encoding="utf-8"))
    if not has_lines(good):
        end = "\n" if kind not in ("\r\n", "\r") else kind
        data = json.dumps(plain_json(good), indent=1).replace("\n", end).encode()
        return faulty(good, data, n_rows=len(good.rows), same=whole(good), outcome="loaded")
    if kind in ("\r\n", "\r"):
        head, rows, tail = parts(replace(good, encoding="utf-8"), kind)
    elif kind == "mixed":
        rows = [row.removesuffix(b"\n") + (b"\r\n" if n % 2 else b"\n") for n, row in enumerate(rows)]
    elif kind == "none at the end":
        rows[-1] = rows[-1].removesuffix(b"\n")
    else:
        rows = [row + b"\n\r\n" for row in rows]
    data = head + b"".join(rows) + tail
    if kind == "\r" and b"\n" in data:  # then a CR is no line end
        return faulty(good, data)
    return faulty(good, data, n_rows=len(good.rows), same=whole(good), outcome="loaded")


def empty(draw: Draw, good: Good) -> Faulty:
    data = draw(st.sampled_from([b"", b"\n", b"  \r\n\n", b"\xef\xbb\xbf", b"\xff\xfe", b"\xef\xbb\xbf\n"]))
    return faulty(good, data, outcome="refused")


def wrong_extension(draw: Draw, good: Good) -> Faulty:
    stem = good.name.rpartition(".")[0]
    name = stem + draw(st.sampled_from([".txt", ".json", ".csv", ".jsonl", ".parquet", ".xlsx", ".gz", ".zip", ""]))
    return faulty(good, written(good), name=name, n_rows=len(good.rows), same=whole(good))


def zipped(members: dict[str, bytes], change: Callable[[zipfile.ZipInfo], None] = lambda info: None) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            change(info)
            archive.writestr(info, data)
    return out.getvalue()


def alone_in_a_zip(draw: Draw, good: Good) -> Faulty:
    member = draw(st.sampled_from(["", "export/"])) + good.name.rpartition("/")[2]
    data = zipped({member: written(good)})
    return faulty(good, data, name=good.name + ".zip", n_rows=len(good.rows), same=whole(good), outcome="loaded")


def zip_with_a_hostile_member(draw: Draw, good: Good) -> Faulty:
    names = ["../../escape.csv", "/etc/escape.csv", "..\\..\\escape.csv", "a\nb.csv", "%2e%2e/x.csv", "C:\\x.csv"]

    def link(info: zipfile.ZipInfo) -> None:
        info.external_attr = 0o120777 << 16

    kind = draw(st.sampled_from(["name", "link", "zip in a zip", "cut", "program"]))
    if kind == "name":  # a name leads nowhere: members are never written to disk
        member = {draw(st.sampled_from(names)): written(good)}
        return faulty(good, zipped(member), name="x.zip", n_rows=len(good.rows), same=whole(good))
    if kind == "link":
        data = zipped({"tickets.csv": b"/etc/passwd"}, link)
    elif kind == "zip in a zip":
        data = zipped({"inner.zip": zipped({good.name.rpartition("/")[2]: written(good)})})
    elif kind == "program":
        data = zipped({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"})
    else:
        data = zipped({good.name.rpartition("/")[2]: written(good)})
        data = data[: draw(st.integers(4, len(data) - 1))]
    return faulty(good, data, name="x.zip", outcome="refused")
