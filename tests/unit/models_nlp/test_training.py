"""The recipe: no leaks, the same bytes twice, the blend only where it is better, honest confidence."""

from __future__ import annotations

import csv
import hashlib
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from models_nlp import artefact, corpus, evaluation, promotion, scoring, train
from models_nlp.calibration import balanced_weights, expected_calibration_error, fit_temperature
from models_nlp.features import WordPieces, char_buckets, normal_form
from models_nlp.heads import bigram_pairs, softmax, sum_rows
from models_nlp.release import Release

SUBJECTS = ("the support", "our export", "this release", "the agent", "your app", "the invoice", "the search")
WORDS = {
    "neg": ("was zorbal", "is zorbal again", "feels krimply", "was a krimply mess"),
    "neu": ("runs at two", "is in the folder", "was sent on monday", "needs a second user"),
    "pos": ("was fimbral", "is fimbral", "feels dulcent", "was dulcent from day one"),
}


@pytest.fixture
def datasets(tmp_path) -> tuple[Path, dict]:
    """A tiny folder of labelled files with invented feeling words, and the recipe that names them."""
    folder = tmp_path / "datasets"
    folder.mkdir()
    rows = [
        (f"{subject} {words} {tail}", label)
        for label, phrases in WORDS.items()
        for words in phrases
        for subject in SUBJECTS
        for tail in ("", "today", "for us", "as I said")
    ]
    _write(folder / "train.csv", [(text, label, "train") for text, label in rows])
    _write(
        folder / "eval.csv",
        [(f"{text} indeed", label, "test" if n % 2 else "dev") for n, (text, label) in enumerate(rows)],
    )
    pieces = sorted({word for text, _ in rows for word in text.lower().split()})
    (folder / "vocab.txt").write_text("\n".join(pieces) + "\n")
    random = np.random.default_rng(5)
    table = random.integers(-127, 128, size=(len(pieces), 8)).astype(np.int8)
    np.savez(folder / "table.npz", q=table, scale=np.full(len(pieces), 0.01, dtype=np.float32))
    recipe = {
        "settings": {"iterations": 4},
        "corpora": [
            _asset(folder, "train.csv", name="tiny", use="train", is_permissive=True),
            _asset(folder, "eval.csv", name="tiny_eval", use="evaluation", is_permissive=True),
        ],
        "tables": [
            _asset(folder, "table.npz", name="static_table", is_permissive=True),
            _asset(folder, "vocab.txt", name="word_pieces", is_permissive=True),
        ],
    }
    return folder, recipe


def _write(path: Path, rows: list[tuple[str, str, str]]) -> None:
    with path.open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["text", "label", "split"])
        writer.writerows(rows)


def _asset(folder: Path, file: str, **rest) -> dict:
    return {"file": file, "sha256": hashlib.sha256((folder / file).read_bytes()).hexdigest(), **rest}


def test_training_twice_gives_the_same_bytes_and_a_model_that_learned(datasets, tmp_path):
    folder, recipe = datasets
    metrics = [train.run(folder, tmp_path / f"out{n}", recipe) for n in (1, 2)]
    files = [
        {path.relative_to(out).as_posix(): path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()}
        for out in (tmp_path / "out1", tmp_path / "out2")
    ]
    assert files[0] == files[1]
    assert metrics[0]["test"]["tiny_eval"]["macro_f1"] > 0.9
    assert metrics[0]["lexicon_alone"]["test"]["tiny_eval"]["macro_f1"] < 0.7
    row = scoring.load(Release(tmp_path / "out1")).score(["the app was zorbal"], ["chat"]).row(0, named=True)
    assert row["sentiment"] == -1
    assert any(word.startswith("zorbal ≈−") for word in row["evidence_words"])


def test_every_library_of_linear_algebra_is_held_to_one_thread_while_fitting():
    """Sums over threads come in another order, and so in other bytes. A library that is loaded later is not held."""
    code = """
import numpy as np
from threadpoolctl import threadpool_info
from models_nlp import tag_training, training
from models_nlp.features import WordPieces
from models_nlp.tag_corpus import TagText
from models_nlp.words import Batch

def threads(*_):
    import scipy.optimize, sklearn.linear_model
    print(max(pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"))
    raise InterruptedError

words, numbers, pieces = [["so", "good"], ["so", "bad"]] * 3, np.zeros((6, 16)), WordPieces(["x"])
texts = training.ReadTexts(words, numbers, np.array([0, 2] * 3), ["a"] * 6, np.ones(6))
joys = [TagText("t", frozenset({"joy"}), "emotion", "a", "train")] * 6
tags = tag_training.ReadTagTexts(joys, Batch(words), numbers, [])
training._logistic = tag_training.sigmoid_regression = threads
settings = {"sparse_ridge": 1.0, "dense_ridge": 1.0, "iterations": 1, "sparse_share": 0.5}
for fit in (
    lambda: training.fit(texts, texts, pieces, np.ones((1, 2)), training.Settings()),
    lambda: tag_training.fit_tags(tags, tags, {}, pieces, np.ones((1, 2)), settings),
):
    try:
        fit()
    except InterruptedError:
        pass
"""
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.split() == ["1", "1"]


def test_a_file_that_is_not_the_recipes_is_refused_by_name(datasets):
    folder, recipe = datasets
    (folder / "train.csv").write_text("text,label,split\nsomething else,neg,train\n")
    with pytest.raises(corpus.CorpusError, match=r"train\.csv has another checksum"):
        corpus.check_assets(folder, recipe)
    (folder / "train.csv").unlink()
    with pytest.raises(corpus.CorpusError, match=r"train\.csv is missing"):
        corpus.check_assets(folder, recipe)


def test_no_text_of_dev_or_test_is_trained_on(datasets):
    folder, recipe = datasets
    leaked = "The support WAS zorbal!"
    _write(folder / "eval.csv", [(leaked, "neg", "test")])
    parts = {part: {e.text for e in corpus.read(folder, recipe) if e.part == part} for part in ("train", "dev", "test")}
    assert leaked in parts["test"]
    assert not {text.strip() for text in parts["train"]} & {"the support was zorbal"}
    assert not parts["train"] & parts["dev"]


def test_the_permissive_switch_leaves_other_files_out(datasets):
    folder, recipe = datasets
    recipe["corpora"][0]["is_permissive"] = False
    assert {e.source for e in corpus.read(folder, recipe, permissive_only=True)} == {"tiny_eval", "own_support"}


def test_the_recipe_trains_on_nothing_that_is_for_evaluation_only():
    by_use = {}
    for asset in train.read_recipe()["corpora"]:
        by_use.setdefault(asset["use"], set()).add(asset["file"])
    assert {"tweeteval_sentiment_devtest.csv", "airline_dev60_EVALONLY_NC.csv"} == by_use["evaluation"]
    assert not by_use["train"] & by_use["evaluation"]


def test_the_recipes_files_are_there_with_their_checksums():
    shared = Path(os.environ.get("JSI_SHARED_DIR", Path(__file__).parents[4] / "shared")) / "datasets"
    if not shared.is_dir():
        pytest.skip("the labelled data sets are not beside the checkout (JSI_SHARED_DIR)")
    corpus.check_assets(shared, train.read_recipe())


def test_the_blend_is_used_only_when_it_beats_the_lexicon_on_dev():
    def dev(*values):
        return {f"set{n}": {"macro_f1": value} for n, value in enumerate(values)}

    assert promotion.decide(dev(0.7, 0.6), dev(0.6, 0.6)).is_promoted
    assert not promotion.decide(dev(0.5, 0.6), dev(0.6, 0.6)).is_promoted
    assert not promotion.decide(dev(0.6), dev(0.6)).is_promoted  # a tie goes to the simpler one
    with pytest.raises(ValueError, match="different dev splits"):
        promotion.decide(dev(0.6), {"other": {"macro_f1": 0.5}})


def test_a_blend_that_is_not_promoted_does_not_answer(datasets, tmp_path, monkeypatch):
    folder, recipe = datasets
    monkeypatch.setattr(promotion, "decide", lambda blend, lexicon: promotion.Decision(False, 0.1, 0.2, "no"))
    train.run(folder, tmp_path / "out", recipe)
    assert not (tmp_path / "out" / "pipeline" / "jsi_sentiment" / "blend.npz").exists()
    row = scoring.load(Release(tmp_path / "out")).score(["the app was zorbal"], ["chat"]).row(0, named=True)
    assert row["evidence_words"] == []


def test_the_committed_blend_was_promoted(scorer):
    decision = scorer.card["promotion"]
    assert decision["is_promoted"]
    assert decision["blend_macro_f1"] > decision["lexicon_macro_f1"]


def test_temperature_mends_overconfidence():
    random = np.random.default_rng(2)
    true_logits = random.normal(size=(4000, 3)) * 1.5
    labels = np.array([random.choice(3, p=p) for p in softmax(true_logits)])
    assert fit_temperature(true_logits * 3, labels) == pytest.approx(3, rel=0.1)
    before = expected_calibration_error(softmax(true_logits * 3), labels)
    after = expected_calibration_error(softmax(true_logits * 3 / fit_temperature(true_logits * 3, labels)), labels)
    assert after < 0.04 < before


def test_each_source_counts_alike_whatever_its_size():
    weights = balanced_weights(["a"] * 9 + ["b"])
    assert weights.sum() == pytest.approx(10)
    assert weights[:9].sum() == pytest.approx(weights[9])


def test_figures_by_hand():
    probabilities = np.array([[0.8, 0.1, 0.1], [0.2, 0.6, 0.2], [0.6, 0.2, 0.2], [0.1, 0.1, 0.8]])
    found = evaluation.figures(probabilities, np.array([0, 1, 1, 2]))
    assert found["accuracy"] == 0.75
    assert found["macro_recall"] == pytest.approx((1 + 0.5 + 1) / 3, abs=1e-4)
    assert found["by_class"]["negative"] == {"n": 1, "precision": 0.5, "recall": 1.0, "f1": 0.6667}
    assert found["ece"] == pytest.approx(0.5 * 0.2 + 0.5 * 0.1)  # two right at 0.8; one right, one wrong at 0.6


def test_features_are_what_they_say():
    assert normal_form("SOOOOO-1234") == "soo-0000"
    buckets, owner = char_buckets(["ab", "", "né"])
    assert np.bincount(owner).tolist() == [3 + 2 + 1, 1, 4 + 3 + 2 + 1]  # <a ab b> <ab ab> <ab>; <>; é has two bytes
    assert sorted(buckets[owner == 0]) == sorted(char_buckets(["ab"])[0])
    assert len(set(char_buckets([f"word{n}" for n in range(2000)])[0])) > 4_000
    pieces = WordPieces(["un", "##happy", "happy", "!"])
    assert pieces("unhappy!") == [0, 1, 3]
    assert pieces("sad") == []


def test_bigrams_reach_over_the_edges_but_not_into_the_next_text():
    keys = np.array([1, 2, 3], dtype=np.uint64)
    left, right, owner = bigram_pairs(keys, np.array([0, 0, 2]), 3)
    edge = left[0]
    assert owner.tolist() == [0, 0, 0, 1, 2, 2]
    assert [(int(a), int(b)) for a, b in zip(left, right, strict=True)] == [
        (int(a), int(b)) for a, b in [(edge, 1), (1, 2), (2, edge), (edge, edge), (edge, 3), (3, edge)]
    ]


def test_sums_by_text_leave_empty_texts_at_zero():
    table = np.array([[1.0], [2.0], [4.0]], dtype=np.float32)
    assert sum_rows(table, np.array([0, 1, 2]), np.array([0, 0, 2]), 4).ravel().tolist() == [3.0, 0.0, 4.0, 0.0]
    assert sum_rows(table, np.array([], dtype=int), np.array([], dtype=int), 2).ravel().tolist() == [0.0, 0.0]


def test_the_model_card_states_the_figures_of_the_artefact(scorer):
    card = (Path(artefact.__file__).parent / "MODEL_CARD.md").read_text(encoding="utf-8")
    assert scorer.model_version in card
    for part in ("dev", "test"):
        for source, measured in scorer.card[part].items():
            assert f"| {source} | {part} | {measured['n']} | {measured['macro_f1']:.3f} |" in card


def test_temperatures_are_fitted_on_dev_texts_and_on_those_for_calibration_alone(datasets, tmp_path):
    folder, recipe = datasets
    _write(
        folder / "moods.csv",
        [
            ("so glad", "joy|love", "dev"),
            ("glad and sad", "joy|grief", "dev"),
            ("huh", "odd", "dev"),
            ("x", "joy", "test"),
        ],
    )
    asset = _asset(folder, "moods.csv", name="moods", use="calibration", is_permissive=True, weight=0.5, split="dev")
    recipe["corpora"].append(asset | {"separator": "|", "means": {"pos": ["joy", "love"], "neg": ["grief"]}})
    examples = corpus.read(folder, recipe)
    assert [(e.text, e.label, e.part, e.weight) for e in examples if e.source == "moods"] == [
        ("so glad", 2, "calibration", 0.5)
    ]
    sources = {e.source: e.weight for e in corpus.calibration(examples)}
    assert sources == {"tiny": 1.0, "tiny_eval": 1.0, "moods": 0.5}
    assert train.run(folder, tmp_path / "out", recipe)["temperatures"]["blend"] > 0
