"""Texts a second: our scorer alone and with everything around it, the peers, and spaCy's bare tokenizer as the floor.

Belongs here: what is timed and how. Does not: which texts (``data``).
Each reader gets a process of its own on one core, loads and learns outside the clock, answers one text, then meets the
distinct texts for the first time. Processor seconds count, because other work on the machine spoils those of the clock;
the clock's and the load are told beside. Of several runs the fastest tells most: what slowed the others was not ours.
"""

from __future__ import annotations

import os
import statistics
import time
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from benchmarks.nlp import data, peers
from benchmarks.nlp.apart import in_own_process
from benchmarks.nlp.figures import OURS, Figure
from benchmarks.nlp.plan import Plan, Say

FLOOR = "spaCy blank (floor)"
ALONE, WHOLE = "scorer alone, docs/s", "whole, docs/s"
CLEANING, READING = "cleaning and redaction, docs/s", "language, scorer and frame, docs/s"
LEARNED_FROM = 3_000  # texts: enough to have a vocabulary
FIRST_TEXT = "Thank you, it works."
CHANNEL = "email"


def measure(datasets: Path, plan: Plan, say: Say) -> list[Figure]:
    """Every reader's texts a second: the fastest run, and the spread of all."""
    texts = data.distinct_texts(datasets, plan.speed_texts)
    few = texts[: plan.slow_speed_texts]
    steps: list[tuple[str, str, Callable, list[str]]] = [
        (OURS, ALONE, ours_alone, texts),
        (OURS, CLEANING, ours_cleaning, texts),
        (OURS, READING, ours_reading, texts),
        (OURS, WHOLE, ours_whole, texts),
        (FLOOR, ALONE, blank_tokenizer, texts),
        *(
            (peer.name, ALONE, partial(a_peer, datasets, peer.name), few if peer.is_slow else texts)
            for peer in peers.roster(datasets)
        ),
    ]
    figures, loads = [], []
    for who, name, reader, read in steps:
        say(f"speed: {who}, {name}")
        runs = []
        for _ in range(plan.speed_runs):
            runs.append(in_own_process(reader, read))
            loads.append(os.getloadavg()[0])
        for suffix, seconds in zip(("", " by the clock"), zip(*runs, strict=True), strict=True):
            rates = [len(read) / of_run for of_run in seconds]
            note = f"{len(read):,} distinct texts, processor time, fastest of {len(runs)}" if not suffix else ""
            figures.append(Figure(name + suffix, who, max(rates), len(read), statistics.pstdev(rates), note))
    busy = Figure(
        "load of the machine while timed",
        OURS,
        statistics.median(loads),
        len(loads),
        note="what is measured is one of it",
    )
    return [*figures, busy]


Seconds = tuple[float, float]


def timed(work: Callable[[], object]) -> Seconds:
    """(processor, clock) seconds of some work."""
    cpu, clock = time.process_time(), time.perf_counter()
    work()
    return time.process_time() - cpu, time.perf_counter() - clock


def ours_whole(texts: list[str]) -> Seconds:
    """Raw text to frame: cleaning, redaction, language, scoring."""
    scorer = _scorer()
    return timed(lambda: scorer.score(texts, [CHANNEL] * len(texts)))


def ours_cleaning(texts: list[str]) -> Seconds:
    scorer = _scorer()
    return timed(lambda: scorer.prepare(texts, [CHANNEL] * len(texts)))


def ours_reading(texts: list[str]) -> Seconds:
    """What is done with texts that are cleaned and redacted."""
    scorer = _scorer()
    prepared = scorer.prepare(texts, [CHANNEL] * len(texts)).unique("text_hash", maintain_order=True)
    return timed(lambda: scorer.score_prepared(prepared))


def ours_alone(texts: list[str]) -> Seconds:
    """Tokens, lexicon, emotions and intents, sentiment, in the product's batches; no language, no frame."""
    from models_nlp.scoring import BATCH_SIZE
    from models_nlp.words import Batch

    scorer = _scorer()
    lexicon = scorer.nlp.get_pipe("jsi_lexicon").lexicon
    tags = scorer.nlp.get_pipe("jsi_tags").reader
    sentiment = scorer.nlp.get_pipe("jsi_sentiment").model
    clean = scorer.prepare(texts, [CHANNEL] * len(texts))["text_redacted"].to_list()

    def read() -> None:
        for start in range(0, len(clean), BATCH_SIZE):
            batch = Batch.of(clean[start : start + BATCH_SIZE])
            features, _ = lexicon.read_all(batch)
            tags.read(batch, features)
            sentiment.predict(batch, features)

    return timed(read)


def blank_tokenizer(texts: list[str]) -> Seconds:
    """No reader on spaCy's defaults can be faster."""
    import spacy

    nlp = spacy.blank("en")
    nlp(FIRST_TEXT)
    return timed(lambda: _exhaust(nlp.pipe(texts)))


def a_peer(datasets: Path, name: str, texts: list[str]) -> Seconds:
    """A peer that has learned sentiment from some texts, where it learns."""
    from benchmarks.nlp.sentiment import some
    from models_nlp import corpus, train

    peer = next(peer for peer in peers.roster(datasets) if peer.name == name)
    model = peer.make()
    if peer.learns:
        examples = [e for e in corpus.read(datasets, train.read_recipe()) if e.part == "train"]
        learned = some(examples, len(texts) if peer.is_slow else LEARNED_FROM)
        model.fit([e.text for e in learned], data.labels_of(learned))
    model.predict([FIRST_TEXT])
    return timed(lambda: model.predict(texts))


def _scorer():
    from models_nlp.release import PACKAGED
    from models_nlp.shared_scoring import scorer_of_process

    scorer = scorer_of_process(PACKAGED)
    scorer.score([FIRST_TEXT], [CHANNEL])
    return scorer


def _exhaust(stream: Iterable) -> None:
    for _ in stream:
        pass
