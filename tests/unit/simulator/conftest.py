"""The default company and a large one without words, each drawn once for all tests of the room."""

from __future__ import annotations

import pytest

from simulator.sample import Sample, simulate
from simulator.world import World


@pytest.fixture(scope="session")
def company() -> Sample:
    """The company that ``jsi simulate`` writes by default."""
    return simulate(World())


@pytest.fixture(scope="session")
def large() -> Sample:
    """Many accounts, so that rates are known well; nobody says a word."""
    return simulate(World(seed=3, accounts=2_500, people=17_500, touches=120_000), with_words=False)


@pytest.fixture(scope="session")
def unlinked() -> Sample:
    """A null world of the same size."""
    return simulate(World(seed=3, accounts=2_500, people=17_500, touches=120_000, null_world=True), with_words=False)
