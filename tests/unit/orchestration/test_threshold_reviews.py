"""A proposal of thresholds becomes policy by a signature, and by nothing else."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, date, datetime, timedelta

import pytest

from orchestration.policy import SEEDS
from orchestration.policy_rows import PolicyNotWritten, in_force, succeed
from orchestration.threshold_reviews import SEED, NotSignable, sign, signatures
from storage.layout import DataDir

AT = datetime(2026, 11, 23, 8, tzinfo=UTC)
TODAY = AT.date()
CHANGE = {"stage": "renewal", "from": 70.0, "to": 55.0}


@pytest.fixture
def seeds(tmp_path):
    """The policy as it was in the beginning, whatever has been signed since."""
    copy = shutil.copytree(SEEDS, tmp_path / "seeds")
    for name in (SEED, "policy_versions.csv"):
        header, *rows = (copy / name).read_text().splitlines()
        of_today = [row for row in rows if ",1900-01-01," in row]
        (copy / name).write_text("\n".join([header, *of_today]) + "\n")
    return copy


@pytest.fixture
def paths(tmp_path) -> DataDir:
    """A proposal for one stage of two."""
    paths = DataDir(tmp_path / "data")
    stages = [
        {"stage": "renewal", "threshold": 70.0, "proposed": 55.0, "verdict": "proposed"},
        {"stage": "value", "threshold": 65.0, "proposed": 60.0, "verdict": "no evidence"},
    ]
    paths.threshold_proposals.mkdir(parents=True)
    told = {"quarter": "2026-Q4", "cost_ratio": 0.2, "stages": stages}
    (paths.threshold_proposals / "2026-Q4.json").write_text(json.dumps(told))
    return paths


def threshold_of(seeds, stage: str, on: date) -> str:
    return in_force(seeds / SEED, on, "stage", "threshold")[stage]


def test_a_signature_ends_the_row_in_force_begins_the_next_and_names_the_policy_anew(paths, seeds):
    before = (seeds / SEED).read_text().splitlines()
    signed = sign(paths, ["renewal"], "ann", "Q4 review, as proposed", AT, seeds=seeds)
    assert (signed.changes, signed.policy_version) == ((("renewal", 70.0, 55.0),), "policy-2")
    after = (seeds / SEED).read_text().splitlines()
    assert [line for line in after if line not in before] == [
        "renewal,70,1900-01-01,2026-11-24,customer success,starting value; a renewal talk starts from goodwill",
        'renewal,55,2026-11-24,,ann,"2026-Q4: Q4 review, as proposed"',
    ]
    assert [line for line in before if line not in after] == [line for line in before if line.startswith("renewal,")]
    versions = (seeds / "policy_versions.csv").read_text().splitlines()
    assert versions[-1] == 'policy-2,2026-11-24,ann,"2026-Q4: Q4 review, as proposed"'
    assert threshold_of(seeds, "renewal", TODAY) == "70"
    assert threshold_of(seeds, "renewal", date(2026, 11, 24)) == "55"
    (told,) = signatures(paths)
    assert (told["by"], told["at"], told["changes"]) == ("ann", "2026-11-23T08:00:00+00:00", [CHANGE])


def test_that_all_is_kept_is_signed_too_and_changes_no_policy(paths, seeds):
    before = (seeds / SEED).read_text()
    assert sign(paths, [], "ann", "too early", AT, seeds=seeds).policy_version is None
    assert (seeds / SEED).read_text() == before
    assert [(one["by"], one["reason"], one["changes"]) for one in signatures(paths)] == [("ann", "too early", [])]


@pytest.mark.parametrize(
    ("change", "means"),
    [
        ({"stages": ["value"]}, "proposes no threshold for value; for these it does: renewal"),
        ({"stages": ["moon"]}, "proposes no threshold for moon"),
        ({"by": " "}, "who signs and why"),
        ({"reason": ""}, "who signs and why"),
        ({"valid_from": TODAY}, "2026-11-23 has begun: numbers of that day may have been given"),
    ],
)
def test_what_cannot_be_signed_changes_nothing(paths, seeds, change, means):
    before = (seeds / SEED).read_text()
    call = {"stages": ["renewal"], "by": "ann", "reason": "why not", "at": AT, "seeds": seeds, **change}
    with pytest.raises(NotSignable, match=means):
        sign(paths, **call)
    assert (seeds / SEED).read_text() == before
    assert signatures(paths) == []


def test_a_proposal_against_another_threshold_than_that_in_force_is_not_signed(paths, seeds):
    sign(paths, ["renewal"], "ann", "as proposed", AT, seeds=seeds)
    with pytest.raises(NotSignable, match="another one by now: run `jsi thresholds propose` again"):
        sign(paths, ["renewal"], "ann", "again", AT + timedelta(days=1), seeds=seeds)


def test_without_a_proposal_there_is_nothing_to_sign(tmp_path, seeds):
    with pytest.raises(NotSignable, match="run `jsi thresholds propose`"):
        sign(DataDir(tmp_path / "empty"), [], "ann", "why not", AT, seeds=seeds)


def test_two_changes_of_one_day_share_a_version_and_a_row_that_begins_later_is_not_ended(seeds):
    first = succeed(seeds, SEED, {"value": {"threshold": "60"}}, "stage", TODAY, "ann", "one")
    assert succeed(seeds, SEED, {"renewal": {"threshold": "60"}}, "stage", TODAY, "ann", "two") == first == "policy-2"
    later = date(2027, 1, 1)
    assert succeed(seeds, SEED, {"value": {"threshold": "50"}}, "stage", later, "ann", "three") == "policy-3"
    with pytest.raises(PolicyNotWritten, match="the row of value begins on 2027-01-01"):
        succeed(seeds, SEED, {"value": {"threshold": "40"}}, "stage", TODAY, "ann", "four")
    with pytest.raises(PolicyNotWritten, match="no row without end of moon"):
        succeed(seeds, SEED, {"moon": {"threshold": "40"}}, "stage", later, "ann", "five")


def test_a_damaged_seed_is_told_by_its_line(seeds):
    (seeds / SEED).write_text((seeds / SEED).read_text() + "renewal,70\n")
    with pytest.raises(PolicyNotWritten, match="line 10: it has not as many cells as the header"):
        succeed(seeds, SEED, {"value": {"threshold": "60"}}, "stage", TODAY, "ann", "one")
