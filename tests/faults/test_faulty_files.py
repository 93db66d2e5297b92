"""Every fault of the table, on deliveries of every reader: nothing crashes, is lost without a word or silently wrong.

The slow campaign reads 1 000 files and more, the fast one a sample of them; both draw the same files every time.
"""

from __future__ import annotations

import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sources import catalog
from sources.catalog import READERS
from tests.faults.faults_of_bytes import cut_at_any_byte
from tests.faults.faults_of_values import odd_number, odd_text, odd_time, other_type
from tests.faults.faulty import Cell, Faulty, written
from tests.faults.faulty_files import FAULTS, Fault, applies
from tests.faults.good_deliveries import good_deliveries
from tests.faults.verdicts import verdict

GOOD = good_deliveries()
# What befalls single cells has the most ways to go wrong.
MANY = {cut_at_any_byte, odd_number, odd_time, odd_text, other_type}
SECONDS = 20  # for one file of a few kilobytes, on a machine that does other things besides: only endless work takes so


def befall(fault: Fault, n_files: int) -> int:
    """Read ``n_files`` files that this fault befell; fails with the first whose verdict is not good."""
    deliveries = st.sampled_from([good for good in GOOD if applies(fault, good)])
    read = 0

    @settings(
        max_examples=n_files, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck)
    )
    @given(st.data())
    def each(data: st.DataObject) -> None:
        nonlocal read
        faulty = fault(data.draw, data.draw(deliveries))
        started = time.monotonic()
        assert verdict(faulty) is None
        assert time.monotonic() - started < SECONDS
        read += 1

    each()
    return read


def test_every_reader_has_a_good_delivery_that_is_damaged():
    assert {good.source for good in GOOD} == {reader.name for reader in READERS}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_a_faulty_file_is_never_silently_wrong(fault):
    assert befall(fault, 3 if fault in MANY else 1) > 0


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_none_of_a_thousand_faulty_files_is_silently_wrong(fault):
    befall(fault, 80 if fault in MANY else 16)


def test_a_verdict_finds_what_is_silently_wrong():
    """The campaign is worth something only if it can fail: a reader that rounds, swallows or pads is found."""
    good = next(g for g in GOOD if g.name == "survey_responses.csv")
    data = written(good).replace(b"csat,2,", b"csat,3.7,")
    rounded = Faulty(good, good.name, data.replace(b"3.7", b"4"), 4, {1: 1, 3: 3, 4: 4}, {2: (2, Cell("2", "3.7"))})
    assert "score is 4.0" in verdict(rounded)
    swallowed = Faulty(good, good.name, b"".join(written(good).splitlines(keepends=True)[:-1]), 4, {1: 1})
    assert verdict(swallowed) == "3 rows read of 4"
    other = Faulty(good, good.name, written(good).replace(b"R3", b"R7"), 4, {n: n for n in range(1, 5)})
    assert "row 3 is not touched by the fault" in verdict(other)
    assert catalog.read_bytes(data, good.name).tables["survey_responses"]["score"][1] == 3.7
