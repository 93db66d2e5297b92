"""Where things lie below the data folder."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from storage.layout import DataDir, UnusableFolder

CHECKOUT = Path(__file__).resolve().parents[3]


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


@pytest.mark.parametrize("sign", list("'[]{}*?"))
def test_a_folder_that_databases_or_patterns_would_misread_is_refused_with_the_sign_and_what_to_do(tmp_path, sign):
    with pytest.raises(UnusableFolder, match="set JSI_DATA_DIR to a folder without") as caught:
        DataDir(tmp_path / f"it{sign}s")
    assert f"has the sign {sign} in its path" in str(caught.value)


def test_the_command_line_refuses_such_a_folder_in_one_line(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "orchestration.cli", "doctor"],
        cwd=CHECKOUT,
        env={**os.environ, "JSI_DATA_DIR": str(tmp_path / "it's")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.startswith("jsi: the data folder ")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize("how", ["argument", "environment"])
@pytest.mark.parametrize(
    ("named", "meant"),
    [
        ("/tmp/x/my data", "/tmp/x/my data"),
        ("~/x", "{home}/x"),
        ("two words/x", "{checkout}/two words/x"),
        ("", "{checkout}/data"),
    ],
)
def test_make_takes_the_folder_as_it_is_named_and_makes_it_absolute(tmp_path, how, named, meant):
    home = tmp_path / "a home"
    environment = {k: v for k, v in os.environ.items() if k not in ("JSI_DATA_DIR", "MAKEFLAGS", "MAKEOVERRIDES")}
    arguments = [f"JSI_DATA_DIR={named}"] if how == "argument" else []
    environment |= {"HOME": str(home)} | ({} if how == "argument" else {"JSI_DATA_DIR": named})
    shown = 'show: ; @printf "%s\\n%s\\n" "$$JSI_DATA_DIR" "$$DAGSTER_HOME"'
    done = subprocess.run(
        ["make", "-s", "--eval", shown, *arguments, "show"],
        cwd=CHECKOUT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    expected = meant.format(home=home, checkout=CHECKOUT) if "{" in meant else meant
    assert done.stdout.splitlines() == [expected, f"{expected}/dagster"]


def test_cleaning_removes_the_folder_that_is_meant_and_nothing_beside_it(tmp_path):
    data = tmp_path / "my data"
    data.mkdir()
    for beside in ("my", "data"):
        (tmp_path / beside).mkdir()
    subprocess.run(["make", "-s", "clean-data", f"JSI_DATA_DIR={data}"], cwd=CHECKOUT, check=True, capture_output=True)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["data", "my"]
