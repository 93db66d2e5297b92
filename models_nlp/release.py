"""Which files answer: a leaf that imports nothing heavy, so that a process can be told before it loads them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from models_nlp.taxonomy import OwnTaxonomy

#: The language that the packaged model speaks, and any model that takes its place; further ones are packs beside it.
BASE_LANGUAGE = "en"


@dataclass(frozen=True)
class Release:
    """A model folder (default: the one that comes with the package), a recalibration, if one corrects it, and the
    folders of models for further languages; ``taxonomy``: what the company adds to the intents and root causes."""

    artefact: Path | None = None
    recalibration: Path | None = None
    packs: tuple[Path, ...] = ()
    taxonomy: OwnTaxonomy | None = None


PACKAGED = Release()


def version_of(
    model: str, recalibration: str | None = None, packs: Iterable[str] = (), taxonomy: OwnTaxonomy | None = None
) -> str:
    """What scores carry: the model's version, then that of what corrects it, the hashes of the languages beside it and
    that of the company's own taxonomy.

    ``jsi_en-0.1.0+9ca49f80.cal-1f2e3d4c5b6a.de-ab12cd34.tax-0a1b2c3d``
    """
    beside = sorted(f"{language_of(pack)}-{pack.partition('+')[2]}" for pack in packs)
    own = [f"tax-{taxonomy.digest}"] if taxonomy else []
    return ".".join([model, *([recalibration] if recalibration else []), *beside, *own])


def language_of(version: str) -> str:
    """The language of a model, by its version: ``jsi_de-0.1.0+ab12cd34`` speaks ``de``."""
    return version.partition("-")[0].removeprefix("jsi_")
