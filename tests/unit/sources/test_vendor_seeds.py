"""Files of real shape that no one here wrote: each is claimed by one reader, and every row of it is accounted for."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from sources import catalog
from sources.reader import NOT_MINE

SEEDS = Path(os.environ.get("JSI_SHARED_DIR", Path(__file__).resolve().parents[4] / "shared")) / "vendor_seeds"

#: Pattern below the folder of vendor files → the source that reads them.
READ_BY = {
    "slack/**/*.json": "slack",
    "slack/*.zip": "slack",
    "segment/*.csv": "segment",
    "amplitude/*.csv": "amplitude",
    "pendo/*.csv": "pendo",
    "jira/*.csv": "jira",
    "unified_rag/jira_*.csv": "jira",
    "salesforce/*.csv": "salesforce",
    "stripe/*.csv": "stripe",
    "hubspot/*.csv": "hubspot",
    "unified_rag/hubspot_*.csv": "hubspot",
    "unified_rag/zendesk_*.csv": "zendesk",
    "intercom/*.csv": "intercom",
    "zendesk/*.csv": "zendesk",
    "qualtrics/*.csv": "qualtrics",
    "qualtrics_csv_export/*.csv": "qualtrics",
    "google_play/*.csv": "google_play",
    "apple_store/*.csv": "app_store",
}


def _files() -> list[tuple[str, str]]:
    found = [
        (path.relative_to(SEEDS).as_posix(), source)
        for pattern, source in READ_BY.items()
        for path in sorted(SEEDS.glob(pattern))
    ]
    return found or [("vendor_seeds", "absent")]


@pytest.mark.parametrize(("name", "source"), _files())
def test_every_row_of_a_vendors_file_is_kept_or_excluded_with_a_reason(name, source):
    if source == "absent":
        pytest.skip("vendor_seeds is not here (set JSI_SHARED_DIR)")
    extract = catalog.read(SEEDS / name, name)
    assert extract.source == source
    extract.check_sums()
    kept = Counter()
    for frame in extract.tables.values():
        kept.update(frame.filter(~frame["is_derived"])["source_row"].to_list())
    excluded = Counter(extract.excluded.filter(~extract.excluded["is_derived"])["source_row"].to_list())
    assert kept + excluded == Counter(range(1, extract.rows_read + 1))
    assert extract.excluded["reason"].null_count() == extract.excluded["message"].null_count() == 0


@pytest.mark.parametrize(("name", "source"), _files())
def test_a_vendors_file_is_claimed_by_its_reader_alone(name, source):
    if source == "absent":
        pytest.skip("vendor_seeds is not here (set JSI_SHARED_DIR)")
    head = catalog.head_of(catalog.open_content((SEEDS / name).read_bytes(), name))
    assert [reader.name for reader in catalog.READERS if reader.claims(head) != NOT_MINE] == [source]
