"""The how-to pages of databases and APIs: their files can be used as they stand, and every setting is named."""

from __future__ import annotations

import re

import pytest
from markdown_pages import CHECKOUT

from connections import configuration

FOLDER = CHECKOUT / "docs" / "how-to" / "sources"
PAGES = {name: (FOLDER / f"{name}.md").read_text(encoding="utf-8") for name in ("sql-database", "rest-api")}


@pytest.mark.parametrize("page", PAGES)
def test_the_files_shown_can_be_used(page, tmp_path):
    shown = re.findall(r"```yaml\n(connections:.*?)```", PAGES[page], re.DOTALL)
    assert shown
    for number, text in enumerate(shown):
        file = tmp_path / f"{number}.yml"
        file.write_text(text, encoding="utf-8")
        assert configuration.load(file).connections


@pytest.mark.parametrize(
    ("model", "pages"),
    [
        (configuration.SqlConnection, ("sql-database",)),
        (configuration.SqlResource, ("sql-database",)),
        (configuration.ApiConnection, ("rest-api",)),
        (configuration.ApiResource, ("rest-api",)),
        (configuration.ApiCursor, ("rest-api",)),
        (configuration.OAuth2Auth, ("rest-api",)),
        (configuration.ApiKeyAuth, ("rest-api",)),
        (configuration.BasicAuth, ("rest-api",)),
        (configuration.Retries, ("rest-api",)),
    ],
)
def test_every_setting_is_named(model, pages):
    text = "".join(PAGES[page] for page in pages)
    assert [name for name in model.model_fields if name not in text] == []
