"""The how-to of the policy names every seed and columns that the seeds have."""

from __future__ import annotations

import re

from markdown_pages import CHECKOUT, table_below

PAGE = (CHECKOUT / "docs" / "how-to" / "change-the-policy.md").read_text(encoding="utf-8")
SEEDS = {p.name: p for p in sorted((CHECKOUT / "dbt_project" / "seeds").glob("*.csv"))}


def header(seed: str) -> list[str]:
    return SEEDS[seed].read_text(encoding="utf-8").splitlines()[0].split(",")


def test_the_page_names_every_seed_and_columns_that_it_has():
    named = {file.strip("`"): re.findall(r"`(\w+)`", columns) for file, _, columns in table_below(PAGE, "Which file")}
    assert set(named) == set(SEEDS)
    assert not {
        f: sorted(set(columns) - set(header(f))) for f, columns in named.items() if set(columns) - set(header(f))
    }


def test_every_seed_has_an_owner_and_a_reason_in_each_row():
    import csv

    for name, path in SEEDS.items():
        with path.open(encoding="utf-8", newline="") as file:
            for line, row in enumerate(csv.DictReader(file), start=2):
                assert row["owner"], f"{name}, line {line}: no owner"
                assert row["reason"], f"{name}, line {line}: no reason"


def test_the_example_rows_fit_their_seeds():
    examples = {
        file: block.strip().splitlines()
        for file, block in re.findall(r"`dbt_project/seeds/(\w+\.csv)`.*?```csv\n(.*?)```", PAGE, re.DOTALL)
    }
    assert examples
    for file, lines in examples.items():
        assert {len(line.split(",")) for line in lines} == {len(header(file))}
