"""The company map (``company.yml``): a company's own encodings, zones, fields, stages, roles, surveys and tables.

Belongs here: what may stand in it, what it declares for each source. Does not: judging a text (``map_faults``), reading
the file from disk (``storage``), what readers make of a declaration, proposing answers (``orchestration/init.py``).

Everything here is text → values: the same text gives the same map and the same fingerprint.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, model_validator

from sources.contract import CURRENCY, ROLES, STAGES, SURVEY_TYPES, TABLES
from sources.declared import NOTHING_DECLARED, Declared, Fold, plain_word
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


class Written(_Section):
    """How the files of a source are written."""

    encoding: Text = "utf-8"
    time_zone: Text | None = None
    fold: Fold | None = None


class Source(Written):
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


class OwnTable(Written):
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

    def touchpoints(self) -> Iterator[str]:
        """What the map calls touchpoints: ``ticket/<topic>``, ``survey/<what it asks about>``."""
        for source in self.sources.values():
            yield from (f"ticket/{ours.strip().lower()}" for ours in source.touchpoints.values())
            yield from (f"survey/{s.touchpoint}" for s in source.surveys.values() if s.touchpoint)
        for own in self.own_tables.values():
            for column, kind in (("topic", "ticket"), ("touchpoint", "survey")):
                said = [*own.values.get(column, {}).values(), *(own.constants[c] for c in own.constants if c == column)]
                yield from (f"{kind}/{str(word).strip().lower()}" for word in said)

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


def words_of_our_own() -> dict[str, tuple[str, ...]]:
    """Section → the words that its answers may be."""
    return {"stages": STAGES, "roles": ROLES, "surveys": (*WORDS_FOR_IT.split(", "), *SURVEY_TYPES)}
