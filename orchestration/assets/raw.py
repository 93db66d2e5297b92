"""Raw assets: the extracts, read as they are, one asset a canonical table, and the ledger of files.

Belongs here: when and from where to ingest. Does not: how a vendor's file is read (``sources``), where rows are
kept (``storage``).
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import dagster as dg
import polars as pl

from orchestration import names, progress
from orchestration.as_of import parse_as_of
from orchestration.beside import Beside
from orchestration.consents import refused_calls
from orchestration.dbt_run import PROJECT
from orchestration.errors import without_values
from orchestration.policy import rated_currencies
from orchestration.resources import DataFolder
from sources.contract import TABLES
from storage.company import read_company_map
from storage.delivery import QUIET_SECONDS
from storage.files import write_parquet
from storage.identity import identity_key
from storage.labels import labels_wait
from storage.layout import DataDir
from storage.record_keys import write_record_keys
from storage.recordings import n_withheld
from storage.resolution import read_policy, write_identities
from storage.retention import expire_texts
from storage.retention import read_policy as read_retention
from storage.words import write_words

POLICY = PROJECT / "seeds"
RETENTION = POLICY / "policy_retention.csv"
FILES = dg.AssetKey([names.RAW, "files"])
REFRESH = dg.AssetKey([names.RAW, "refresh"])
PERSON_KEYS = dg.AssetKey([names.RAW, "person_keys"])
ACCOUNT_MATCHES = dg.AssetKey([names.RAW, "account_matches"])
ACCOUNT_KEYS = dg.AssetKey([names.RAW, "account_keys"])
RECORD_KEYS = dg.AssetKey([names.RAW, "record_keys"])
WORDS = dg.AssetKey([names.RAW, "words"])


class ExtractsConfig(dg.Config):
    """Which extracts, and as of when. Empty: the landing folder, and the newest touch in it.

    ``quiet_seconds``: for how long a file must not have changed; one that is still being written is left alone.
    """

    extracts: str = ""
    as_of: str = ""
    quiet_seconds: float = QUIET_SECONDS


def raw_key(table: str) -> dg.AssetKey:
    return dg.AssetKey([names.RAW, table])


def _specs() -> list[dg.AssetSpec]:
    common = {"group_name": names.RAW, "owners": names.OWNERS[names.RAW], "kinds": {"polars", "parquet"}}
    tables = [
        dg.AssetSpec(
            raw_key(t.name),
            description=f"Every version of every row of `{t.name}` that was delivered, typed, with its file and row.",
            **common,
        )
        for t in TABLES.values()
    ]
    return [
        *tables,
        dg.AssetSpec(
            FILES, description="One row a delivered file: rows read = kept + excluded + superseded.", **common
        ),
        dg.AssetSpec(
            dg.AssetKey([names.RAW, "excluded"]),
            description="The rows that could not be taken, each with its reason and what to do.",
            **common,
        ),
        dg.AssetSpec(
            PERSON_KEYS,
            description="The keyed hash that stands for each person beyond this layer, and to whom it leads.",
            **common,
        ),
        dg.AssetSpec(
            ACCOUNT_MATCHES,
            description="The account that each account id is, across sources.",
            **common,
        ),
        dg.AssetSpec(
            ACCOUNT_KEYS,
            description="The keyed hash that stands beyond this layer for each account whose id tells a person.",
            **common,
        ),
        dg.AssetSpec(
            RECORD_KEYS,
            description="The keyed hash that stands beyond this layer for each id of a record that holds an address.",
            **common,
        ),
        dg.AssetSpec(
            WORDS,
            description="Words that are not published as they stand, and touchpoints that the company map knows.",
            **common,
        ),
        dg.AssetSpec(REFRESH, description="One row: the time this refresh speaks of (`as_of`) and its id.", **common),
    ]


def _last_as_of(paths: DataDir) -> datetime:
    """Where nothing that came tells the time: the last refresh's, or now for the very first one."""
    if paths.refresh.exists():
        return pl.read_parquet(paths.refresh)["as_of"][0]
    return datetime.now(UTC)


def rows_in(paths: DataDir, table: str) -> int:
    return pl.scan_parquet(paths.raw_table(table) / "*.parquet").select(pl.len()).collect().item()


@dg.multi_asset(specs=_specs(), name="raw_extracts", pool=names.WAREHOUSE_POOL)
@without_values
def raw_extracts(
    context: dg.AssetExecutionContext, config: ExtractsConfig, folder: DataFolder, beside: dg.ResourceParam[Beside]
) -> Iterator[dg.MaterializeResult]:
    """Read the extracts once, claim each file by its hash, and account for every row."""
    from models_nlp.redaction import redact
    from sources.map_text import MapError
    from storage.ingest import ingest
    from storage.ingest_report import together

    paths = folder.paths
    extracts = Path(config.extracts) if config.extracts else paths.landing
    read = partial(
        ingest,
        data_dir=paths.root,
        loaded_at=datetime.now(UTC),
        progress=progress.for_step("Reading the extracts"),
        quiet_seconds=config.quiet_seconds,
        currencies=rated_currencies(),
        refused=refused_calls,
        helper=beside.reader,
    )
    try:
        report = read(extracts)
        # Labels that people gave with `jsi labels take` lie in the landing folder, whatever else is read.
        if report.files and not report.is_sample_company and labels_wait(paths, extracts):
            report = together(report, read(paths.landing_taken))
    except MapError as error:
        raise dg.Failure(str(error), allow_retries=False) from None
    if config.extracts and not report.files:
        raise dg.Failure(
            f"there is no file in {extracts}: name the folder that holds the extracts", allow_retries=False
        )
    as_of = parse_as_of(config.as_of) if config.as_of else report.newest_touch_at or _last_as_of(paths)
    deferred = [f.source_file for f in report.files if f.status == "deferred"]
    if deferred:
        progress.report(f"left for the next run, since they are still being written: {', '.join(deferred)}")
    if report.excluded.height:
        progress.report(f"{report.excluded.height} rows excluded, each with its reason in raw/excluded")
    expired = expire_texts(paths, read_retention(RETENTION, as_of), as_of)
    if expired.n_texts:
        progress.report(f"{expired.n_texts} texts are past their date: their words are gone, their scores stay")
    moment = pl.Datetime("us", "UTC")
    refresh = pl.DataFrame(
        # An as-of that was asked for also hides what was decided after it; else all that was delivered is known.
        {"as_of": [as_of], "known_until": [as_of if config.as_of else None], "refresh_id": [context.run_id]},
        schema={"as_of": moment, "known_until": moment, "refresh_id": pl.String},
    )
    write_parquet(refresh, paths.refresh)
    key = identity_key(paths)
    n_people, n_accounts = write_identities(paths, key, read_policy(POLICY, as_of))
    n_records = write_record_keys(paths, key)
    n_withheld_words = write_words(paths, key, read_company_map(paths), redact)
    for note in report.notes:
        progress.report(note)
    for said in [*report.notes, *(f.message for f in report.files if f.message)]:
        context.log.warning(redact(said))  # messages name files, and a file may be named after a person's address
    for table in TABLES:
        yield dg.MaterializeResult(asset_key=raw_key(table), metadata={"dagster/row_count": rows_in(paths, table)})
    files = pl.read_parquet(paths.files)
    yield dg.MaterializeResult(
        asset_key=FILES,
        metadata={
            "dagster/row_count": files.height,
            "rows_read": int(files["rows_read"].sum()),
            "rows_kept": int(files["rows_kept"].sum()),
            "rows_excluded": int(files["rows_excluded"].sum()),
            "rows_superseded": int(files["rows_superseded"].sum()),
            "files_rejected": int((files["status"] == "rejected").sum()),
            "texts_expired_now": expired.n_texts,
            "texts_of_refused_recordings": n_withheld(paths),
        },
    )
    excluded = pl.read_parquet(paths.excluded / "*.parquet")
    reasons = excluded.group_by("reason").len().sort("len", descending=True)
    yield dg.MaterializeResult(
        asset_key=dg.AssetKey([names.RAW, "excluded"]),
        metadata={"dagster/row_count": excluded.height, "by_reason": dg.MetadataValue.json(dict(reasons.iter_rows()))},
    )
    yield dg.MaterializeResult(asset_key=PERSON_KEYS, metadata={"dagster/row_count": n_people})
    yield dg.MaterializeResult(asset_key=ACCOUNT_MATCHES, metadata={"dagster/row_count": n_accounts})
    n_keyed = pl.scan_parquet(paths.account_keys).select(pl.len()).collect().item()
    yield dg.MaterializeResult(asset_key=ACCOUNT_KEYS, metadata={"dagster/row_count": n_keyed})
    yield dg.MaterializeResult(asset_key=RECORD_KEYS, metadata={"dagster/row_count": n_records})
    yield dg.MaterializeResult(asset_key=WORDS, metadata={"words_withheld": n_withheld_words})
    yield dg.MaterializeResult(
        asset_key=REFRESH, metadata={"dagster/row_count": 1, "as_of": as_of.isoformat(), "extracts": extracts.name}
    )
