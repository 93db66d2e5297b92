"""Fixtures for the whole session: one small sample company, refreshed once through the real Dagster job.

Belongs here: what is costly and shared. A test that changes its data folder makes its own copy.
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import Any

import pytest

from storage.layout import DataDir
from tests.examples import Campaign

CHECKOUT = Path(__file__).resolve().parent.parent

os.environ.update(DO_NOT_TRACK="1", GX_ANALYTICS_ENABLED="false")

#: Small enough for seconds, large enough for every stage, role, source and quirk.
SMALL_COMPANY = {"seed": 11, "accounts": 30, "people": 220, "months": 9, "touches": 4_000}


#: Folders whose tests share costly session fixtures or imports: each group runs in one worker, the longest first.
TOGETHER = {
    **{
        "pipeline": 0,
        "truth": 0,
        "warehouse": 1,
        "browser": 2,
        "unit/models_nlp": 3,
        "unit/dashboards": 4,
        "faults": 5,
    },
    **{"unit/expectations": 6, "unit/simulator": 7, "unit/orchestration": 8, "unit/connections": 9},
}
#: Files of these folders whose tests make companies of their own: any worker may take them.
APART = (
    "test_planted_link.py",
    "test_odd_company.py",
    "test_private_company.py",
    "test_public_data.py",
    "test_pulled_company.py",
)


def pytest_configure(config: pytest.Config) -> None:
    Campaign.is_on = not config.option.markexpr


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: TOGETHER.get(_folder(item.nodeid), len(TOGETHER)))


@pytest.hookimpl(optionalhook=True)  # xdist's own; without --numprocesses nobody asks
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Work is dealt out by group, otherwise by file. (Groups by mark do not reach xdist 3.8 under pytest 9.2.)"""
    from xdist.scheduler import LoadScopeScheduling

    class ByCostlyFixture(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.split("::")[0]
            is_shared = _folder(nodeid) in TOGETHER and not file.endswith(APART)
            return f"group {TOGETHER[_folder(nodeid)]}" if is_shared else file

    return ByCostlyFixture(config, log)


def _folder(nodeid: str) -> str:
    """``tests/<folder>/…``, of unit tests ``tests/unit/<folder>/…``"""
    _, folder, *rest = nodeid.split("/")
    return f"{folder}/{rest[0]}" if folder == "unit" else folder


_MAIN = sys.modules["__main__"]


@pytest.fixture(autouse=True)
def main_module_stays():
    """A page drawn by Streamlit's test tool is left behind as the main module, which every later process would run."""
    yield
    sys.modules["__main__"] = _MAIN


@pytest.fixture(scope="session")
def sample_extracts(tmp_path_factory) -> Path:
    """The extracts of a small sample company; its truth is in the sibling ``<name>_truth``."""
    from simulator.company import write

    out = tmp_path_factory.mktemp("company") / "extracts"
    write(out, **SMALL_COMPANY)
    return out


@pytest.fixture(scope="session")
def refreshed(sample_extracts, tmp_path_factory):
    """The data folder after one refresh of the sample company, and how the refresh ended. Read only, please."""
    from orchestration.beside import Beside
    from orchestration.refresh import refresh

    paths = DataDir(tmp_path_factory.mktemp("refreshed") / "data")
    os.environ["JSI_DATA_DIR"] = str(paths.root)
    with Beside() as beside:  # as the command line does
        beside.get_ready()
        outcome = refresh(paths, sample_extracts, None, beside, quiet_seconds=0)
    assert outcome.succeeded, outcome.failures
    return paths, outcome


@pytest.fixture
def own_copy(refreshed, tmp_path, monkeypatch) -> DataDir:
    """A copy of the refreshed data folder that a test may change."""
    paths, _ = refreshed
    copy = DataDir(tmp_path / "data")
    shutil.copytree(paths.root, copy.root, symlinks=True)
    monkeypatch.setenv("JSI_DATA_DIR", str(copy.root))
    return copy


@pytest.fixture
def shared_data() -> Path:
    """Public data beside the checkout (or where ``JSI_SHARED_DIR`` says); skips by name where it is absent."""
    folder = Path(os.environ.get("JSI_SHARED_DIR", CHECKOUT.parent / "shared"))
    if not (folder / "real_input").is_dir():
        pytest.skip(f"the public data sets are not here: {folder.name}/real_input (set JSI_SHARED_DIR)")
    return folder


@pytest.fixture(scope="session")
def german_pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small model for German, trained by the recipe's own command."""
    from tests.language_pack import trained

    return trained(tmp_path_factory.mktemp("german_pack"))
