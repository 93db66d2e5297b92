"""Who is the same across systems: ids, merges and addresses → one canonical id each. Pure, column by column.

Belongs here: the rules of matching, the same for people (by e-mail) and accounts (by domain). Does not: reading raw,
what an address looks like (``addresses``), hashing (``identity``), which account a person belongs to (``resolution``).

Ids come as numbers 0 … n − 1 in the order of their spelling, and nothing depends on the order of rows. An id is
followed in three steps: spellings of one address are one id (the least stands for all), merges lead to the survivor,
an address leads to its owner. The owner of an address is the one id that the most trusted source names it for; where
that source names several, nobody owns it. So a step by address always leads to a source that is trusted more, and
there are no circles but those of merges: ids in one keep their own.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

#: Worse than any source: an id that only touches name.
_UNDESCRIBED = 1 << 40


@dataclass(frozen=True)
class Matched:
    """What became of each id, by its number.

    ``canonical``: the id that it is. ``by_merge``, ``by_address``: whether such a step led there. ``is_ambiguous``: an
    address of it is claimed by two whom nothing tells apart, or its addresses lead to two. ``owners``: address, owner
    (its number; null where two claim it), for every address that is claimed.
    """

    canonical: np.ndarray
    by_merge: np.ndarray
    by_address: np.ndarray
    is_ambiguous: np.ndarray
    owners: pl.DataFrame


def match(n: int, own: pl.DataFrame, merges: pl.DataFrame, described: pl.DataFrame, claims: pl.DataFrame) -> Matched:
    """Follow each of ``n`` ids to its canonical one.

    ``own``: node, address of the ids that are themselves an address. ``merges``: node, into, valid_from; the newest,
    then the greatest survivor counts. ``described``: node, trust (0 is best) of each source that describes the id.
    ``claims``: node, address, as any of the sources tells.
    """
    everyone = np.arange(n)
    spelled = _spelled_as(everyone, own)
    survivor = _survivors(everyone, merges, spelled)[spelled]

    trust = np.full(n, _UNDESCRIBED)
    np.minimum.at(trust, survivor[_numbers(described["node"])], _numbers(described["trust"]))
    # An id that is itself an address ranks below one that a system drew.
    is_address = np.zeros(n, dtype=bool)
    is_address[_numbers(own["node"])] = True
    level = 2 * trust + is_address

    claimed = pl.concat([own.select("node", "address"), claims.select("node", "address")])
    claimed = claimed.with_columns(pl.Series("node", survivor[_numbers(claimed["node"])]))
    # By its hash, which is quick: what two share by chance is told apart again where the owner is looked for.
    is_shared = claimed["address"].hash().is_duplicated()
    shared = claimed.filter(is_shared).unique()
    shared = shared.with_columns(pl.Series("level", level[_numbers(shared["node"])]))
    owners = _owners(shared)
    root, is_torn = _follow_addresses(shared, owners, everyone)

    disputed = np.zeros(n, dtype=bool)
    unowned = owners.filter(pl.col("owner").is_null())
    disputed[_numbers(shared.join(unowned, on="address", how="semi")["node"])] = True
    alone = claimed.filter(~is_shared).select("address", pl.col("node").alias("owner"))
    return Matched(
        canonical=root[survivor],
        by_merge=survivor != spelled,
        by_address=(spelled != everyone) | (root[survivor] != survivor),
        is_ambiguous=(disputed | is_torn)[survivor],
        owners=_ends(pl.concat([alone, owners]), root),
    )


def ends_of_chains(step: np.ndarray) -> np.ndarray:
    """Where each node's chain of steps ends (a node without a step points at itself).

    A node in a circle, and one that leads into it, has no end: it stays where it is.
    """
    at = step
    for _ in range(max(1, len(step).bit_length())):  # each round doubles the steps taken
        further = at[at]
        if np.array_equal(further, at):
            break
        at = further
    return np.where(step[at] == at, at, np.arange(len(step)))


def _numbers(column: pl.Series) -> np.ndarray:
    return column.cast(pl.Int64).to_numpy()


def _ends(owners: pl.DataFrame, root: np.ndarray) -> pl.DataFrame:
    """The owners of addresses, followed to whom they are themselves."""
    known = owners.filter(pl.col("owner").is_not_null())
    ended = known.select("address", pl.Series("owner", root[_numbers(known["owner"])]))
    return pl.concat([ended, owners.filter(pl.col("owner").is_null())])


def _spelled_as(everyone: np.ndarray, own: pl.DataFrame) -> np.ndarray:
    """The node that stands for each: the least of all ids that are spellings of one address."""
    stands_for = everyone.copy()
    alike = own.filter(pl.col("address").is_duplicated())
    least = alike.select("node", pl.col("node").min().over("address").alias("least"))
    stands_for[_numbers(least["node"])] = _numbers(least["least"])
    return stands_for


def _survivors(everyone: np.ndarray, merges: pl.DataFrame, spelled: np.ndarray) -> np.ndarray:
    """The node that each lives on in after all merges."""
    chosen = (
        merges.with_columns(
            pl.Series("node", spelled[_numbers(merges["node"])]), pl.Series("into", spelled[_numbers(merges["into"])])
        )
        .filter(pl.col("node") != pl.col("into"))
        .sort("valid_from", "into", descending=True, nulls_last=True)
        .unique("node", keep="first", maintain_order=True)
    )
    step = everyone.copy()
    step[_numbers(chosen["node"])] = _numbers(chosen["into"])
    return ends_of_chains(step)


def _owners(shared: pl.DataFrame) -> pl.DataFrame:
    """address, owner: the only node of the best level that claims it; null where there are two."""
    return (
        shared.filter(pl.col("level") == pl.col("level").min().over("address"))
        .group_by("address")
        .agg(pl.when(pl.len() == 1).then(pl.col("node").first()).alias("owner"))
    )


def _follow_addresses(
    shared: pl.DataFrame, owners: pl.DataFrame, everyone: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Where each node ends after its addresses' owners, and whether its addresses lead to two different ends.

    Owners are trusted more than those who follow them, so the best levels are settled first.
    """
    root, is_torn = everyone.copy(), np.zeros(len(everyone), dtype=bool)
    steps = shared.join(owners, on="address").filter(pl.col("owner") != pl.col("node"))
    for _, found in sorted(steps.partition_by("level", as_dict=True).items()):
        ends = pl.DataFrame({"node": found["node"], "end": root[_numbers(found["owner"])]})
        reached = ends.group_by("node").agg(pl.col("end").min(), (pl.col("end").n_unique() > 1).alias("is_torn"))
        settled, torn = reached.filter(~pl.col("is_torn")), reached.filter(pl.col("is_torn"))
        root[_numbers(settled["node"])] = _numbers(settled["end"])
        is_torn[_numbers(torn["node"])] = True
    return root, is_torn
