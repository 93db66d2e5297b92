"""The company map (``company.yml``): a company's own encodings, zones, fields, stages, roles, surveys and tables.

Belongs here: what may stand in it, what must hold of it, what it declares for each source. Does not: reading the file
from disk (``storage``), what readers make of a declaration, proposing answers (``orchestration/init.py``).

Everything here is text → values: the same text gives the same map and the same fingerprint.
"""

from __future__ import annotations

import codecs
import difflib
import hashlib
import json
import zoneinfo
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, ValidationError, model_validator

from sources.contract import CURRENCY, ROLES, STAGES, SURVEY_TYPES, TABLES
from sources.declared import NOTHING_DECLARED, Declared, Fold, plain_word
from sources.map_text import MapError, Path, read_yaml
from sources.survey_questions import WORDS_FOR_IT, declared_scale

NONE = "none"  # the word is known, and is none of ours
SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}
Stage = Literal["awareness", "evaluation", "purchase", "onboarding", "adoption", "value", "renewal", "advocacy", "none"]
Role = Literal["buyer", "user", "executive", "none"]
Text = Annotated[str, Field(min_length=1, max_length=500)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Survey(_Section):
    """One survey question: its kind, both ends of its scale, the end that is best. ``none``: it is no score.

    ``touchpoint``: what it asks about, in the policy's word. Alone, it leaves kind and scale as they are recognised.
    """

    # Empty only where the touchpoint stands alone.
    kind: Literal["nps", "csat", "ces", "psat", "other", "none"] = None  # type: ignore[assignment]
    scale: Annotated[list[int], Field(min_length=2, max_length=2)] = None  # type: ignore[assignment]
    best: Literal["high", "low"] = "high"
    touchpoint: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=100)] | None = None

    @model_validator(mode="before")
    @classmethod
    def _of_a_word(cls, value: Any) -> Any:
        """``CSAT7``, ``csat:1-10:high`` or ``none`` for short."""
        if not isinstance(value, str):
            return value
        if value == NONE:
            return {"kind": NONE, "scale": [0, 1]}
        scale = declared_scale(value)
        ends = [scale.low, scale.high]
        return {"kind": scale.survey_type, "scale": ends, "best": "high" if scale.higher_is_better else "low"}

    @model_validator(mode="after")
    def _is_possible(self) -> Survey:
        if self.kind is None and self.scale is None and self.touchpoint is not None:
            return self
        if self.kind is None or self.scale is None:
            raise ValueError("one of kind and scale is not here; it is missing: add it, or say the touchpoint alone")
        low, high = self.scale
        if not 0 <= low < high:
            raise ValueError("the scale is impossible: write its lowest and its highest answer, as in [1, 7]")
        if self.kind == "nps" and (self.scale != [0, 10] or self.best != "high"):
            raise ValueError("a net promoter score goes from 0 to 10, and 10 is best: call any other scale other")
        return self

    @property
    def word(self) -> str | None:
        """The declaration of its scale; None where it is no score, or has none of its own."""
        if self.kind in (None, NONE) or self.scale is None:
            return None
        return f"{self.kind}:{self.scale[0]}-{self.scale[1]}:{self.best}"


class _Written(_Section):
    """How the files of a source are written."""

    encoding: Text = "utf-8"
    time_zone: Text | None = None
    fold: Fold | None = None


class Source(_Written):
    """What is declared for one vendor's exports."""

    date_order: Literal["mdy", "dmy"] | None = None
    fields: dict[Text, Text] = {}
    stages: dict[Text, Stage] = {}
    roles: dict[Text, Role] = {}
    surveys: dict[Text, Survey] = {}
    touchpoints: dict[Text, Text] = {}

    def declared(self) -> Declared:
        return Declared(
            questions={name: survey.word for name, survey in self.surveys.items() if survey.word},
            survey_touchpoints={plain_word(n): s.touchpoint for n, s in self.surveys.items() if s.touchpoint},
            time_zone=self.time_zone,
            date_order=self.date_order,
            fold=self.fold,
            encoding=self.encoding,
            fields=self.fields,
            stages=_words(self.stages),
            roles=_words(self.roles),
            touchpoints=_words(self.touchpoints),
        )


class OwnTable(_Written):
    """A shape of the company's own: which columns show it, which canonical table it is, what its columns are.

    ``values``: canonical column → own word → our word. ``constants``: canonical columns that hold one value in every
    row. ``decimal`` and ``date_order`` say how numbers and dates are written.
    """

    table: Literal[tuple(TABLES)]  # type: ignore[valid-type]
    recognised_by: Annotated[list[Text], Field(min_length=1)]
    columns: Annotated[dict[Text, Text], Field(min_length=1)]
    values: dict[Text, dict[Text, str | int | float | bool]] = {}
    constants: dict[Text, str | int | float | bool] = {}
    separator: Literal["comma", "semicolon", "tab", "bar"] = "comma"
    decimal: Literal["point", "comma"] = "point"
    date_order: Literal["ymd", "dmy", "mdy"] = "ymd"

    def declared(self) -> Declared:
        return Declared(time_zone=self.time_zone, fold=self.fold, encoding=self.encoding)


class CompanyMap(_Section):
    """The whole map. Without any section it is the map of a company that declares nothing."""

    sources: dict[Text, Source] = {}
    own_tables: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")], OwnTable] = {}
    # Not of the file: the policy's, beside our own.
    _rated: frozenset[str] = PrivateAttr(default=frozenset())

    def with_rates(self, currencies: Iterable[str]) -> CompanyMap:
        """The same map where the policy has rates for these currencies: money in them is taken."""
        rated = self.model_copy()
        rated._rated = frozenset(currencies) - {CURRENCY}
        return rated

    @cached_property
    def _declared(self) -> Mapping[str, Declared]:
        return {name: section.declared() for name, section in (*self.sources.items(), *self.own_tables.items())}

    def declared(self, source: str) -> Declared:
        """What is declared for the files of this source."""
        declared = self._declared.get(source, NOTHING_DECLARED)
        return replace(declared, currencies=self._rated | {CURRENCY})

    @property
    def encodings(self) -> dict[str, str]:
        """Source → the encoding its files are declared to be in, where one is."""
        return {name: d.encoding for name, d in self._declared.items() if not is_utf8(d.encoding)}

    def fingerprint(self, source: str) -> str:
        """What of the map a file of ``source`` was read under: sha256 (hex), or empty where nothing of it applies.

        All that may decide which reader takes a file counts for every file (encodings, fields, own tables' columns),
        and so do the currencies with a rate.
        """
        shown = {name: (t.recognised_by, t.separator) for name, t in self.own_tables.items()}
        fields = {name: dict(s.fields) for name, s in self.sources.items() if s.fields}
        section = self.sources.get(source) or self.own_tables.get(source)
        said = section.model_dump(exclude_defaults=True) if section is not None else {}
        parts = [shown, self.encodings, fields, said, *([sorted(self._rated)] if self._rated else [])]
        if not any(parts):
            return ""
        return hashlib.sha256(json.dumps(parts, sort_keys=True, ensure_ascii=True).encode()).hexdigest()


EMPTY = CompanyMap()


def is_utf8(encoding: str) -> bool:
    return encoding.replace("-", "").replace("_", "").lower() in ("utf8", "utf8sig")


def _words(own: Mapping[str, str]) -> dict[str, str | None]:
    return {plain_word(word): None if ours == NONE else ours for word, ours in own.items()}


def parse(text: str, known_sources: Collection[str], where: str = "company.yml") -> CompanyMap:
    """The map that ``text`` (YAML) writes. Raises ``MapError`` naming every fault, its line and what to do.

    ``known_sources``: the names of the vendors' readers.
    """
    values, lines = read_yaml(text, where)
    try:
        company = CompanyMap.model_validate(values)
    except ValidationError as error:
        faults = [_told(fault) for fault in error.errors(include_url=False)]
    else:
        faults = list(_faults(company, known_sources))
    if faults:
        told = sorted({(_line_of(path, lines), ".".join(map(str, path)) or "the map", what) for path, what in faults})
        raise MapError("\n".join(f"{where} line {line}: {name}: {what}" for line, name, what in told))
    return company


def _line_of(path: Path, lines: Mapping[Path, int]) -> int:
    """The line of what the path names, or of the nearest section around it."""
    return next((lines[path[:n]] for n in range(len(path), -1, -1) if path[:n] in lines), 1)


_MODELS: dict[tuple[str, ...], type[BaseModel]] = {
    (): CompanyMap,
    ("sources",): Source,
    ("own_tables",): OwnTable,
    ("surveys",): Survey,
}


def _told(fault: Any) -> tuple[Path, str]:
    """One of pydantic's faults in our words; none of them shows the value that stands there."""
    path = tuple(p for p in fault["loc"] if p not in ("[key]", "str", "int", "float", "bool"))
    match fault["type"]:
        case "extra_forbidden":
            model = CompanyMap if len(path) == 1 else Survey if "surveys" in path[2:3] else _MODELS[path[:1]]
            return path, _unknown(str(path[-1]), list(model.model_fields), "key")
        case "missing":
            return path, "it is missing: add it"
        case "literal_error":
            return path, f"must be one of {fault['ctx']['expected'].replace(chr(39), '')}: correct it"
        case "value_error":
            return path, str(fault["ctx"]["error"])
        case "string_pattern_mismatch" if path[-1:] == ("touchpoint",):
            return path, "a touchpoint has small letters, digits and _ only, as policy_touchpoint_stages writes it"
        case "string_pattern_mismatch":
            return path, "a name of an own table has small letters, digits and _ only: rename it"
        case "too_short" if path[-1:] == ("scale",):
            return path, "a scale is its lowest and its highest answer, as in [1, 7]"
    return path, f"{fault['msg'][0].lower()}{fault['msg'][1:]}: correct it"


def _unknown(name: str, known: Iterable[str], what: str) -> str:
    names = sorted(known)
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(names)}"
    return f"there is no such {what}; {hint}"


def _faults(company: CompanyMap, known_sources: Collection[str]) -> Iterator[tuple[Path, str]]:
    for name, source in company.sources.items():
        at: Path = ("sources", name)
        if name not in known_sources:
            yield at, _unknown(name, known_sources, "source")
        yield from _faults_of_writing(at, source)
        for section in ("stages", "roles", "touchpoints"):
            yield from _twice((*at, section), getattr(source, section))
    for name, table in company.own_tables.items():
        at = ("own_tables", name)
        if name in known_sources or name in TABLES:
            yield at, "a reader or table has this name already: give it another one"
        yield from _faults_of_writing(at, table)
        yield from _faults_of_table(at, table)


def _twice(at: Path, words: Mapping[str, str]) -> Iterator[tuple[Path, str]]:
    """Words that are the same once case is left out of account."""
    seen: dict[str, str] = {}
    for word in words:
        if (first := seen.setdefault(plain_word(word), word)) != word:
            yield (*at, word), f"it is the same word as {first}: keep one of them"


def _faults_of_writing(at: Path, written: _Written) -> Iterator[tuple[Path, str]]:
    zones = zoneinfo.available_timezones()
    if written.time_zone is not None and written.time_zone not in zones:
        yield (*at, "time_zone"), _unknown(written.time_zone, zones, "time zone") + " (a name such as Europe/Berlin)"
    if written.fold is not None and written.time_zone is None:
        yield (*at, "fold"), "it says nothing without a time_zone: add the zone"
    try:
        is_text = codecs.lookup(written.encoding)._is_text_encoding
    except (LookupError, ValueError):
        is_text = False
    if not is_text:
        yield (*at, "encoding"), "there is no such encoding: write one such as utf-8, cp1252 or utf-16"


def _faults_of_table(at: Path, own: OwnTable) -> Iterator[tuple[Path, str]]:
    table = TABLES[own.table]
    given = [*own.columns.values(), *own.constants]
    for section, names in (("columns", own.columns.items()), ("constants", ((c, c) for c in own.constants))):
        for key, column in names:
            if column not in table.column_names:
                yield (*at, section, key), _unknown(column, table.column_names, f"column of {own.table}")
            elif given.count(column) > 1:
                yield (*at, section, key), f"{column} is filled twice: keep one column or constant for it"
    missing = [c for c in table.header if c not in given]
    missing += [" or ".join(group) for group in table.one_of if not set(group) & set(given)]
    if missing:
        what = f"nothing fills {', '.join(missing)} of {own.table}: add a column, or a constant that holds in every row"
        yield (*at, "columns"), what
    for column, words in own.values.items():
        if column not in given:
            yield (*at, "values", column), _unknown(column, set(given), "mapped column")
            continue
        yield from _twice((*at, "values", column), words)
        allowed = table.column(column).allowed
        for word, ours in words.items():
            if allowed and str(ours) not in (*allowed, NONE):
                yield (*at, "values", column, word), f"{column} must be one of {', '.join(allowed)}: correct it"


def words_of_our_own() -> dict[str, tuple[str, ...]]:
    """Section → the words that its answers may be."""
    return {"stages": STAGES, "roles": ROLES, "surveys": (*WORDS_FOR_IT.split(", "), *SURVEY_TYPES)}
