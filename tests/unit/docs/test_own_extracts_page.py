"""The how-to of one's own extracts names the readers, statuses and reasons that the code has."""

from __future__ import annotations

import re

from markdown_pages import CHECKOUT, table_below

from sources.catalog import READERS

PAGE = (CHECKOUT / "docs" / "how-to" / "own-extracts.md").read_text(encoding="utf-8")


def written_in(*rooms: str) -> str:
    return "\n".join(f.read_text(encoding="utf-8") for room in rooms for f in sorted((CHECKOUT / room).glob("*.py")))


def first_words(table: list[list[str]]) -> list[str]:
    return [row[0].strip("`") for row in table]


def test_every_reader_is_named_and_no_other():
    named = first_words(table_below(PAGE, "What may lie in the folder"))
    assert [n.lower().replace(" ", "_").removesuffix("_tables") for n in named] == [r.name for r in READERS]


def test_every_status_and_reason_named_is_one_the_code_gives():
    code = written_in("sources", "storage")
    part = PAGE.split("## What the messages mean")[1]
    statuses = first_words(table_below(PAGE, "What the messages mean"))
    reasons = [name for name, _ in re.findall(r"^\| `(\w+)` \| ([^|]+) \|$", part, re.MULTILINE)]
    assert statuses
    assert reasons
    assert not [name for name in [*statuses, *reasons] if f'"{name}"' not in code]


def test_every_survey_word_named_is_mapped():
    from sources.qualtrics import SCALES

    line = next(line for line in PAGE.splitlines() if "word in its tag" in line)
    named = set(re.findall(r"`(\w+)`", line))
    assert named <= SCALES.keys()


def test_the_columns_of_salesforce_that_are_named_are_read():
    reader = "".join(p.read_text(encoding="utf-8") for p in sorted((CHECKOUT / "sources").glob("salesforce*.py")))
    part = PAGE.split("### Salesforce")[1].split("###")[0]
    assert not [name for name in re.findall(r"`(\w+__c|MasterRecordId)`", part) if f'"{name}"' not in reader]
