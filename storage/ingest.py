"""Ingest: an extracts folder in, raw Parquet and row accounting out; the same folder again changes nothing.

Belongs here: the order of steps for a folder and for one file. Does not: what is reported (``ingest_report``), reading
a file (``sources``), who wins a key (``accounting``), claims (``ledger``), bytes on disk (``delivery``, ``raw``).

For one file: read whole → hash → read rows → write Parquet aside, sync, rename → claim in the ledger. A process that
dies anywhere leaves rows that no claim names; the next run removes them first.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import polars as pl

from sources import catalog
from sources.company_map import CompanyMap
from sources.content import DEFAULT_LIMITS, Limits
from sources.contract import TABLES
from sources.errors import WrongShape
from sources.extract import Extract, excluded_rows
from storage import accounting, failpoints, recordings
from storage.ahead import Ahead
from storage.company import is_read_under, left_behind, read_company_map
from storage.delivery import Delivery, StillChanging, deliveries, read_whole, watched
from storage.files import write_parquet
from storage.identity import identity_key
from storage.ingest_report import FileOutcome, IngestReport, newest_touch, report_of
from storage.layout import DataDir
from storage.ledger import BEING_READ, Entry, Ledger, sole_ingest
from storage.raw import (
    RAW_EXCLUDED_SCHEMA,
    RAW_WARNINGS_SCHEMA,
    remove_rows,
    remove_unclaimed,
    with_provenance,
    write_schemas,
)
from storage.sample import make_room
from storage.speakers import Speakers, complete_raw
from storage.suppression import without_erased

#: Files with calls wait until all others are read; beyond so many bytes they are read twice rather than held.
_MOST_WAITING_BYTES = 256 << 20

#: ``progress(done, total, name)`` is called before each file and once at the end (name ``""``).
Progress = Callable[[int, int, str], None]


def ingest(
    extracts: Path,
    data_dir: Path,
    loaded_at: datetime,
    progress: Progress | None = None,
    limits: Limits = DEFAULT_LIMITS,
    company: CompanyMap | None = None,
    quiet_seconds: float = 0,
    currencies: Collection[str] = (),
    refused: recordings.Judge | None = None,
    helper: Callable[[], Executor] | None = None,
) -> IngestReport:
    """Load every file of ``extracts`` (a folder or one file) into ``data_dir`` and recount all rows.

    ``loaded_at`` (with a time zone) is when files not seen before count as loaded. ``company``: what the company
    declares of its sources; by default the map that lies in the data folder. ``currencies``: of which the policy has a
    rate, beside our own. A file that was read under another map is
    read again and its rows replaced, so the same map and files give the same raw rows, whatever was loaded before.
    ``quiet_seconds``: a file that does not keep still for so long is deferred; 0: none is waited for.
    ``refused`` says of which calls no words may be kept; without it all are. ``helper``: gives a process that may read
    files of JSON while this one does; it changes nothing of what is loaded.
    Raises ``FileNotFoundError`` if there is no such folder, ``MapError`` if the map cannot be used, ``LedgerLost`` if
    the ledger of what raw holds is gone, and ``ValueError`` if the data folder lies inside the extracts.
    """
    if loaded_at.tzinfo is None:
        raise ValueError("loaded_at has no time zone: pass a time in UTC")
    paths, extracts, notes = DataDir(data_dir), Path(extracts).absolute(), []
    if paths.root.is_relative_to(extracts.resolve()):
        raise ValueError(
            f"the data folder {paths.root} lies inside the extracts folder: give the folder of the extracts"
        )
    found = deliveries(extracts)
    company = (read_company_map(paths) if company is None else company).with_rates(currencies)
    paths.create()
    waiting = "another ingest was running in this data folder: waited for it"
    with sole_ingest(paths.root / "ingest.lock", lambda: notes.append(waiting)):
        ledger = Ledger(paths.ledger, paths.raw)
        try:
            is_sample = make_room(paths, ledger, extracts, found, notes)
            write_schemas(paths)
            _sweep(paths, ledger.entries())
            if not is_sample:  # that one is written by a program of ours which has ended
                found = watched(found, quiet_seconds)
            erased, speakers = ledger.suppressed(), Speakers(paths)
            ahead = Ahead(helper, found, {e.source_file for e in ledger.entries()}, limits, company)
            run = _Run(paths, ledger, loaded_at, is_sample, limits, company, erased, speakers, refused, ahead)
            taken = []
            for done, delivery in enumerate(found):
                if progress is not None:
                    progress(done, len(found), delivery.name)
                taken.append(run.take(delivery))
            outcomes = run.settle(taken)
            complete_raw(paths)
            if refused is not None:
                places = {o.file_sha256: d for o, d in zip(outcomes, found, strict=True)}
                notes += recordings.settle(paths, refused, lambda digest: run.extract_of(places.get(digest)))
            entries = ledger.entries()
        finally:
            ledger.close()
        notes += left_behind(entries, company)
        doubled = accounting.contested(paths)
        files = accounting.count_rows(paths, entries, doubled)
        warnings = accounting.all_warnings(paths, doubled)
        write_parquet(warnings, paths.warnings)
        write_parquet(files, paths.files)
        failpoints.reach("before_archive")
        if progress is not None:
            progress(len(found), len(found), "")
        # Not only of this folder: files of it go by retention and erasure, and the time it speaks of must not go back.
        newest = newest_touch(paths, [e for e in entries if e.status == "loaded"], doubled, loaded_at)
        return report_of(paths, outcomes, files, warnings, newest, notes, is_sample)


def _sweep(paths: DataDir, entries: list[Entry]) -> None:
    loaded = {e.file_sha256 for e in entries if e.status == "loaded" and e.map_sha256 != BEING_READ}
    remove_unclaimed(paths, loaded, loaded | {e.file_sha256 for e in entries if e.status == "rejected"})


@dataclass(frozen=True)
class _Waiting:
    """A file with calls: its rows are written when all other files are in. ``extract``: null to be read again."""

    delivery: Delivery
    digest: str
    extract: Extract | None


@dataclass(frozen=True)
class _Run:
    """What is the same for all files of one ingest."""

    paths: DataDir
    ledger: Ledger
    loaded_at: datetime
    is_sample: bool
    limits: Limits
    company: CompanyMap
    suppressed: frozenset[str]
    speakers: Speakers
    refused: recordings.Judge | None
    ahead: Ahead
    waiting_bytes: list[int] = field(default_factory=list)

    def settle(self, taken: list[Entry | FileOutcome | _Waiting]) -> list[Entry | FileOutcome]:
        """Load the files that wait, judged together; the outcomes of all, in order."""
        if self.refused is None:
            return taken
        held = [w.extract for w in taken if isinstance(w, _Waiting) and w.extract is not None]
        told = [self.speakers.complete(extract) for extract in held]  # a later file may have said who speaks
        clean = iter(recordings.without_refused(self.paths, self.refused, told))
        return [
            w if not isinstance(w, _Waiting)
            else self.take(w.delivery, may_wait=False) if w.extract is None
            else self._load_after_waiting(w, next(clean))
            for w in taken
        ]  # fmt: skip

    def extract_of(self, delivery: Delivery | None) -> Extract | None:
        """A file that was taken before; null where it is not delivered any more, or is changing."""
        try:
            data = read_whole(delivery, self.limits.file_bytes)[0] if delivery is not None else None
        except (StillChanging, OSError):
            return None
        return self._extract(data, "", delivery.name) if data is not None else None

    def take(self, delivery: Delivery, may_wait: bool = True) -> Entry | FileOutcome | _Waiting:
        """Load one file, or find that it needs nothing; gives its ledger entry (a deferred file has none).

        ``may_wait``: a file with calls waits for the others.
        """
        if delivery.refusal is not None:
            refused = f"{delivery.refusal}: copy the file itself into the extracts folder"
            return self._reject(delivery, sha256(delivery.name.encode()).hexdigest(), WrongShape(refused), [])
        try:
            data, digest = read_whole(delivery, self.limits.file_bytes)
        except (StillChanging, OSError) as error:
            return self._deferred(delivery, error)
        failpoints.reach("after_read")
        same = self.ledger.entries(digest)
        mine = next((e for e in same if e.source_file == delivery.name), None)
        loaded = next((e for e in same if e.status == "loaded"), None)
        if loaded is not None and not is_read_under(loaded, self.company):
            again = self._read_again(delivery, data, digest, loaded, same)
            if delivery.name == loaded.source_file:
                return again
            same, loaded = self.ledger.entries(digest), again if again.status == "loaded" else None
        if loaded is not None:
            return mine or self._record_duplicate(delivery.name, loaded)
        return self._read(delivery, data, digest, same, self.loaded_at, may_wait)

    def _read_again(
        self, delivery: Delivery, data: bytes | None, digest: str, loaded: Entry, same: list[Entry]
    ) -> Entry:
        """The file under the present map, by the name and time it was loaded with, in place of its earlier rows."""
        self.ledger.record(replace(loaded, map_sha256=BEING_READ))
        failpoints.reach("after_withdrawal")
        return self._read(replace(delivery, name=loaded.source_file), data, digest, same, loaded.loaded_at)

    def _read(
        self,
        delivery: Delivery,
        data: bytes | None,
        digest: str,
        same: list[Entry],
        loaded_at: datetime,
        may_wait: bool = False,
    ) -> Entry | _Waiting:
        try:
            if data is None:
                raise WrongShape(
                    f"the file is larger than {self.limits.file_bytes >> 20} MiB: deliver it in several files",
                    source=catalog.source_by_name(delivery.name),
                    reason="too_large",
                )
            extract = self._extract(data, digest, delivery.name)
        except WrongShape as error:
            return self._reject(delivery, digest, error, same)
        if self.refused is not None and recordings.has_calls(extract):
            if may_wait:
                self.waiting_bytes.append(len(data))
                return _Waiting(delivery, digest, extract if sum(self.waiting_bytes) <= _MOST_WAITING_BYTES else None)
            (extract,) = recordings.without_refused(self.paths, self.refused, [extract])
        return self._load(delivery, digest, extract, same, loaded_at)

    def _extract(self, data: bytes, digest: str, name: str) -> Extract:
        read = self.ahead.read(digest, name) or catalog.read_bytes(data, name, self.limits, self.company)
        extract = self.speakers.complete(read)
        return without_erased(extract, self.suppressed, identity_key(self.paths)) if self.suppressed else extract

    def _load_after_waiting(self, waiting: _Waiting, extract: Extract) -> Entry:
        """Of two copies of one file that waited, the first one is loaded by now."""
        same = self.ledger.entries(waiting.digest)
        loaded = next((e for e in same if e.status == "loaded"), None)
        if loaded is not None:
            return self._record_duplicate(waiting.delivery.name, loaded)
        return self._load(waiting.delivery, waiting.digest, extract, same, self.loaded_at)

    def _load(self, delivery: Delivery, digest: str, extract: Extract, same: list[Entry], loaded_at: datetime) -> Entry:
        """Write the rows, then claim the file. Names under which it was rejected before are copies of it now."""
        written: dict[Path, pl.DataFrame] = {
            self.paths.raw_file(name, digest): with_provenance(
                TABLES[name], frame, extract.source, delivery.name, digest, loaded_at
            )
            for name, frame in extract.tables.items()
        }
        origin = self._origin(extract.source, delivery.name, digest) | {"loaded_at": loaded_at}
        written[self.paths.excluded / f"{digest}.parquet"] = _placed(extract.excluded, origin, RAW_EXCLUDED_SCHEMA)
        if not extract.warnings.is_empty():
            written[self.paths.warned / f"{digest}.parquet"] = _placed(extract.warnings, origin, RAW_WARNINGS_SCHEMA)
        if extract.extra is not None:
            written[self.paths.extra / f"{digest}.parquet"] = extract.extra
        remove_rows(self.paths, digest, but=written)
        for path, rows in written.items():
            write_parquet(rows, path)
        entry = Entry(
            digest,
            delivery.name,
            extract.source,
            ",".join(sorted(extract.tables)),
            "loaded",
            extract.rows_read,
            extract.rows_excluded,
            None,
            loaded_at,
            ",".join(extract.extra_columns) or None,
            self.is_sample,
            self.company.fingerprint(extract.source),
        )
        copies = [_as_copy(e, entry) for e in same if e.source_file != delivery.name]
        self.ledger.record(entry, *copies)
        return entry

    def _reject(self, delivery: Delivery, digest: str, error: WrongShape, same: list[Entry]) -> Entry:
        """Set the file aside whole: all its rows are excluded for one reason."""
        mine = next((e for e in same if e.source_file == delivery.name), None)
        rows_read = error.rows_read or 0
        entry = Entry(
            digest,
            delivery.name,
            error.source,
            "",
            "rejected",
            rows_read,
            rows_read,
            f"{delivery.name}: {error.message}",
            mine.loaded_at if mine else self.loaded_at,
            None,
            self.is_sample,
        )
        if mine == entry:
            return entry
        path = self.paths.excluded / f"{digest}.parquet"
        remove_rows(self.paths, digest, but=[path])
        others = [pl.read_parquet(path).filter(pl.col("source_file") != delivery.name)] if path.exists() else []
        rows = excluded_rows(range(1, rows_read + 1), error.reason, error.message, column=error.column)
        origin = self._origin(error.source, delivery.name, digest) | {"loaded_at": entry.loaded_at}
        write_parquet(pl.concat([*others, _placed(rows, origin, RAW_EXCLUDED_SCHEMA)]), path)
        self.ledger.record(entry)
        return entry

    def _record_duplicate(self, name: str, loaded: Entry) -> Entry:
        copy = replace(loaded, source_file=name, loaded_at=self.loaded_at, is_sample=self.is_sample)
        copy = _as_copy(copy, loaded)
        self.ledger.record(copy)
        return copy

    def _deferred(self, delivery: Delivery, error: Exception) -> FileOutcome:
        """The file could not be read whole: it is in no accounts yet, and the next run takes it."""
        said = str(error) if isinstance(error, StillChanging) else f"{delivery.name} cannot be opened: {error.strerror}"
        source = catalog.source_by_name(delivery.name)
        return FileOutcome(source, delivery.name, "", "", "deferred", 0, 0, 0, 0, said, self.loaded_at, None)

    def _origin(self, source: str, name: str, digest: str) -> dict[str, object]:
        return {"source": source, "source_file": name, "file_sha256": digest, "loaded_at": self.loaded_at}


def _as_copy(entry: Entry, loaded: Entry) -> Entry:
    """``entry`` as another name of what ``loaded`` holds: all its rows are there already."""
    return replace(
        entry,
        source=loaded.source,
        tables=loaded.tables,
        status="duplicate",
        rows_read=loaded.rows_read,
        rows_excluded=0,
        message=f"{entry.source_file}: the same content was delivered as {loaded.source_file}; nothing to do",
        extra_columns=loaded.extra_columns,
    )


def _placed(rows: pl.DataFrame, origin: dict[str, object], schema: dict[str, pl.DataType]) -> pl.DataFrame:
    """Excluded rows or warnings with where they came from; the message begins with file and row."""
    name = str(origin["source_file"])
    at = (
        pl.when(pl.col("source_row").is_null())
        .then(pl.lit(name))
        .otherwise(pl.format("{} row {}", pl.lit(name), "source_row"))
    )
    placed = rows.with_columns(
        pl.concat_str(at, pl.lit(": "), "message").alias("message"),
        *(pl.lit(value).cast(schema[key]).alias(key) for key, value in origin.items() if key in schema),
    )
    return placed.select(list(schema)).cast(pl.Schema(schema))
