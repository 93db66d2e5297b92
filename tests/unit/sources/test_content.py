"""Bytes → text within limits."""

from __future__ import annotations

import gzip
import zlib

import pytest

from sources.content import Limits, open_content
from sources.errors import WrongShape


def test_a_byte_order_mark_is_no_part_of_the_first_column():
    assert open_content(b"\xef\xbb\xbfid,name\n1,x\n", "a.csv").body.startswith(b"id,")


@pytest.mark.parametrize("empty", [b"", b"\n\n  \n", gzip.compress(b"", mtime=0)])
def test_an_empty_file_is_a_wrong_shape_that_says_what_to_do(empty):
    with pytest.raises(WrongShape, match="empty") as raised:
        open_content(empty, "tickets.csv")
    assert raised.value.reason == "empty_file"


def test_gzip_is_unpacked_whatever_the_name():
    assert open_content(gzip.compress(b"id\n1\n", mtime=0), "a.csv").body == b"id\n1\n"


def test_gzip_that_is_cut_short_is_refused():
    with pytest.raises(WrongShape, match="cut short"):
        open_content(gzip.compress(b"id\n" + b"1\n" * 1000)[:-12], "a.csv.gz")


def test_damaged_gzip_is_refused():
    packed = bytearray(gzip.compress(bytes(range(256)) * 50))
    packed[30] ^= 0xFF
    with pytest.raises(WrongShape, match="damaged"):
        open_content(bytes(packed), "a.csv.gz")


def test_a_decompression_bomb_is_given_up_early():
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = packer.compress(b"0" * 50_000_000) + packer.flush()
    with pytest.raises(WrongShape, match="bomb"):
        open_content(bomb, "a.csv.gz", limits=Limits(gzip_free_bytes=1 << 20))


def test_a_file_beyond_the_limit_is_refused():
    with pytest.raises(WrongShape, match="several files"):
        open_content(b"id\n" * 100, "a.csv", limits=Limits(file_bytes=100))


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_a_byte_order_mark_declares_utf16(encoding):
    delivered = ("\ufeff" + "id,text\n1,grün\n").encode(encoding)
    assert open_content(delivered, "reviews.csv").body == "id,text\n1,grün\n".encode()


def test_utf16_that_is_cut_within_a_letter_is_refused():
    with pytest.raises(WrongShape, match="utf-16"):
        open_content("\ufeffid,text\n".encode("utf-16-le")[:-1], "reviews.csv")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('[{"id": 1}, {"id": 2}]', "json"),
        ('{"tickets": [{"id": 1}], "count": 1}', "json"),
        ('{\n "tickets": []\n}', "json"),
        ('{"id": 1, "comments": [{"id": 2}]}', "jsonl"),
        ('{"id": 1}\n{"id": 2}', "jsonl"),
        ('{"id": 1, "tags": ["a"]}\n{"id": 2}\n', "jsonl"),
        ('{"id": 1', "jsonl"),
    ],
)
def test_one_json_document_is_told_from_lines(text, kind):
    assert open_content(text.encode(), "export.json").kind == kind


def test_a_declared_encoding_is_used():
    assert open_content("id\ncafé\n".encode("cp1252"), "a.csv", encoding="cp1252").body == "id\ncafé\n".encode()
    with pytest.raises(WrongShape, match="declared"):
        open_content(b"id\n\x81\n", "a.csv", encoding="cp1252")


def test_lines_that_end_with_cr_alone_are_read():
    assert open_content(b"id,b\r1,2\r", "a.csv").body == b"id,b\n1,2\n"


def test_kinds_are_told_by_content_first():
    assert open_content(b'{"id": 1}\n', "a.csv").kind == "jsonl"
    assert open_content(b"broken\n", "a.jsonl").kind == "jsonl"
    assert open_content(b"id\n", "a.txt").kind == "csv"
    assert open_content(b'[{"id": 1}]', "a.csv").kind == "json"


def test_one_record_over_several_lines_is_one_line():
    content = open_content(b'{\n "id": 1,\r\n "body": "a\\nb"\n}\n', "ticket.json")
    assert (content.kind, content.data_lines) == ("jsonl", 1)
    assert content.body.strip().count(b"\n") == 0
