"""The page of faults: each test that it names is there, and every fault of the campaign is one that it can name."""

from __future__ import annotations

import re

from markdown_pages import CHECKOUT

from tests.faults.faulty_files import FAULTS

PAGE = (CHECKOUT / "docs" / "faults.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.splitlines()
    if line.startswith("|") and not line.startswith(("| fault |", "|---"))
]
TEST = re.compile(r"`(tests/[^`:]+)::(\w+)(?:\[(\w+)\])?`")


def test_each_fault_has_an_outcome_and_a_test_that_is_there():
    faults = {fault.__name__ for fault in FAULTS}
    wrong = []
    for row in ROWS:
        named = TEST.fullmatch(row[3])
        if len(row) != 4 or not row[1] or (named is None and row[3] != "–"):
            wrong.append(row[0])
        elif named is not None:
            text = (CHECKOUT / named[1]).read_text(encoding="utf-8")
            if f"def {named[2]}(" not in text or (named[3] and named[3] not in faults):
                wrong.append(f"{row[0]}: {row[3]}")
    assert not wrong
    assert len(ROWS) > 40


def test_only_what_no_reader_can_notice_goes_without_a_test():
    assert [row[0] for row in ROWS if row[3] == "–"] == ["CSV cut exactly at a line end"]
