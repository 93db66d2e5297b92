"""Which model answers: registering candidates, promoting one, going back.

Belongs here: the order of these steps and what must be true before each. Does not: the registry's file (``storage``),
fitting (``models_nlp``), the trial in the shadow (``shadow``).

What is promoted is kept in the data folder whole, the model that came with the package included: an upgrade of the
package changes no score until somebody promotes it.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from models_nlp import artefact
from models_nlp.release import BASE_LANGUAGE, PACKAGED, Release, language_of, version_of
from models_nlp.taxonomy import of_model, read_own
from storage import models
from storage.layout import DataDir
from storage.models import Candidate


class NotReleasable(ValueError):
    """The model may not answer yet, or there is nothing to go back to; the message says why."""


def in_force(paths: DataDir) -> Release:
    """The files of the model in force: what was released last, or the packaged one; with the company's taxonomy.

    Raises :class:`models_nlp.taxonomy.TaxonomyError` where that cannot be used.
    """
    found = models.champion(paths)
    return replace(PACKAGED, taxonomy=read_own(paths.taxonomy)) if found is None else files_of(paths, found)


def version_in_force(paths: DataDir) -> str:
    """Its version. Raises :class:`models_nlp.artefact.ArtefactError` where the packaged one is in force and damaged."""
    found = models.champion(paths)
    return artefact.check(artefact.DEFAULT_FOLDER) if found is None else found.version


def version_that_answers(paths: DataDir) -> str:
    """What the scores of the next refresh will carry: the version in force, and the company's taxonomy."""
    return version_of(version_in_force(paths), taxonomy=read_own(paths.taxonomy))


def taxonomy_in_force(paths: DataDir) -> dict[str, str]:
    """``version`` and ``valid_from`` of the model's intents and root causes; where the company adds to them, also
    ``own_version`` and ``own_valid_from``."""
    version, valid_from = of_model(in_force(paths).artefact or artefact.DEFAULT_FOLDER)
    own = read_own(paths.taxonomy)
    added = {} if own is None else {"own_version": str(own), "own_valid_from": own.valid_from.isoformat()}
    return {"version": version, "valid_from": valid_from, **added}


def files_of(paths: DataDir, candidate: Candidate) -> Release:
    """Where a candidate's files are, and what the company adds to its taxonomy."""
    return Release(
        paths.artefacts / candidate.artefact if candidate.artefact else None,
        recalibrations(paths) / candidate.recalibration if candidate.recalibration else None,
        tuple(paths.artefacts / pack for pack in candidate.packs),
        read_own(paths.taxonomy),
    )


def recalibrations(paths: DataDir) -> Path:
    return paths.models / "recalibrations"


def register_artefact(paths: DataDir, folder: Path, at: datetime) -> str:
    """Register a trained model and copy it into the data folder; gives its version. A damaged copy is replaced.

    Raises :class:`models_nlp.artefact.ArtefactError` where the folder is not a whole model.
    """
    version = artefact.check(folder)
    about = {"what": "a trained model", **_figures(folder)}
    models.register(paths, Candidate(version, version, None, at.isoformat(), about))
    _keep(paths, folder, version)  # after it is known: a copy that nobody knows of would be a lost registry
    return version


def register_model(paths: DataDir, folder: Path, at: datetime) -> str:
    """Register what was trained: a model in place of the one in force, or one for a further language beside it.

    Gives the candidate's version. What speaks other languages goes on speaking beside a new model; a pack takes the
    place of that of its language, and the model in force stays as it is, with its correction. Raises
    :class:`models_nlp.artefact.ArtefactError` where the folder is not a whole model.
    """
    version = artefact.check(folder)
    language, now = language_of(version), models.champion(paths)
    if language == BASE_LANGUAGE:
        register_artefact(paths, folder, at)
        if now is None or not now.packs:
            return version
        about = {"what": "a trained model, beside the packs in force", **_figures(folder)}
        return _register_with(paths, version, None, now.packs, at, about)
    base = now or models.candidate(paths, register_artefact(paths, artefact.DEFAULT_FOLDER, at))
    packs = tuple(sorted((version, *(pack for pack in base.packs if language_of(pack) != language))))
    # Labels that the correction in force learned from stay learned from.
    kept = {name: base.about[name] for name in ("labels_until", "taxonomy") if name in base.about}
    about = {"what": f"{base.version} and a pack for {language}", **kept, "pack": _figures(folder)}
    candidate = _register_with(paths, base.artefact, base.recalibration, packs, at, about)
    _keep(paths, folder, version)  # after it is known, as above
    return candidate


def promote(paths: DataDir, version: str, at: datetime, by: str, reason: str) -> None:
    """Let a candidate answer from the next refresh on.

    Raises :class:`NotReleasable` unless it was tried in the shadow of the model in force, ``LookupError`` for a version
    that is not registered.
    """
    _check_said(by, reason)
    candidate, now = models.candidate(paths, version), version_in_force(paths)
    if version == now:
        raise NotReleasable(f"{version} is the model in force already")
    if models.trial(paths, version, now) is None:
        raise NotReleasable(
            f"{version} was not tried in the shadow of {now}: run `jsi model shadow {version}` and read it first"
        )
    _check_files(files_of(paths, candidate))
    champion = models.champion(paths)
    _check_loses_nothing(candidate, champion)
    if champion is None:  # what answered until now can be gone back to after an upgrade, too
        register_artefact(paths, artefact.DEFAULT_FOLDER, at)
        models.release(paths, now, at, by, "in force when the first other model was promoted")
    models.release(paths, version, at, by, reason)


def roll_back(paths: DataDir, at: datetime, by: str, reason: str) -> str:
    """Let the model before the present one answer again; gives its version.

    Two calls go two models back, not forth and back. Raises :class:`NotReleasable` where there was none before.
    """
    _check_said(by, reason)
    way: list[str] = []  # the models on the way to the present one, what was gone back from left out
    for step in models.releases(paths):
        if step.version in way:
            del way[way.index(step.version) :]
        way.append(step.version)
    if len(way) < 2:
        raise NotReleasable("no other model was in force before: there is nothing to go back to")
    before = models.candidate(paths, way[-2])
    _check_files(files_of(paths, before))
    models.release(paths, before.version, at, by, reason)
    return before.version


def _register_with(
    paths: DataDir, model: str, recalibration: str | None, packs: tuple[str, ...], at: datetime, about: dict
) -> str:
    correction = None
    if recalibration is not None:
        from models_nlp import recalibration_files

        correction = recalibration_files.read(recalibrations(paths) / recalibration, model).version
    version = version_of(model, correction, packs)
    models.register(paths, Candidate(version, model, recalibration, at.isoformat(), about, packs))
    return version


def _figures(folder: Path) -> dict:
    figures = artefact.metrics(folder)
    told = {name: figures[name] for name in ("trained_on", "is_permissive_only", "test") if name in figures}
    version, valid_from = of_model(folder)
    return {**told, "taxonomy": {"version": version, "valid_from": valid_from}}


def _keep(paths: DataDir, folder: Path, version: str) -> None:
    target = paths.artefacts / version
    _sweep(paths.artefacts)
    if _is_whole(target, version):
        return
    aside = target.with_name(f".{version}.{os.getpid()}")
    try:
        shutil.copytree(folder, aside, dirs_exist_ok=True)
        shutil.rmtree(target, ignore_errors=True)
        aside.rename(target)
    except OSError:
        if not _is_whole(target, version):  # else another process has just put it there
            raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _sweep(artefacts: Path) -> None:
    """Remove what processes left half copied that were killed; a copy whose process is alive is its own."""
    for left in artefacts.glob(".*"):
        of = left.name.rpartition(".")[2]
        if not (of.isdecimal() and _is_alive(int(of))):
            shutil.rmtree(left, ignore_errors=True)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):  # somebody else's, or no number of a process
        return process < 1 << 31
    return True


def _is_whole(folder: Path, version: str) -> bool:
    try:
        return artefact.check(folder) == version
    except artefact.ArtefactError:
        return False


def _check_said(by: str, reason: str) -> None:
    if not (by.strip() and reason.strip()):
        raise NotReleasable("say who decides and why: --by NAME --reason TEXT stay in the registry")


def _check_loses_nothing(candidate: Candidate, now: Candidate | None) -> None:
    """A candidate was made beside what answered then; what was promoted since must not go unsaid."""
    if now is None:
        return
    silent = sorted({language_of(pack) for pack in now.packs} - {language_of(pack) for pack in candidate.packs})
    if silent:
        raise NotReleasable(
            f"{candidate.version} does not speak {', '.join(silent)}, which {now.version} does: register or propose it "
            "again, beside what answers now; a language is taken away by `jsi model rollback`"
        )
    same_model, same_correction = candidate.artefact == now.artefact, candidate.recalibration == now.recalibration
    if same_model and candidate.packs != now.packs and not same_correction:
        raise NotReleasable(
            f"{candidate.version} is not corrected as {now.version} is: register its pack again, beside what answers "
            "now"
        )


def _check_files(release: Release) -> None:
    """Raises where a file of it is missing or not what it was."""
    version = artefact.check(release.artefact or artefact.DEFAULT_FOLDER)
    if release.recalibration is not None:
        from models_nlp import recalibration_files

        recalibration_files.read(release.recalibration, version)
    for pack in release.packs:
        if (found := artefact.check(pack)) != pack.name:
            raise artefact.ArtefactError(f"{pack} holds {found}: register the pack again")
