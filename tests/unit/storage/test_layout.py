"""Where things lie below the data folder."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from storage.layout import DataDir


def test_the_data_folder_comes_from_the_environment_and_is_absolute(monkeypatch, tmp_path):
    monkeypatch.setenv("JSI_DATA_DIR", str(tmp_path / "x"))
    assert DataDir.from_env().root == tmp_path / "x"
    monkeypatch.chdir(tmp_path)
    assert DataDir.from_env({"JSI_DATA_DIR": "y/../z"}).root == tmp_path / "z"


def test_without_the_variable_it_is_data_in_the_checkout():
    for environ in ({}, {"JSI_DATA_DIR": ""}):
        root = DataDir.from_env(environ).root
        assert root.name == "data"
        assert (root.parent / "pyproject.toml").is_file()


def test_every_path_lies_below_the_root(tmp_path):
    paths = DataDir(tmp_path)
    for name, value in vars(DataDir).items():
        if isinstance(value, property):
            assert getattr(paths, name).is_relative_to(tmp_path), name
    assert paths.create().landing.is_dir()


def test_asking_for_a_path_needs_only_the_standard_library():
    code = "import sys; import storage.layout; print([m for m in ('polars', 'numpy', 'duckdb') if m in sys.modules])"
    root = Path(__file__).resolve().parents[3]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
