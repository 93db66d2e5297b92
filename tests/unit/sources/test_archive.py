"""Zip archives: members within limits, nothing believed that the archive says of itself."""

from __future__ import annotations

import io
import zipfile

import pytest

from sources.archive import member_names, members, sole_member
from sources.content import Limits, open_content
from sources.errors import WrongShape


def packed(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def test_members_come_in_the_order_of_their_names():
    body = packed({"b/2.json": b"[]", "a.json": b"{}"})
    assert open_content(body, "export.zip").kind == "zip"
    assert member_names(body) == ["a.json", "b/2.json"]
    assert list(members(body)) == [("a.json", b"{}"), ("b/2.json", b"[]")]


def test_a_bomb_is_given_up_before_it_is_unpacked():
    body = packed({"bomb.json": b" " * 5_000_000})
    with pytest.raises(WrongShape, match="bomb"):
        list(members(body, Limits(gzip_free_bytes=1_000, gzip_ratio=10)))


def test_many_small_members_do_not_pass_the_limit_together():
    body = packed({f"{n}.json": bytes(1_000) for n in range(20)})
    with pytest.raises(WrongShape, match="far more"):
        list(members(body, Limits(file_bytes=10_000)))


@pytest.mark.parametrize("cut", [30, -30])
def test_an_archive_that_is_cut_short_is_refused(cut):
    body = packed({"a.json": b"[1, 2, 3]" * 100})[:cut]
    with pytest.raises(WrongShape):
        list(members(body))


def test_the_one_file_of_an_archive_is_found_beside_what_a_mac_adds_and_has_no_folder():
    body = packed({"../../export/accounts.csv": b"id\n", "__MACOSX/._accounts.csv": b"x", ".DS_Store": b"x"})
    assert sole_member(body) == ("accounts.csv", b"id\n")


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"a.csv": b"x", "b.csv": b"y"}, "2 files: deliver them unpacked"),
        ({"[Content_Types].xml": b"x", "xl/workbook.xml": b"y"}, "Excel workbook"),
        ({}, "no file"),
    ],
)
def test_an_archive_of_no_or_several_files_and_a_workbook_say_what_to_do(files, said):
    with pytest.raises(WrongShape, match=said):
        sole_member(packed(files))


def test_a_link_in_an_archive_is_refused():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        link = zipfile.ZipInfo("accounts.csv")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(WrongShape, match="link"):
        member_names(buffer.getvalue())
