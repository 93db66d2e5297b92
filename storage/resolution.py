"""Every person and account that raw names → the canonical one, how it was found, and where not, why not.

Belongs here: reading what raw says of people and accounts, the account that a person leads to, the files that SQL
joins. Does not: the rules of matching (``matching``), how addresses are spelled alike (``addresses``), the key of the
hashes (``identity``), the account of a single touch (dbt: ids that the touch itself names always win).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import numpy as np
import polars as pl

from sources.contract import TABLES
from storage.account_keys import account_columns, write_account_keys
from storage.accounting import newest_versions
from storage.addresses import domains, email_domains, emails, holding_address, parted
from storage.files import write_parquet
from storage.identity import PERSON_KEYS_SCHEMA, person_columns, person_keys
from storage.layout import DataDir
from storage.matching import Matched, match

ANY = "any"

ACCOUNT_MATCHES_SCHEMA: dict[str, pl.DataType] = {
    "account_id": pl.String(),
    "canonical_id": pl.String(),
    "matched_by": pl.String(),
}
RESOLVED_SCHEMA: dict[str, pl.DataType] = {
    "person_id": pl.String(),
    "canonical_id": pl.String(),
    "account_id": pl.String(),
    "matched_by": pl.String(),
    "reason": pl.String(),
}
_VERSION = ("valid_from", "merged_into", "source", "updated_at", "is_deleted")
_PEOPLE = ("person_id", "account_id", "email", *_VERSION)
_ACCOUNTS = ("account_id", "domains", *_VERSION)


@dataclass(frozen=True)
class Policy:
    """``ranks``: source → how far it is trusted to say who someone is, 1 the most; ``any``: all not named.

    ``public_domains``: where anyone may have an address or a page, so that they tell no company. ``as_of``: the moment
    that is looked at; what was deleted later is still there.
    """

    ranks: Mapping[str, int]
    public_domains: frozenset[str]
    as_of: datetime


def read_policy(seeds: Path, as_of: datetime) -> Policy:
    """The policy in force at ``as_of``. Raises ``ValueError`` where no row ``any`` is: unnamed sources need a rank."""
    day = as_of.date().isoformat()

    def in_force(name: str) -> pl.DataFrame:
        rows = pl.read_csv(seeds / name, infer_schema=False, null_values="")
        return rows.filter((pl.col("valid_from") <= day) & (pl.col("valid_to").fill_null("9999-12-31") > day))

    ranked = in_force("policy_identity_sources.csv")
    ranks = {source: int(rank) for source, rank in ranked.select("source", "rank").iter_rows()}
    if ANY not in ranks:
        raise ValueError(f"policy_identity_sources.csv has no row '{ANY}' in force on {day}: add one")
    return Policy(ranks, frozenset(in_force("policy_public_domains.csv")["domain"]), as_of)


def write_identities(paths: DataDir, key: bytes, policy: Policy) -> tuple[int, int]:
    """Write the files of ``raw/`` that say who is who: ``person_keys``, ``account_matches`` and ``account_keys``;
    returns how many people and accounts.

    They stay in the raw layer: they hold ids as vendors write them.
    """
    resolved, account_matches = resolve(paths, policy)
    hashes = person_keys(paths, key, resolved["person_id"])
    write_account_keys(paths, key, account_matches["account_id"], resolved["person_id"])
    write_parquet(account_matches, paths.account_matches)
    write_parquet(with_hashes(resolved, hashes), paths.person_keys)
    return resolved.height, account_matches.height


def with_hashes(resolved: pl.DataFrame, hashes: pl.Series) -> pl.DataFrame:
    """``PERSON_KEYS_SCHEMA``: the people resolved, each with its own hash and that of the canonical person."""
    own = hashes.alias("person_key")
    canonical = resolved["canonical_id"].replace_strict(resolved["person_id"], own).alias("canonical_key")
    return resolved.with_columns(own, canonical).select(list(PERSON_KEYS_SCHEMA))


def resolve(paths: DataDir, policy: Policy) -> tuple[pl.DataFrame, pl.DataFrame]:
    """``RESOLVED_SCHEMA`` of every person and ``ACCOUNT_MATCHES_SCHEMA`` of every account that raw names."""
    people, accounts = newest_versions(paths, "people", _PEOPLE), newest_versions(paths, "accounts", _ACCOUNTS)
    named_accounts = {t: columns for t in TABLES if (columns := account_columns(t))}
    account_matches, owners = resolve_accounts(accounts, named_ids(paths, named_accounts), policy)
    named_people = {t: columns for t in TABLES if (columns := person_columns(t))}
    return resolve_people(people, named_ids(paths, named_people), account_matches, owners, policy), account_matches


def resolve_accounts(accounts: pl.DataFrame, ids: pl.Series, policy: Policy) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Each of ``ids`` (sorted, distinct) → ``ACCOUNT_MATCHES_SCHEMA``; and who owns which domain: domain, account_id.

    ``accounts``: the version that counts of each raw row (account_id, domains, valid_from, merged_into, source,
    updated_at, is_deleted). ``matched_by``: id, merge, domain; none where no accounts row describes the account. A
    domain that two accounts claim has no account_id.
    """
    rows = _numbered(accounts, "account_id", ids)
    living = _living(rows, policy.as_of)
    listed = living.select("node", parted(pl.col("domains")).alias("address")).explode("address").drop_nulls()
    claims = _not_public(listed.with_columns(domains(listed["address"])), policy)
    # Spellings of one e-mail address are one account; what stands behind the @ is not the account's.
    # The address first: shop.example:ann@x.com and shop.example:bob@x.com are two customers of one shop.
    addresses = pl.select(pl.coalesce(holding_address(ids), domains(ids)).alias("address"))
    own = _not_public(addresses.with_row_index("node"), policy)
    found = match(ids.len(), own, _merges(rows, living, ids), _trusted(living, policy), claims)
    is_described = np.zeros(ids.len(), dtype=bool)
    is_described[rows["node"].to_numpy()] = True
    described = own.filter(pl.Series(is_described[own["node"].to_numpy()]))["address"]
    is_described[own.filter(own["address"].is_in(described.implode()))["node"].to_numpy()] = True  # in another spelling
    matches = pl.DataFrame(
        {"account_id": ids, "canonical_id": ids.gather(found.canonical), "matched_by": _link(found, "domain")}
    ).with_columns(
        pl.when(pl.Series(is_described[found.canonical]))
        .then("matched_by")
        .otherwise(pl.lit("none"))
        .alias("matched_by")
    )
    owners = found.owners.select(
        pl.col("address").alias("domain"), ids.gather(found.owners["owner"]).alias("account_id")
    )
    return matches, owners


def resolve_people(
    people: pl.DataFrame, ids: pl.Series, account_matches: pl.DataFrame, owners: pl.DataFrame, policy: Policy
) -> pl.DataFrame:
    """Each of ``ids`` (sorted, distinct) → ``RESOLVED_SCHEMA``, in order.

    ``people``: the version that counts of each raw row (person_id, account_id, email, valid_from, merged_into, source,
    updated_at, is_deleted). ``account_id``: the account that the person leads to now. ``matched_by``: the weakest link
    on the way to it (id, merge, email, domain), or none, and then ``reason`` says why.
    """
    rows = _numbered(people, "person_id", ids)
    living = _living(rows, policy.as_of)
    claims = living.select("node", emails(living["email"]).alias("address")).drop_nulls()
    own = ids.to_frame("address").with_row_index("node").filter(ids.str.contains("@", literal=True))
    own = own.with_columns(emails(own["address"])).drop_nulls()
    found = match(ids.len(), own, _merges(rows, living, ids), _trusted(living, policy), claims)

    of_person = _accounts_of(living, ids.len(), account_matches)
    by_person = pl.select(pl.coalesce(of_person, of_person.gather(found.canonical))).to_series()
    # What is said of one id is said of the person: a person keeps the addresses of all their ids.
    homeless = found.canonical[by_person.is_null().to_numpy()]
    addressed = pl.concat([claims, own.select("node", "address")])
    addressed = addressed.with_columns(pl.Series("node", found.canonical[addressed["node"].to_numpy()]))
    needed = np.zeros(ids.len(), dtype=bool)
    needed[homeless] = True
    by_domain, why_none = _by_domain(addressed.filter(needed[addressed["node"].to_numpy()]), ids.len(), owners, policy)

    is_gone = np.zeros(ids.len(), dtype=bool)
    is_gone[rows["node"].to_numpy()] = True
    is_gone[living["node"].to_numpy()] = False
    is_gone &= found.canonical == np.arange(ids.len())
    resolved = pl.DataFrame(
        {
            "person_id": ids,
            "canonical_id": ids.gather(found.canonical),
            "by_person": by_person,
            "by_domain": by_domain.gather(found.canonical),
            "link": _link(found, "email"),
            "why_none": why_none.gather(found.canonical),
            "is_gone": is_gone,
            "is_ambiguous": found.is_ambiguous,
        }
    ).with_columns(pl.when(~pl.col("is_gone")).then("by_domain"))
    return resolved.select(
        "person_id",
        "canonical_id",
        pl.coalesce("by_person", "by_domain").alias("account_id"),
        pl.when(pl.col("by_person").is_not_null())
        .then("link")
        .when(pl.col("by_domain").is_not_null())
        .then(pl.lit("domain"))
        .otherwise(pl.lit("none"))
        .alias("matched_by"),
        pl.when(pl.coalesce("by_person", "by_domain").is_not_null())
        .then(pl.lit(None, pl.String))
        .when("is_gone")
        .then(pl.lit("deleted"))
        .when("is_ambiguous")
        .then(pl.lit("ambiguous_email"))
        .otherwise(pl.col("why_none").fill_null("no_email"))
        .alias("reason"),
    )


def _by_domain(addressed: pl.DataFrame, n: int, owners: pl.DataFrame, policy: Policy) -> tuple[pl.Series, pl.Series]:
    """By the number of a person: the one account that owns the domains of their addresses; else why there is none."""
    at = addressed.select("node", email_domains(addressed["address"]).alias("domain"))
    known = at["domain"].unique().to_frame().join(owners, on="domain", how="left")
    known = known.with_columns(
        pl.col("domain").is_in(list(policy.public_domains)).alias("is_public"),
        pl.col("domain").is_in(owners.filter(pl.col("account_id").is_null())["domain"].implode()).alias("is_disputed"),
    )
    owner = pl.col("account_id").drop_nulls()
    is_disputed = pl.col("is_disputed").any() | (owner.n_unique() > 1)
    told = (
        at.join(known, on="domain")
        .group_by("node")
        .agg(
            pl.when(~is_disputed).then(owner.min()).alias("account_id"),
            pl.when(is_disputed)
            .then(pl.lit("ambiguous_domain"))
            .when(pl.col("is_public").all())
            .then(pl.lit("public_domain"))
            .otherwise(pl.lit("unknown_domain"))
            .alias("why_none"),
        )
    )
    return _placed(told, "account_id", n), _placed(told, "why_none", n)


def _placed(rows: pl.DataFrame, column: str, n: int) -> pl.Series:
    """One value for each of ``n`` numbers; null where ``rows`` (node, column) has none."""
    row_of = np.full(n, -1)
    row_of[rows["node"].to_numpy()] = np.arange(rows.height)
    return rows[column].gather(pl.Series(row_of).replace(-1, None))


def _accounts_of(living: pl.DataFrame, n: int, account_matches: pl.DataFrame) -> pl.Series:
    """By the number of a person: the account (canonical) that the newest row of their own history names."""
    named = living.filter(pl.col("account_id").is_not_null()).select("node", "account_id", "valid_from")
    if named["node"].is_duplicated().any():
        named = named.sort("node", "valid_from", nulls_last=False).unique("node", keep="last", maintain_order=True)
    canonical = named.join(account_matches.select("account_id", "canonical_id"), on="account_id")
    return _placed(canonical, "canonical_id", n)


def _numbered(rows: pl.DataFrame, key: str, ids: pl.Series) -> pl.DataFrame:
    """``rows`` with the number of their id (``node``) in place of it."""
    return rows.join(ids.to_frame(key).with_row_index("node"), on=key).drop(key)


def _link(found: Matched, address: str) -> pl.Series:
    """How each id was followed: the weakest step counts."""
    step = pl.Series(np.where(found.by_address, 2, found.by_merge))
    return step.replace_strict([0, 1, 2], ["id", "merge", address], return_dtype=pl.String)


def _living(rows: pl.DataFrame, as_of: datetime) -> pl.DataFrame:
    """The rows that are not deleted, of ids that are not gone: a deleted row without valid_from says when the record
    itself went, unless a row has begun since (staging says the same)."""
    is_deleted = pl.col("is_deleted").fill_null(False)
    left = rows.filter(~is_deleted)
    went = rows.filter(is_deleted & pl.col("valid_from").is_null() & (pl.col("updated_at") <= as_of))
    if went.is_empty():
        return left
    begun = (
        left.filter(pl.col("valid_from") <= as_of).group_by("node").agg(pl.col("valid_from").max().alias("begun_at"))
    )
    gone = (
        went.group_by("node")
        .agg(pl.col("updated_at").max())
        .join(begun, on="node", how="left")
        .filter(pl.col("begun_at").is_null() | (pl.col("updated_at") >= pl.col("begun_at")))
    )
    return left.join(gone, on="node", how="anti")


def _merges(rows: pl.DataFrame, living: pl.DataFrame, ids: pl.Series) -> pl.DataFrame:
    """node, into, valid_from. A deleted row of a living history says nothing; of who is gone every row counts."""
    named = rows.filter(pl.col("merged_into").is_not_null())
    says = ~pl.col("is_deleted").fill_null(False) | ~pl.col("node").is_in(living["node"].unique().implode())
    told = named.filter(says).select("node", "merged_into", "valid_from")
    return _numbered(told.rename({"node": "from"}), "merged_into", ids).rename({"node": "into", "from": "node"})


def _trusted(living: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """node, trust: by the rank of the source, of equal ranks by its name, so that two sources never tie."""
    names = sorted(living["source"].unique(), key=lambda name: (policy.ranks.get(name, policy.ranks[ANY]), name))
    trust = pl.col("source").replace_strict(names, list(range(len(names))), return_dtype=pl.Int64)
    return living.select("node", trust.alias("trust"))


def _not_public(claims: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    return claims.filter(pl.col("address").is_not_null() & ~pl.col("address").is_in(list(policy.public_domains)))


def named_ids(paths: DataDir, columns: Mapping[str, tuple[str, ...]]) -> pl.Series:
    """Every id that these columns of these raw tables name, sorted."""
    frames = [
        pl.scan_parquet(paths.raw_table(table) / "*.parquet").select(pl.col(column).alias("id")).unique()
        for table, named in columns.items()
        for column in named
    ]
    return pl.concat(frames).drop_nulls().unique().collect()["id"].sort()
