"""One version of the policy means one formula: a change without a new version is refused, and is told by its file."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pytest

from orchestration.formula import MACRO, PROJECT, SEEDS, UnnamedChange, fingerprints, refuse_unnamed_changes, to_publish
from storage.layout import DataDir

NOW = date(2026, 11, 23)
HALF_LIVES = "seeds/policy_half_lives.csv"
PARAMETERS = "seeds/policy_index_parameters.csv"
UNITS = {"segment", "region", "product_line", "account_id", "unit"}


@pytest.fixture
def project(tmp_path) -> Path:
    """The policy and the macro, to be changed."""
    for file in (*SEEDS, "seeds/policy_versions.csv", MACRO):
        (tmp_path / "dbt" / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(PROJECT / file, tmp_path / "dbt" / file)
    return tmp_path / "dbt"


@pytest.fixture
def published(tmp_path, project) -> DataDir:
    """A data folder whose publication was computed under that policy."""
    paths = DataDir(tmp_path / "data").create()
    publish(paths, project)
    return paths


def publish(paths: DataDir, project: Path) -> None:
    folder = paths.published / "000001-2026-01-01"
    folder.mkdir(exist_ok=True)
    (folder / "manifest.json").write_text(json.dumps({"formula": to_publish(paths, NOW, project)}))
    paths.current.unlink(missing_ok=True)
    paths.current.symlink_to(folder.name)


def edit(project: Path, file: str, old: str, new: str) -> None:
    text = (project / file).read_text(encoding="utf-8")
    assert old in text
    (project / file).write_text(text.replace(old, new), encoding="utf-8")


def test_what_was_published_and_a_first_refresh_are_not_refused(tmp_path, project, published):
    refuse_unnamed_changes(published, NOW, project)
    refuse_unnamed_changes(DataDir(tmp_path / "new").create(), NOW, project)


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        (HALF_LIVES, "unsolicited,30,", "unsolicited,31,"),
        # One unit with a half-life of its own beside the one of all.
        (HALF_LIVES, "inferred,14,", "inferred,14,1900-01-01,,someone,as before\ninferred in emea,20,"),
        (PARAMETERS, "prior_mass,", "segment,prior_mass,"),
        (PARAMETERS, "\n3,0.25", "\n0,0.25"),
        ("seeds/policy_versions.csv", "policy-1,1900-01-01", "policy-1,2020-01-01"),
        (MACRO, "pow(2.0", "pow(2.5"),
    ],
)
def test_a_change_under_the_same_version_is_refused_and_names_its_file_and_what_to_do(
    project, published, file, old, new
):
    edit(project, file, old, new)
    with pytest.raises(UnnamedChange) as refusal:
        refuse_unnamed_changes(published, NOW, project)
    message = str(refusal.value)
    assert f"dbt_project/{file} is not what it was when policy-1 was published" in message
    assert "policy_versions.csv" in message
    assert "change-the-policy.md" in message


def test_a_change_with_a_version_of_its_own_is_taken_and_the_old_version_means_what_it_meant(project, published):
    before = fingerprints(NOW, project)["policy-1"]
    edit(project, HALF_LIVES, "unsolicited,30,1900-01-01,,", "unsolicited,30,1900-01-01,2026-10-01,")
    with (project / HALF_LIVES).open("a") as file:
        file.write("unsolicited,31,2026-10-01,,customer experience,measured\n")
    with (project / "seeds/policy_versions.csv").open("a") as file:
        file.write("policy-2,2026-10-01,customer experience,messages fade later\n")
    edit(project, MACRO, "pow(2.0", "pow(2.5")  # the formula goes by the newest name
    refuse_unnamed_changes(published, NOW, project)
    now = fingerprints(NOW, project)
    assert now["policy-1"] == {file: before[file] for file in before if file != MACRO}
    assert now["policy-1"][HALF_LIVES] != now["policy-2"][HALF_LIVES]
    publish(published, project)
    edit(project, "seeds/policy_versions.csv", "policy-2,2026-10-01,customer experience,messages fade later\n", "")
    with pytest.raises(UnnamedChange, match=r"jsi_index\.sql is not what it was when policy-1"):
        refuse_unnamed_changes(published, NOW, project)


def test_a_version_that_begins_later_may_still_change(project, published):
    edit(project, HALF_LIVES, "unsolicited,30,1900-01-01,,", "unsolicited,30,1900-01-01,2027-01-01,")
    with (project / HALF_LIVES).open("a") as file:
        file.write("unsolicited,31,2027-01-01,,customer experience,measured\n")
    with (project / "seeds/policy_versions.csv").open("a") as file:
        file.write("policy-2,2027-01-01,customer experience,messages fade later\n")
    publish(published, project)
    edit(project, HALF_LIVES, "unsolicited,31,", "unsolicited,32,")
    refuse_unnamed_changes(published, NOW, project)
    refuse_unnamed_changes(published, date(2026, 1, 1), project)
    edit(project, MACRO, "pow(2.0", "pow(2.5")
    with pytest.raises(UnnamedChange, match="when policy-2 was published"):
        refuse_unnamed_changes(published, date(2026, 1, 1), project)


def test_words_comments_and_the_order_of_rows_are_no_formula(project, published):
    edit(project, HALF_LIVES, "starting value; behaviour", "agreed; behaviour")
    edit(project, HALF_LIVES, "unsolicited,30,", "unsolicited,30.0,")
    header, first, *rest = (project / HALF_LIVES).read_text().splitlines()
    (project / HALF_LIVES).write_text("\n".join([header, *rest, first]) + "\n")
    text = (project / MACRO).read_text()
    (project / MACRO).write_text("{# another word #}\n" + text.replace("\n", "\n  ") + "-- and another\n")
    refuse_unnamed_changes(published, NOW, project)


@pytest.mark.parametrize("file", SEEDS)
def test_no_part_of_the_formula_differs_by_unit(file):
    header = (PROJECT / file).read_text(encoding="utf-8").splitlines()[0]
    assert not UNITS & set(header.split(","))
