"""The trained artefact on disk: written with a manifest of hashes, and refused when one does not agree.

Belongs here: the folder's layout, the version string, the check before loading. Does not: what is inside a model.
Layout: ``manifest.json`` (version, sha256 of each file), ``metrics.json`` (what was measured), ``pipeline/`` (spaCy).
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.language import Language

SEMANTIC_VERSION = "0.1.0"
DEFAULT_FOLDER = Path(__file__).parent / "artefact"
_MEND = (
    "Re-install the project, or restore the folder with `git checkout -- models_nlp/artefact`; "
    "a model that was trained anew is written by `python -m models_nlp.train`; the data folder's copy comes back by "
    "`jsi model register` of the folder that it was taken from."
)


class ArtefactError(RuntimeError):
    """The model on disk is missing, incomplete or not the one that its manifest describes."""


def write(nlp: Language, folder: Path, metrics: dict) -> str:
    """Store the pipeline with its figures, replacing what was there; gives the model version."""
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    (folder / "metrics.json").write_text(json.dumps(metrics, indent=1, sort_keys=True, ensure_ascii=False) + "\n")
    nlp.meta["version"] = SEMANTIC_VERSION
    language = nlp.meta["name"].removeprefix("jsi_")
    nlp.meta["description"] = f"Journey Sentiment Index: lexicon, tags and sentiment of customers' texts ({language})"
    nlp.to_disk(folder / "pipeline")
    hashes = {name: _sha256(folder / name) for name in _files(folder)}
    version = f"{nlp.meta['name']}-{SEMANTIC_VERSION}+{_digest(hashes)}"
    manifest = {"model_version": version, "files": hashes}
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1, sort_keys=True) + "\n")
    return version


def check(folder: Path) -> str:
    """The model version, after every file was compared with the manifest. Raises :class:`ArtefactError`."""
    path = folder / "manifest.json"
    if not path.is_file():
        raise ArtefactError(f"{folder} holds no model: manifest.json is missing. {_MEND}")
    try:
        manifest = json.loads(path.read_text())
        expected, version = dict(manifest["files"]), str(manifest["model_version"])
    except (ValueError, KeyError, TypeError) as error:
        raise ArtefactError(f"{path} is damaged ({type(error).__name__}). {_MEND}") from error
    present = _files(folder)
    if missing := sorted(set(expected) - set(present)):
        raise ArtefactError(f"{folder} is incomplete: {', '.join(missing)} missing. {_MEND}")
    if extra := sorted(set(present) - set(expected)):
        raise ArtefactError(f"{folder} holds files that its manifest does not name: {', '.join(extra)}. {_MEND}")
    if changed := [name for name in present if _sha256(folder / name) != expected[name]]:
        raise ArtefactError(f"{folder} was changed: the hash of {', '.join(changed)} does not agree. {_MEND}")
    if not _names(version, expected):
        raise ArtefactError(f"{path} names another version than that of its files. {_MEND}")
    return version


def load(folder: Path | None = None) -> tuple[Language, str, dict]:
    """(pipeline, model version, metrics) of a checked artefact. Raises :class:`ArtefactError`."""
    folder = folder or DEFAULT_FOLDER
    version = check(folder)
    import spacy

    from models_nlp import pipeline  # noqa: F401  (registers the factories)

    try:
        nlp = spacy.load(folder / "pipeline")
    except (AttributeError, ImportError) as error:  # what is installed names its parts otherwise than this code does
        raise ArtefactError(
            f"The package was installed from other code than this ({error}). Run make setup."
        ) from error
    except OSError as error:
        raise ArtefactError(
            f"{folder} was made by other code than this, which reads {Path(error.filename or '').name} too: register "
            f"the packaged model in its place (`jsi model register {DEFAULT_FOLDER}`, its trial, its promotion), train "
            "it anew, or go back with `jsi model rollback`."
        ) from error
    if nlp.meta["name"] != version.partition("-")[0]:
        raise ArtefactError(f"{folder} holds {nlp.meta['name']} and calls itself {version}: train it anew.")
    return nlp, version, metrics(folder)


def metrics(folder: Path) -> dict:
    """What was measured on the model of a folder."""
    return json.loads((folder / "metrics.json").read_text())


def _names(version: str, hashes: dict[str, str]) -> bool:
    """A version keys scores and names a folder: two models may never share one."""
    return re.fullmatch(r"jsi_[a-z]{2,3}-[0-9.]+\+" + _digest(hashes), version) is not None


def _digest(hashes: dict[str, str]) -> str:
    """The figures are no part of the model: measuring again must not change the version of every score."""
    model_hashes = {name: value for name, value in hashes.items() if name.startswith("pipeline/")}
    return hashlib.sha256(json.dumps(model_hashes, sort_keys=True).encode()).hexdigest()[:8]


def _files(folder: Path) -> list[str]:
    return sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and path.relative_to(folder).as_posix() != "manifest.json"
    )


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
