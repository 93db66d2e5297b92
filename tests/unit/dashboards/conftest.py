"""A publication for the app's tests, written once, and one in which nothing was heard."""

from __future__ import annotations

from functools import cache

import pytest
from streamlit.components.v2 import manifest_scanner

from tests.unit.dashboards.published_company import Company, write


@pytest.fixture(scope="session", autouse=True)
def packages_are_scanned_once():
    """Streamlit looks for components in every installed package, anew for each ``AppTest``: half of its time."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", cache(manifest_scanner.scan_component_manifests))
        yield


@pytest.fixture(scope="session")
def company_data(tmp_path_factory):
    """A data folder with one published generation of a small company."""
    data = tmp_path_factory.mktemp("published_company")
    write(data)
    return data


@pytest.fixture(scope="session")
def silent_data(tmp_path_factory):
    """A data folder whose company was never heard from."""
    data = tmp_path_factory.mktemp("silent_company")
    write(data, Company(heard=False))
    return data
