"""The features page: one row an id, and no row claims what it cannot show."""

from __future__ import annotations

import re

from markdown_pages import CHECKOUT

PAGE = (CHECKOUT / "docs" / "features.md").read_text(encoding="utf-8")
ROWS = [
    [cell.strip() for cell in line.strip("|").split("|")]
    for line in PAGE.splitlines()
    if re.match(r"\| [A-Z]{3}\d", line)
]
# A test is a file of tests/, or a dbt test in its yml or sql.
TEST = re.compile(r"`((?:tests|dbt_project)/[^`:]+)(?:::(\w+))?`")


def test_each_row_has_five_cells_and_a_known_state():
    assert not [row[0] for row in ROWS if len(row) != 5 or row[2] not in ("done", "part", "later")]


def test_a_feature_that_is_done_or_part_names_its_place_and_a_test():
    claimed = [row for row in ROWS if row[2] != "later"]
    assert not [i for i, _, _, place, test in claimed if not ("`" in place and TEST.search(test))]


def test_a_feature_for_later_claims_nothing():
    assert not [i for i, _, state, place, test in ROWS if state == "later" and (place, test) != ("–", "–")]


def test_a_part_says_what_is_missing_and_nothing_else_does():
    assert not [i for i, what, state, _, _ in ROWS if (state == "part") != ("*missing:*" in what)]


def test_each_named_test_is_in_the_named_file():
    missing = []
    for row in ROWS:
        for file, test in TEST.findall(row[4]):
            text = (CHECKOUT / file).read_text(encoding="utf-8")
            named = f"def {test}(" if file.endswith(".py") else f"name: {test}\n"
            if test and named not in text:
                missing.append(f"{row[0]}: {file}::{test}")
    assert not missing
