"""The words of this platform's own: they stand in its columns, files and logs whoever is erased.

Belongs here: gathering them from what is written down in the project. Does not: what an id that is one of them still
tells (``storage/person_rows.py``), words of the contract (known there).
"""

from __future__ import annotations

import re
from pathlib import Path

import yaml

import models_nlp
from models_nlp import vocabulary
from orchestration.dbt_run import PROJECT

_INTENTS = Path(models_nlp.__file__).parent / "lexicon" / "taxonomy.yml"
#: What writes into marts, the manifest, Dagster's and dbt's own files.
_WRITERS = (PROJECT, Path(__file__).resolve().parent)
_READ = (".py", ".sql", ".yml", ".csv", ".md")
_WORD = re.compile(r"[A-Za-z_]+")


def platform_words() -> frozenset[str]:
    """Every word, in small letters, that the dbt project, this room and the model's fixed lists hold."""
    files = [f for folder in _WRITERS for f in sorted(folder.rglob("*")) if f.suffix in _READ]
    listed = [word for words in vars(vocabulary).values() if isinstance(words, tuple) for word in words]
    listed += yaml.safe_load(_INTENTS.read_text(encoding="utf-8"))["intents"]
    texts = [*(f.read_text(encoding="utf-8") for f in files), *map(str, listed)]
    return frozenset(word.casefold() for text in texts for word in _WORD.findall(text))
