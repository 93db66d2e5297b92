"""A data folder of a test's own; and PostgreSQL, started once a session, skipped by name where it is not installed."""

from __future__ import annotations

from collections.abc import Iterator

import postgres_server
import pytest

from storage.layout import DataDir


@pytest.fixture
def paths(tmp_path) -> DataDir:
    return DataDir(tmp_path / "data")


@pytest.fixture(scope="session")
def postgres() -> Iterator[postgres_server.Server]:
    programs = postgres_server.programs()
    if programs is None:
        pytest.skip("PostgreSQL is not installed here: apt-get install postgresql")
    with postgres_server.running(programs) as server:
        yield server
