"""The data folder on disk: where each thing lies below ``JSI_DATA_DIR``.

Belongs here: paths, and nothing but paths. Does not: reading or writing what lies there.
Importing this module needs nothing but the standard library, so that every room can ask it for a path.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

#: The environment variable that names the data folder; Dagster, dbt and the app all read the same one.
DATA_DIR_VARIABLE = "JSI_DATA_DIR"

#: The report of terms in a month's review: counts of words, and no text.
TERMS_FILE = "unknown_terms.csv"

#: What a review looked at: until when, and which changes opened it; no text.
REVIEWED_FILE = "reviewed.json"

_CHECKOUT = Path(__file__).resolve().parent.parent


#: Signs that mean something to what reads the folder: quotes to SQL, the others to patterns of file names.
_REFUSED = "'[]{}*?"


class UnusableFolder(ValueError):
    """The data folder cannot lie there; the message says why and what to do."""


@dataclass(frozen=True)
class DataDir:
    """One data folder. ``root`` is made absolute: external locations are written into dbt's views.

    Raises ``UnusableFolder`` for a path with a sign that SQL or patterns of file names would read.
    """

    root: Path

    def __post_init__(self) -> None:
        object.__setattr__(self, "root", Path(self.root).expanduser().resolve())
        found = next((sign for sign in _REFUSED if sign in str(self.root)), None)
        if found is not None:
            raise UnusableFolder(
                f"the data folder {self.root} has the sign {found} in its path, which databases would read as theirs: "
                f"set {DATA_DIR_VARIABLE} to a folder without any of {' '.join(_REFUSED)}"
            )

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> DataDir:
        """The folder that ``JSI_DATA_DIR`` names, or ``data/`` in the checkout if it is unset or empty."""
        named = (os.environ if environ is None else environ).get(DATA_DIR_VARIABLE, "")
        return cls(Path(named) if named else _CHECKOUT / "data")

    def create(self) -> DataDir:
        """Make the folders that are written to; returns itself."""
        for folder in (self.root, self.landing, self.raw, self.excluded, self.scored, self.warehouse, self.insights):
            folder.mkdir(parents=True, exist_ok=True)
        for restricted in (self.landing, self.raw):  # what customers wrote, as they wrote it
            restricted.chmod(0o700)
        self.published.mkdir(exist_ok=True)
        self.dagster_home.mkdir(exist_ok=True)
        self.dbt.mkdir(exist_ok=True)
        return self

    # What comes in.
    @property
    def landing(self) -> Path:
        """What vendors drop; the sensor looks here."""
        return self.root / "landing"

    @property
    def landing_pulled(self) -> Path:
        """What was pulled from databases and APIs: the refresh that pulls it also reads it."""
        return self.landing / "pulled"

    @property
    def landing_taken(self) -> Path:
        """What people said of this platform's texts: every refresh reads it, whichever extracts it reads."""
        return self.landing / "taken"

    @property
    def connections(self) -> Path:
        """Which databases and APIs are pulled into the landing folder; where it is missing, none."""
        return self.root / "connections.yml"

    @property
    def pulled(self) -> Path:
        """How far each connection was read: one small file a connection."""
        return self.root / "pulled"

    @property
    def sample_company(self) -> Path:
        """The extracts of the simulated company."""
        return self.root / "sample_company"

    @property
    def sample_company_truth(self) -> Path:
        """The simulated company's planted truth: never an input."""
        return self.root / "sample_company_truth"

    @property
    def company_map(self) -> Path:
        """The company's own encodings, zones, fields, stages, roles, surveys and tables; written by people."""
        return self.root / "company.yml"

    @property
    def taxonomy(self) -> Path:
        """The company's own intents and phrases, beside the model's; written by people."""
        return self.root / "taxonomy.yml"

    # Raw rows and their accounts.
    @property
    def raw(self) -> Path:
        """One folder a canonical table, one Parquet file a delivered file."""
        return self.root / "raw"

    def raw_table(self, table: str) -> Path:
        """The folder of one canonical table."""
        return self.raw / table

    def raw_file(self, table: str, file_sha256: str) -> Path:
        """The raw rows of one delivered file in one table."""
        return self.raw / table / f"{file_sha256}.parquet"

    def raw_schema_file(self, table: str) -> Path:
        """An empty file with the table's columns; always there, so that a glob over the folder never fails."""
        return self.raw / table / "_schema.parquet"

    @property
    def excluded(self) -> Path:
        """One file a delivered file: the source rows that could not be taken, each with its reason."""
        return self.raw / "excluded"

    @property
    def extra(self) -> Path:
        """One file a delivered file: the cells of columns that the contract does not know, as text."""
        return self.raw / "extra"

    @property
    def warned(self) -> Path:
        """One file a delivered file: what its reader wants looked at."""
        return self.raw / "warned"

    @property
    def files(self) -> Path:
        """Row accounting, one row a delivered file."""
        return self.raw / "files.parquet"

    @property
    def warnings(self) -> Path:
        """Rows that were kept but deserve a look."""
        return self.raw / "warnings.parquet"

    @property
    def refresh(self) -> Path:
        """One row: the as-of time and the id of the running refresh."""
        return self.raw / "refresh.parquet"

    @property
    def person_keys(self) -> Path:
        """person_id → the keyed hash that stands for it everywhere else, the canonical person and their account."""
        return self.raw / "person_keys.parquet"

    @property
    def account_matches(self) -> Path:
        """account_id → the canonical account that it is."""
        return self.raw / "account_matches.parquet"

    @property
    def account_keys(self) -> Path:
        """account_id → the keyed hash that stands for it everywhere else; only of accounts whose id tells a person."""
        return self.raw / "account_keys.parquet"

    @property
    def record_keys(self) -> Path:
        """id of a ticket, message, answer … → the keyed hash that stands for it everywhere else; only of ids that hold
        an e-mail address."""
        return self.raw / "record_keys.parquet"

    @property
    def words(self) -> Path:
        """Words that are not published as they stand, and touchpoints that the company map knows."""
        return self.raw / "words.parquet"

    @property
    def identity_key(self) -> Path:
        """The key of those hashes, where the environment gives none."""
        return self.root / "identity.key"

    @property
    def erasing(self) -> Path:
        """Who is being erased, until the proof holds."""
        return self.root / "erasing.json"

    @property
    def ledger(self) -> Path:
        """The SQLite ledger in which a file is claimed by its sha256."""
        return self.root / "ledger.sqlite"

    # What is made of them.
    @property
    def scored(self) -> Path:
        return self.root / "scored"

    @property
    def touch_scores(self) -> Path:
        """One row per text-bearing raw row version."""
        return self.scored / "touch_scores.parquet"

    def score_cache(self, model_version: str) -> Path:
        """The folder of the scores that one model version has given already."""
        return self.scored / "cache" / model_version

    @property
    def warehouse(self) -> Path:
        return self.root / "warehouse"

    @property
    def building(self) -> Path:
        """The DuckDB file of the running refresh: private to it."""
        return self.warehouse / "building.duckdb"

    @property
    def warehouse_file(self) -> Path:
        """The DuckDB file of the last refresh that succeeded."""
        return self.warehouse / "warehouse.duckdb"

    @property
    def insights(self) -> Path:
        return self.root / "insights"

    def insight(self, mart: str) -> Path:
        """The frame that ``insights`` made for one mart."""
        return self.insights / f"{mart}.parquet"

    # Models beside the packaged one.
    @property
    def models(self) -> Path:
        """Models of this company: ``artefacts/<version>/`` and ``recalibrations/``."""
        return self.root / "models"

    @property
    def artefacts(self) -> Path:
        """One folder a model that was registered, by its version."""
        return self.models / "artefacts"

    @property
    def model_registry(self) -> Path:
        """The SQLite file of candidates, their trials and which of them answered since when."""
        return self.models / "registry.sqlite"

    @property
    def review(self) -> Path:
        """One folder a month, and one a change that opened a review: texts to label, terms that nobody knows yet."""
        return self.root / "review"

    @property
    def threshold_proposals(self) -> Path:
        """What the exits of the past propose for the gates: one file a quarter."""
        return self.root / "policy" / "thresholds"

    @property
    def threshold_signatures(self) -> Path:
        """Who signed which proposal, when and why: one line each, added to."""
        return self.root / "policy" / "signatures.jsonl"

    @property
    def shadow(self) -> Path:
        """The place in which a candidate model's index is built: a data folder of its own."""
        return self.root / "shadow"

    # What people read.
    @property
    def published(self) -> Path:
        return self.root / "published"

    @property
    def current(self) -> Path:
        """The symlink to the published generation; resolve it once per reading."""
        return self.published / "current"

    @property
    def rebuilt(self) -> Path:
        """Past weeks, built again: one folder a week."""
        return self.root / "rebuilt"

    @property
    def rebuilding(self) -> Path:
        """The place in which a past week is being built: a data folder of its own."""
        return self.root / "rebuilding"

    # What the tools keep for themselves.
    @property
    def dagster_home(self) -> Path:
        return self.root / "dagster"

    @property
    def dbt(self) -> Path:
        return self.root / "dbt"

    @property
    def dbt_target(self) -> Path:
        return self.dbt / "target"

    @property
    def dbt_logs(self) -> Path:
        return self.dbt / "logs"
