"""``python -m models_nlp.train --datasets DIR``: the recorded recipe, from labelled files to the artefact.

Belongs here: the order of the steps, the command line. Does not: any step itself.
What is read, in which weight and why stands in ``project.yml``; nothing else decides the outcome. Another language is
another recipe (``--recipe``) with a folder of lists of its own.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from models_nlp import artefact, corpus, evaluation, promotion, tag_corpus
from models_nlp.cleaning import clean
from models_nlp.features import WordPieces
from models_nlp.language import LANGUAGES
from models_nlp.phrases import frequent_words, read_rows, split_phrase
from models_nlp.redaction import redact
from models_nlp.release import BASE_LANGUAGE
from models_nlp.sentiment import SentimentModel
from models_nlp.signals import StaticTable
from models_nlp.tag_heads import EMOTION, INTENT, TagHeads
from models_nlp.tag_training import ReadTagTexts, emotion_figures, fit_tags, judge
from models_nlp.tags import TagRules
from models_nlp.tokens import cut
from models_nlp.training import ReadTexts, Settings, fit
from models_nlp.valence import LEXICON_FOLDER, ValenceLexicon
from models_nlp.words import Batch

RECIPE = Path(__file__).parent / "project.yml"


def read_recipe(path: Path = RECIPE) -> dict:
    """The recipe's variables and assets; ``lists`` is the folder of its word lists, given relative to the recipe.

    Raises :class:`models_nlp.corpus.CorpusError` where the file or one of its lists cannot be read.
    """
    import yaml

    try:
        recipe = yaml.safe_load(path.read_text(encoding="utf-8"))["vars"]
        recipe["lists"] = path.parent / recipe.get("lists", LEXICON_FOLDER.name)
        language = recipe["language"]
        Settings(**recipe["settings"])
        recipe["corpora"][0]["file"]
        ValenceLexicon(recipe["lists"])
        intents = TagRules(recipe["lists"]).intents - TagRules(LEXICON_FOLDER).intents
        frequent = frequent_words(recipe["lists"])
    except (OSError, KeyError, IndexError, TypeError, ValueError, yaml.YAMLError) as error:
        raise corpus.CorpusError(f"{path}: {type(error).__name__}: {error}") from error
    if language not in LANGUAGES:
        raise corpus.CorpusError(
            f"{path}: {language!r} is no language that texts are known by ({', '.join(LANGUAGES)})"
        )
    if language != BASE_LANGUAGE and intents:
        raise corpus.CorpusError(
            f"{path}: taxonomy.yml has intents that the packaged one has not ({', '.join(sorted(intents))}): drivers "
            "group by their names, in every language"
        )
    listed = [word for word, _ in read_rows(recipe["lists"] / "valence.tsv", 2)]
    if unheard := sorted(word for word in {*frequent, *listed} if cut(word) != split_phrase(word)):
        raise corpus.CorpusError(
            f"{path}: {unheard[0]!r} is cut into {' '.join(cut(unheard[0]))} in a text, so it would never be found"
        )
    return recipe


def run(
    datasets: Path,
    out: Path,
    recipe: dict,
    permissive_only: bool = False,
    say: Callable[[str], None] = lambda _: None,
) -> dict:
    """Train, judge, package: writes the artefact to ``out`` and gives its figures (``metrics.json``).

    Raises :class:`models_nlp.corpus.CorpusError` when a file is missing or another one than the recipe names.
    """
    _check_place(out)
    corpus.check_assets(datasets, recipe, permissive_only)
    examples = corpus.read(datasets, recipe, permissive_only)
    corpus.check(examples)
    say(f"{len(examples)} labelled texts")
    lists = recipe.get("lists", LEXICON_FOLDER)
    parts = {part: read_texts([e for e in examples if e.part == part], lists) for part in ("train", "dev", "test")}
    say("read by the pipeline; fitting")
    table = static_table(datasets, recipe)
    silent = ValenceLexicon(lists).fault_words
    with ProcessPoolExecutor(1, get_context("spawn")) as beside:
        learning = beside.submit(learn_tags, datasets, recipe, permissive_only) if "tags" in recipe else None
        calibration = read_texts(corpus.calibration(examples), lists)
        settings = Settings(**recipe["settings"])
        model = fit(parts["train"], calibration, table.pieces, table.vectors(), settings, silent)
        say("sentiment fitted; waiting for emotions and intents" if learning else "sentiment fitted")
        tag_heads, of_tags = learning.result() if learning else (None, {})
    lexicon_alone = SentimentModel(model.lexicon)
    dev = parts["dev"]
    decision = promotion.decide(_by_source(model, dev), _by_source(lexicon_alone, dev))
    say(decision.reason)
    chosen = model if decision.is_promoted else lexicon_alone
    chosen.table = table if decision.is_promoted and "tables" in recipe else None
    chosen.meta = {"trained": True, "is_promoted": decision.is_promoted, "is_permissive_only": permissive_only}
    metrics = {
        "trained_on": _counts(parts["train"]),
        "promotion": decision.as_dict(),
        "temperatures": _temperatures(model),
        "is_permissive_only": permissive_only,
        "dev": _by_source(chosen, dev),
        "test": _by_source(chosen, parts["test"]),
        "tags": of_tags,
        "lexicon_alone": {"dev": _by_source(lexicon_alone, dev), "test": _by_source(lexicon_alone, parts["test"])},
    }
    version = package(chosen, tag_heads, out, metrics, recipe.get("language", BASE_LANGUAGE), lists)
    say(f"{version} written to {out}")
    return metrics


def _check_place(out: Path) -> None:
    """Only a model that lies there may be replaced: what else is in the folder would be lost."""
    if not out.exists():
        return
    manifest = out / "manifest.json"
    known = {*json.loads(manifest.read_text())["files"], "manifest.json"} if manifest.is_file() else set()
    foreign = sorted(p.relative_to(out).as_posix() for p in out.rglob("*") if p.is_file())
    foreign = [name for name in foreign if name not in known]
    if foreign:
        raise corpus.CorpusError(
            f"{out} holds {foreign[0]}, which is no part of a model: name a folder for the model alone with --out"
        )


def learn_tags(datasets: Path, recipe: dict, permissive_only: bool) -> tuple[TagHeads, dict]:
    """The learned emotions and intents with their figures; in a process of its own, beside the sentiment's."""
    texts = tag_corpus.read(datasets, recipe, permissive_only)
    lists = recipe.get("lists", LEXICON_FOLDER)
    rules, lexicon = TagRules(lists), ValenceLexicon(lists)
    parts = {}
    for part in ("train", "dev", "test"):
        of_part = [text for text in texts if text.part == part]
        words = [_tokens(text.text) for text in of_part]
        parts[part] = ReadTagTexts.of(of_part, words, lexicon.read_all(Batch(words))[0], rules)
    table = static_table(datasets, recipe)
    emotions, intents = (
        recipe["tags"]["emotions"],
        {label for text in texts if text.kind == INTENT for label in text.labels},
    )
    unions = {(EMOTION, name): tuple(outputs) for name, outputs in emotions.items()}
    unions |= {(INTENT, name): (name,) for name in sorted(intents)}
    model = fit_tags(parts["train"], parts["dev"], unions, table.pieces, table.vectors(), recipe["tags"]["settings"])
    return model, {
        "trained_on": dict(sorted(Counter(text.source for text in parts["train"].texts).items())),
        "goemotions": emotion_figures(model, parts, recipe["tags"].get("customer_classes", {})),
        "not_promoted": [f"{kind}:{name}" for kind, name in unions if (kind, name) not in model.thresholds],
        **{
            part: {f"{kind}:{name}": f for (kind, name), f in judge(model, parts[part], model.thresholds).items()}
            for part in ("dev", "test")
        },
    }


def read_texts(examples: list[corpus.Example], lists: Path = LEXICON_FOLDER) -> ReadTexts:
    """Labelled texts as the scorer would see them: cleaned, redacted, tokenised, read by the lexicon."""
    words = [_tokens(example.text) for example in examples]
    return ReadTexts(
        words,
        ValenceLexicon(lists).read_all(Batch(words))[0],
        np.array([e.label for e in examples]),
        [e.source for e in examples],
        np.array([e.weight for e in examples]),
    )


def _tokens(text: str) -> list[str]:
    return cut(redact(clean(text)))


def package(
    model: SentimentModel,
    tag_heads: TagHeads | None,
    out: Path,
    metrics: dict,
    language: str = BASE_LANGUAGE,
    lists: Path = LEXICON_FOLDER,
) -> str:
    """Write the artefact beside its place, then switch: a broken run leaves the old one. Gives the version."""
    from models_nlp import pipeline

    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent) as folder:
        fresh = Path(folder) / "artefact"
        version = artefact.write(pipeline.build(model, tag_heads, language, lists), fresh, metrics)
        artefact.check(fresh)
        if out.exists():
            shutil.rmtree(out)
        fresh.rename(out)
    return version


def static_table(datasets: Path, recipe: dict) -> StaticTable:
    """The table that the recipe names; without one a table of a single piece that no word is spelled with."""
    if "tables" not in recipe:
        return StaticTable(WordPieces(["[UNK]"]), np.zeros((1, 1), dtype=np.int8), np.zeros(1, dtype=np.float32))
    names = {asset["name"]: datasets / asset["file"] for asset in recipe["tables"]}
    return StaticTable.of(WordPieces.from_file(names["word_pieces"]), names["static_table"])


def _by_source(model: SentimentModel, texts: ReadTexts) -> dict[str, dict]:
    probabilities, _ = model.predict(texts.batch, texts.features)
    return evaluation.by_source(probabilities, texts.labels, texts.sources)


def _counts(texts: ReadTexts) -> dict[str, int]:
    names, counts = np.unique(np.array(texts.sources), return_counts=True)
    return dict(zip(names.tolist(), counts.tolist(), strict=True))


def _temperatures(model: SentimentModel) -> dict[str, float]:
    temperatures = {"lexicon": model.lexicon.temperature}
    if model.blend is not None:
        temperatures |= {
            "sparse": model.blend.sparse_temperature,
            "dense": model.blend.dense_temperature,
            "blend": model.blend.temperature,
        }
    return temperatures


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m models_nlp.train", description=__doc__.split("\n\n")[0])
    parser.add_argument("--datasets", type=Path, required=True, help="folder of the files that the recipe names")
    parser.add_argument("--recipe", type=Path, default=RECIPE, help="default: that of the packaged model")
    parser.add_argument("--out", type=Path, help="where the artefact goes; default for the packaged model: its place")
    parser.add_argument("--permissive-only", action="store_true", help="train on permissively licensed files only")
    options = parser.parse_args(arguments)
    if options.out is None and options.recipe != RECIPE:
        parser.error("say with --out where the model of another recipe goes")
    started = time.monotonic()

    def say(line: str) -> None:
        print(f"{time.monotonic() - started:6.1f} s  {line}", flush=True)

    try:
        run(
            options.datasets,
            options.out or artefact.DEFAULT_FOLDER,
            read_recipe(options.recipe),
            options.permissive_only,
            say,
        )
    except corpus.CorpusError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
