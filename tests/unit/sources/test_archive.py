"""Zip archives: members within limits, nothing believed that the archive says of itself."""

from __future__ import annotations

import io
import zipfile

import pytest

from sources.archive import member_names, members
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
