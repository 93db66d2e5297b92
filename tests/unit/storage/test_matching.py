"""The rules of matching, on numbered ids: spellings, merges, owners of addresses; the same in any order."""

from __future__ import annotations

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from storage.matching import Matched, ends_of_chains, match
from tests.examples import examples

MOMENT = pl.Datetime("us", "UTC")
N = 9
NODE, ADDRESS = st.integers(0, N - 1), st.sampled_from("abcd")
WORLDS = st.fixed_dictionaries(
    {
        "own": st.dictionaries(NODE, ADDRESS, max_size=3).map(lambda d: list(d.items())),
        "merges": st.lists(st.tuples(NODE, NODE), max_size=6),
        "described": st.lists(st.tuples(NODE, st.integers(0, 3)), max_size=12),
        "claims": st.lists(st.tuples(NODE, ADDRESS), max_size=12),
    }
)


def matched(own=(), merges=(), described=(), claims=(), n: int = N) -> Matched:
    return match(
        n,
        pl.DataFrame(list(own), schema={"node": pl.Int64, "address": pl.String}, orient="row"),
        pl.DataFrame(
            [(*m, None) for m in merges],
            schema={"node": pl.Int64, "into": pl.Int64, "valid_from": MOMENT},
            orient="row",
        ),
        pl.DataFrame(list(described), schema={"node": pl.Int64, "trust": pl.Int64}, orient="row"),
        pl.DataFrame(list(claims), schema={"node": pl.Int64, "address": pl.String}, orient="row"),
    )


def canonical(**world) -> list[int]:
    return matched(**world).canonical.tolist()


def told(found: Matched) -> tuple:
    arrays = (found.canonical, found.by_merge, found.by_address, found.is_ambiguous)
    return (*(a.tolist() for a in arrays), sorted(found.owners.rows(), key=str))


def test_an_address_leads_to_the_one_whom_the_most_trusted_source_names():
    found = matched(n=3, described=[(0, 2), (1, 0), (2, 1)], claims=[(0, "a"), (1, "a"), (2, "a")])
    assert found.canonical.tolist() == [1, 1, 1]
    assert found.by_address.tolist() == [True, False, True]


def test_an_address_that_the_most_trusted_source_gives_to_two_links_nobody():
    found = matched(n=3, described=[(0, 0), (1, 0), (2, 1)], claims=[(0, "a"), (1, "a"), (2, "a")])
    assert found.canonical.tolist() == [0, 1, 2]
    assert found.is_ambiguous.tolist() == [True, True, True]
    assert found.owners.rows() == [("a", None)]


def test_whose_addresses_lead_to_two_people_stays_alone_and_joins_them_never():
    found = matched(n=3, described=[(0, 0), (1, 0), (2, 1)], claims=[(0, "a"), (1, "b"), (2, "a"), (2, "b")])
    assert found.canonical.tolist() == [0, 1, 2]
    assert found.is_ambiguous.tolist() == [False, False, True]


def test_two_addresses_of_one_person_are_no_contradiction():
    # 1 is 0 by address a, so that 2 leads to 0 by both of its addresses.
    described = [(0, 0), (1, 1), (2, 2)]
    claims = [(0, "a"), (1, "a"), (1, "b"), (2, "a"), (2, "b")]
    assert canonical(n=3, described=described, claims=claims) == [0, 0, 0]


def test_merges_are_followed_to_the_end_and_a_circle_changes_nothing():
    found = matched(n=6, merges=[(0, 1), (1, 2), (3, 4), (4, 3), (5, 4)])
    assert found.canonical.tolist() == [2, 2, 2, 3, 4, 5]
    assert found.by_merge.tolist() == [True, True, False, False, False, False]


def test_a_chain_of_any_length_ends_at_the_survivor():
    n = 1000
    assert set(canonical(n=n, merges=[(i, i + 1) for i in range(n - 1)])) == {n - 1}


def test_what_a_merged_id_claims_is_claimed_by_the_survivor():
    # 2 has the address of 0, who lives on in 1.
    assert canonical(n=3, merges=[(0, 1)], described=[(1, 0), (2, 1)], claims=[(0, "a"), (2, "a")]) == [1, 1, 1]


def test_ids_that_are_spellings_of_one_address_are_one_and_follow_whom_a_system_names_by_it():
    assert canonical(n=3, own=[(0, "a"), (1, "a")]) == [0, 0, 2]
    assert canonical(n=3, own=[(0, "a"), (1, "a")], described=[(0, 0), (2, 0)], claims=[(2, "a")]) == [2, 2, 2]


@examples(60)
@given(world=WORLDS, seed=st.integers(0, 2**16))
def test_the_order_of_rows_and_their_repetition_change_nothing(world, seed):
    random = np.random.default_rng(seed)
    shuffled = {k: [rows[i] for i in random.permutation(len(rows))] for k, rows in world.items()}
    doubled = {k: rows if k == "own" else rows + rows for k, rows in shuffled.items()}
    assert told(matched(**world)) == told(matched(**shuffled)) == told(matched(**doubled))


@examples(60)
@given(world=WORLDS)
def test_a_canonical_id_is_its_own_and_matching_again_moves_nobody(world):
    first = matched(**world).canonical
    assert (first[first] == first).all()
    # The links found, given as merges, lead to the same places.
    assert ends_of_chains(first).tolist() == first.tolist()


@examples(60)
@given(world=WORLDS)
def test_an_address_alone_never_joins_two_whom_the_most_trusted_source_keeps_apart(world):
    world = world | {"merges": [], "own": []}
    best = {node for node, trust in world["described"] if trust == 0}
    found = canonical(**world)
    assert {node: found[node] for node in best} == {node: node for node in best}
