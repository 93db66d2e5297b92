"""From labels to a candidate: what a company's own labels make of the model in force.

Belongs here: the order of the steps. Does not: fitting and judging (``models_nlp/recalibration``), promoting.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

import numpy as np
import polars as pl

from models_nlp import artefact, recalibration_files
from models_nlp.recalibration import InForce, Judgement, propose
from models_nlp.release import version_of
from models_nlp.scoring import READ_BY_BASE, load
from models_nlp.signals import Signals
from orchestration.model_releases import files_of, recalibrations, register_artefact
from orchestration.progress import report
from storage import models
from storage.labels import labelled_texts
from storage.layout import DataDir
from storage.models import Candidate


class NothingLabelled(LookupError):
    """There is no label to learn from; the message says what to do."""


@dataclass(frozen=True)
class Proposal:
    """``version``: the candidate, None where no part was accepted. ``judged``: by channel, empty for all of them."""

    version: str | None
    n_labels: int
    judged: dict[str, Judgement]


def propose_from_labels(paths: DataDir, at: datetime, whose: str) -> Proposal:
    """Fit a correction of the model in force on all labels until ``at`` whose words are still there, and register it.

    It takes the place of the correction in force, if there is one, and is judged against it.

    Raises :class:`NothingLabelled`, and ``LookupError`` where nothing was scored yet.
    """
    now = models.champion(paths)
    # What a pack reads, the correction of the base model never sees.
    is_readable = pl.col("text_hash").is_not_null() & pl.col("null_reason").is_null() & READ_BY_BASE
    # One dated ahead of the clock would make every later label count as learned from.
    labelled = labelled_texts(paths).filter(is_readable, pl.col("labelled_at") <= at)
    if labelled.is_empty():
        raise NothingLabelled(
            "no text is labelled: draw a sheet with `jsi labels sample`, fill it in, `jsi labels take` it"
        )
    # The correction goes with the very model that it corrects, which an upgrade of the package may take away.
    base = now.artefact if now is not None else register_artefact(paths, artefact.DEFAULT_FOLDER, at)
    scorer = load(replace(files_of(paths, models.candidate(paths, base)), recalibration=None))
    report("Learning from labels")
    # One text stands once, whoever sent it how often.
    labelled = labelled.unique("text_hash", keep="first", maintain_order=True)
    signals = scorer.signals(labelled)
    in_force = _correction_in_force(paths, now, scorer.base_version, signals, labelled)
    found, judged = propose(signals, (labelled["label"] + 1).cast(pl.Int64).to_numpy(), in_force)
    if not found.parts:
        return Proposal(None, labelled.height, judged)
    path = recalibration_files.write(
        recalibrations(paths),
        found,
        judged,
        whose=whose,
        made_on=at.date(),
        base_model_version=scorer.base_version,
    )
    stored = recalibration_files.read(path, scorer.base_version)
    packs = now.packs if now is not None else ()
    version = version_of(scorer.base_version, stored.version, packs)
    about = {
        "what": "a correction by own labels",
        "n_labels": labelled.height,
        "labels_until": labelled["labelled_at"].max().isoformat(),
        "whose": whose,
        "judged": {name or "all channels": judgement.__dict__ for name, judgement in judged.items()},
    }
    models.register(paths, Candidate(version, base, path.name, at.isoformat(), about, packs))
    return Proposal(version, labelled.height, judged)


def _correction_in_force(
    paths: DataDir, now: Candidate | None, base_version: str, signals: Signals, labelled: pl.DataFrame
) -> InForce | None:
    """What the correction that answers now says of the labelled texts, and of which it has learned nothing."""
    if now is None or now.recalibration is None:
        return None
    stored = recalibration_files.read(files_of(paths, now).recalibration, base_version)
    until = models.learned_until(paths).get(now.version)
    is_unseen = np.ones(labelled.height, dtype=bool)
    if until is not None:
        is_unseen = (labelled["words_labelled_at"] > until).to_numpy()
    return InForce(stored.recalibration.logits(signals), is_unseen)
