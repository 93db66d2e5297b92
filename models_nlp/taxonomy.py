"""Intents and root causes with a version of their own, and what a company adds to them.

Belongs here: what a company's file may hold, reading it, which version of the taxonomy is meant. Does not: finding
phrases in texts (``tags``), where the company's file lies (the caller).
A leaf: it imports nothing heavy, so that a release can carry what was read.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from models_nlp.vocabulary import ROOT_CAUSES

if TYPE_CHECKING:
    import yaml

FILE = "taxonomy.yml"
SECTIONS = {"intents": "intent", "root_causes": "root_cause"}
MOST_WORDS = 8
_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
_NAME = re.compile(r"[a-z][a-z0-9_]{1,39}")


class TaxonomyError(ValueError):
    """The company's taxonomy cannot be used; the message names the file, each fault with its line, and what to do."""


@dataclass(frozen=True)
class OwnTaxonomy:
    """What a company adds: (kind, tag, phrase) of each phrase; ``version`` and ``valid_from`` as people wrote them."""

    version: str
    valid_from: date
    phrases: tuple[tuple[str, str, str], ...]

    @property
    def digest(self) -> str:
        """Of all it holds: with other words it is another taxonomy, whatever version people wrote."""
        told = [self.version, self.valid_from.isoformat(), sorted(self.phrases)]
        return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()[:8]

    def __str__(self) -> str:
        return f"{self.version}-{self.digest}"


def of_model(folder: Path) -> tuple[str, str]:
    """(version, valid from) of the taxonomy in a model's folder; "unknown" where it does not say."""
    import yaml

    file = folder / "pipeline" / "jsi_tags" / FILE
    head = yaml.safe_load(file.read_text(encoding="utf-8")) if file.exists() else {}
    return str(head.get("version", "unknown")), str(head.get("valid_from", "unknown"))


def named(version: str, own: OwnTaxonomy | None) -> str:
    """What scores carry: ``jsi-1``, or ``jsi-1/acme-2-1f2e3d4c`` where a company's own is added."""
    return version if own is None else f"{version}/{own}"


def read_own(path: Path) -> OwnTaxonomy | None:
    """The company's own taxonomy, None where there is no file. Raises :class:`TaxonomyError` naming every fault."""
    import yaml

    where = path.name
    try:
        text = path.read_text(encoding="utf-8")
        root = yaml.compose(text, yaml.SafeLoader)
    except FileNotFoundError:
        return None
    except UnicodeDecodeError:
        raise TaxonomyError(f"{where}: it is not UTF-8 text: save it as UTF-8") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark is not None else 1
        raise TaxonomyError(f"{where} line {line}: this is no YAML: mend the line") from None
    if not isinstance(root, yaml.MappingNode):
        raise TaxonomyError(f"{where} line 1: begin with version:, valid_from:, intents: or root_causes:")
    found = _Reading(where)
    found.read(root)
    if found.faults:
        raise TaxonomyError("\n".join(found.faults))
    return OwnTaxonomy(found.version, found.valid_from, tuple(dict.fromkeys(found.phrases)))


class _Reading:
    """The file's nodes taken one by one; what is wrong is gathered, not raised."""

    def __init__(self, where: str) -> None:
        self.where, self.faults = where, []
        self.version, self.valid_from = "", date.min
        self.phrases: list[tuple[str, str, str]] = []

    def fault(self, node: yaml.Node, what: str) -> None:
        self.faults.append(f"{self.where} line {node.start_mark.line + 1}: {what}")

    def read(self, root: yaml.MappingNode) -> None:
        seen: set[str] = set()
        for key, value in root.value:
            name = str(key.value)
            if name in seen:
                self.fault(key, f"{name} stands twice: keep one of them")
            elif name == "version":
                self._take_version(value)
            elif name == "valid_from":
                self._take_date(value)
            elif name in SECTIONS:
                self._take_section(SECTIONS[name], value)
            else:
                self.fault(key, f"there is no section {name}: version, valid_from, intents and root_causes are known")
            seen.add(name)
        for name in ("version", "valid_from"):
            if name not in seen:
                self.fault(root, f"{name} is missing: say which taxonomy this is and since when it is agreed")
        if not self.phrases and not self.faults:
            self.fault(root, "it adds no phrase: fill intents or root_causes, or remove the file")

    def _take_version(self, node: yaml.Node) -> None:
        self.version = str(node.value)
        if not _VERSION.fullmatch(self.version):
            self.fault(node, "the version is a word of letters, digits, dots and dashes, as in acme-2026.1")

    def _take_date(self, node: yaml.Node) -> None:
        try:
            self.valid_from = date.fromisoformat(str(node.value))
        except ValueError:
            self.fault(node, "valid_from is no date: write it as 2026-12-01")

    def _take_section(self, kind: str, node: yaml.Node) -> None:
        for name, phrases in self._pairs(node):
            tag = str(name.value)
            if kind == "root_cause" and tag not in ROOT_CAUSES:
                self.fault(
                    name, f"{tag} is no root cause of the fixed list ({', '.join(ROOT_CAUSES)}): make it an intent"
                )
            elif not _NAME.fullmatch(tag):
                self.fault(name, f"{tag} is no name: small letters, digits and _, as in book_a_demo")
            elif not isinstance(phrases.value, list) or not phrases.value:
                self.fault(phrases, f"{tag} has no list of phrases: write [first phrase, second phrase]")
            else:
                for phrase in phrases.value:
                    self._take_phrase(kind, tag, phrase)

    def _pairs(self, node: yaml.Node) -> Iterator[tuple[yaml.Node, yaml.Node]]:
        if isinstance(node.value, list) and all(isinstance(pair, tuple) for pair in node.value):
            names = [str(name.value) for name, _ in node.value]
            for at, (name, phrases) in enumerate(node.value):
                if names[at] in names[:at]:
                    self.fault(name, f"{names[at]} stands twice: put its phrases together")
                else:
                    yield name, phrases
        else:
            self.fault(node, "write a name and its phrases on each line, as in book_a_demo: [book a demo]")

    def _take_phrase(self, kind: str, tag: str, node: yaml.Node) -> None:
        phrase = " ".join(str(node.value).lower().split()) if isinstance(node.value, str) else ""
        words = phrase.split()
        if sum(c.isalpha() for c in phrase) < 3 or len(words) > MOST_WORDS:
            self.fault(node, f"a phrase has at least three letters and at most {MOST_WORDS} words")
        elif words[0] == "…" or words[-1] == "…":
            self.fault(node, "… stands for words between others: begin and end the phrase with a word")
        else:
            self.phrases.append((kind, tag, phrase))
