"""The benchmark of the reader of feeling: it runs whole, says what was promised, and nobody learns what is tested."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.nlp import __main__ as command
from benchmarks.nlp import data, emotions, intents, memory, own_labels, peers, sentiment, speed, table
from benchmarks.nlp.answers import area_under_curve
from benchmarks.nlp.apart import in_own_process, peak_mib
from benchmarks.nlp.figures import OURS, PROMISES, Figure
from benchmarks.nlp.ours import Ours
from benchmarks.nlp.plan import FOLDS, Plan
from models_nlp import corpus, evaluation, train

# As little as runs: own labels need twice as many texts, a fold needs every class.
TINY = Plan(
    folds=2,
    draws=1,
    own_labels=(60,),
    slow_train=60,
    slow_test=200,
    speed_texts=40,
    slow_speed_texts=10,
    speed_runs=1,
    memory_texts=200,
)
SUBJECTS = (
    "the support",
    "our export",
    "this release",
    "the agent",
    "your app",
    "the invoice",
    "the search",
    "my order",
)
WORDS = {
    "neg": ("was terrible", "is broken again", "feels slow", "was a mess"),
    "neu": ("runs at two", "is in the folder", "was sent on monday", "needs a second user"),
    "pos": ("was great", "is lovely", "feels fast", "was a delight"),
}
EMOTIONS = {"neg": "anger|annoyance", "neu": "neutral", "pos": "joy"}
REASONS = {"neg": "report_it", "neu": "ask_it", "pos": "thank_for_it"}
SATISFACTION = {"neg": "2.0", "neu": "3.0", "pos": "4.0"}


@pytest.fixture(scope="module")
def datasets(tmp_path_factory) -> Path:
    """A folder with every file that the benchmark reads, of a few hundred made-up texts each."""
    folder = tmp_path_factory.mktemp("datasets")
    for file, tail, parts in (
        ("semeval_sentiment_train", "on the phone", ("train",)),
        ("vader_ground_truth", "as they tweet", ("train", "train", "dev")),
        ("senti4sd", "in the code", ("train", "train", "dev")),
        ("uci_sentence_sentiment", "in the film", ("train", "train", "dev")),
        ("tweeteval_sentiment_devtest", "in a tweet", ("dev", "test")),
        ("airline_dev60_EVALONLY_NC", "on the plane", ("train", "dev")),
    ):
        _write(
            folder / f"{file}.csv",
            [(t, label, parts[n // 12 % len(parts)]) for n, (t, label) in enumerate(_texts(tail))],
        )
    for file, tail, label_of in (
        ("goemotions", "on a forum", EMOTIONS),
        ("banking77", "at the bank", REASONS),
        ("clinc150", "with the assistant", REASONS),
        ("multidogo_intents", "in a chat", REASONS),
        ("bitext_customer_service_8k", "in the shop", REASONS),
    ):
        parts = ("train", "train", "dev", "test") if file != "banking77" else ("train", "train", "test")
        texts = enumerate(_texts(tail))
        _write(folder / f"{file}.csv", [(t, label_of[label], parts[n // 12 % len(parts)]) for n, (t, label) in texts])
    talks = [(text, SATISFACTION[label], "0") for text, label in _texts("in a talk")]
    _write(folder / "uss_mwoz_satisfaction_EVALONLY.csv", talks, ("text", "satisfaction", "is_overall"))
    _write_table(folder)
    return folder


def _texts(tail: str) -> list[tuple[str, str]]:
    ends = ("", "today", "for us", "as I said", "again", "for me")
    return [
        (" ".join(f"{subject} {words} {tail} {end}".split()), label)
        for subject in SUBJECTS
        for end in ends
        for number in range(4)
        for label in WORDS
        for words in WORDS[label][number : number + 1]
    ]


def _write(path: Path, rows: list[tuple[str, ...]], head: tuple[str, ...] = ("text", "label", "split")) -> None:
    with path.open("w", newline="", encoding="utf-8") as stream:
        csv.writer(stream).writerows([head, *rows])


def _write_table(folder: Path) -> None:
    """The static table's two files, under the names of the recipe."""
    files = {asset["name"]: folder / asset["file"] for asset in train.read_recipe()["tables"]}
    words = sorted({word for label in WORDS for text, _ in _texts("") for word in text.lower().split()})
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *words]
    for file in files.values():
        file.parent.mkdir(exist_ok=True)
    files["word_pieces"].write_text("\n".join(pieces) + "\n", encoding="utf-8")
    values = np.random.default_rng(5).integers(-127, 128, size=(len(pieces), 128)).astype(np.int8)
    np.savez(files["static_table"], q=values, scale=np.full(len(pieces), 0.01, dtype=np.float32))


@pytest.fixture(scope="module")
def figures(datasets) -> list[Figure]:
    """All sections of a tiny plan, the packages' peers that are installed included."""
    said: list[str] = []
    found = command.measure(datasets, TINY, list(command.SECTIONS), said.append)
    assert any("TF-IDF" in line for line in said)
    return found


@pytest.mark.slow
def test_one_run_measures_every_section_of_ours_and_the_peers(figures):
    ours = {figure.name for figure in figures if figure.who == OURS}
    assert set(PROMISES) - ours == {
        "airline macro-F1 after 100 labels",  # the tiny plan has 60 labels of its own
        "airline macro-F1 after 1000 labels",
        "ECE after 200 labels",
    }
    assert "airline macro-F1 after 60 labels" in ours
    tfidf = {figure.name for figure in figures if figure.who == "TF-IDF + LR"}
    assert {"TweetEval macro-recall", "GoEmotions-28 macro-F1", "Banking77 accuracy", "scorer alone, docs/s"} <= tfidf
    assert all(np.isfinite(figure.value) and figure.n > 0 for figure in figures)


@pytest.mark.slow
def test_ours_is_refitted_for_the_fold_that_it_answers(datasets):
    ours, plan = Ours(datasets), replace(TINY, folds=1)
    texts = sentiment.Texts.of(datasets, ours.recipe, plan)
    found = {figure.name: figure for figure in sentiment.of_ours(ours, texts, plan, lambda _: None)}
    assert found["senti4sd macro-F1, 5-fold"].n == int((texts.folds == 0).sum())
    assert {name for name in PROMISES if name.startswith(("TweetEval", "ECE in", "ECE across"))} <= found.keys()


def test_own_labels_correct_ours_and_answer_all_the_rest(datasets):
    ours = Ours(datasets)
    texts = [e for e in corpus.read(datasets, ours.recipe) if e.source == "airline"]
    learned = own_labels.corrected(ours, texts)
    found = {f.name: f for f in own_labels.of_draws(OURS, learned, data.labels_of(texts), TINY)}
    after = found["airline macro-F1 after 60 labels"]
    assert after.n == len(texts) - 60
    before = evaluation.figures(learned(np.arange(1), np.arange(1, len(texts))), data.labels_of(texts)[1:])
    assert after.value > before["macro_f1"]  # one label corrects nothing, sixty of these texts do


def test_the_table_has_a_row_for_every_promise_measured_or_not():
    page = table.markdown(
        [Figure("TweetEval macro-recall", OURS, 0.7, 10), Figure("scorer alone, docs/s", "VADER", 1e4, 9)]
    )
    lines = {name: line for name in PROMISES for line in page.splitlines() if line.startswith(f"| {name} |")}
    assert lines.keys() == PROMISES.keys()
    assert "| 0.700 |" in lines["TweetEval macro-recall"]
    assert all(table.NOT_MEASURED in line for name, line in lines.items() if name != "TweetEval macro-recall")
    assert "| 10 000 |" in lines["scorer alone, docs/s"]


def test_a_kept_promise_is_told_from_a_missed_one():
    kept = [Figure("TweetEval macro-recall", OURS, 0.65, 10), Figure("ECE across domains", OURS, 0.05, 10)]
    missed = [Figure("TweetEval macro-recall", OURS, 0.64, 10), Figure("ECE across domains", OURS, 0.07, 10)]
    for figure in kept:
        assert table.verdict(figure.name, figure) == table.KEPT
    for figure in missed:
        assert table.verdict(figure.name, figure) == table.MISSED
    assert table.missed(kept) == []
    assert table.missed(missed) == ["TweetEval macro-recall", "ECE across domains"]
    assert table.missed([Figure("TweetEval macro-recall", "VADER", 0.5, 10)]) == []  # nobody promised for a peer


def test_the_command_writes_figures_that_a_later_run_takes_into_its_table(tmp_path, capsys, monkeypatch):
    earlier = [Figure("Banking77 accuracy", OURS, 0.9321, 10, note="so measured")]
    command.report(earlier, tmp_path / "earlier.json", None)
    assert json.loads((tmp_path / "earlier.json").read_text())["machine"]["cpus"] >= 1
    assert command.read(tmp_path / "earlier.json") == earlier
    now = [Figure("Banking77 accuracy", "VADER", 0.5, 10)]
    command.report(command.read(tmp_path / "earlier.json") + now, None, tmp_path / "page.md", is_quick=True)
    page = (tmp_path / "page.md").read_text()
    assert page.startswith("Samples only")
    assert "| 0.932 | 0.500 |" in page
    assert "- ours, Banking77 accuracy: so measured" in page


def test_missing_data_sets_are_named_and_nothing_is_measured(tmp_path, capsys):
    assert command.main(["--datasets", str(tmp_path / "nowhere")]) == 1
    assert "--datasets" in capsys.readouterr().err


def test_folds_hold_out_equal_texts_together():
    assert data.fold_of("It works, thanks!") == data.fold_of("it works thanks")
    assert {data.fold_of(f"text {n}") for n in range(200)} == set(range(FOLDS))


def test_no_tested_text_is_learned_whichever_part_holds_it(datasets, tmp_path):
    """The same tweet in every training file, in another spelling: it may be answered, never learned."""
    folder = tmp_path / "datasets"
    folder.mkdir()
    for file in datasets.rglob("*.*"):
        (folder / file.relative_to(datasets)).parent.mkdir(exist_ok=True)
        (folder / file.relative_to(datasets)).write_bytes(file.read_bytes())
    tests = [
        ("tweeteval_sentiment_devtest.csv", "Ground control to nobody", "test"),
        ("airline_dev60_EVALONLY_NC.csv", "The seat was on the wing", "train"),
    ]
    for file, text, part in tests:
        with (folder / file).open("a", newline="") as stream:
            csv.writer(stream).writerow([text, "neg", part])
        for learned in ("semeval_sentiment_train.csv", "senti4sd.csv", "vader_ground_truth.csv"):
            with (folder / learned).open("a", newline="") as stream:
                csv.writer(stream).writerow([f"{text.upper()}!!", "neg", "train"])
    recipe = train.read_recipe()
    texts = sentiment.Texts.of(folder, recipe, Plan())
    yardsticks = {data.same(e.text) for e in texts.test if e.source in ("tweeteval", "airline", "uss_mwoz")}
    assert {data.same(text) for _, text, _ in tests} <= yardsticks
    assert {e.source for e in texts.train} & {"tweeteval", "airline", "uss_mwoz"} == set()
    for fold in range(FOLDS):
        learned = {data.same(e.text) for e in texts.learned_without(fold)}
        assert learned.isdisjoint(yardsticks)
        assert learned.isdisjoint(data.same(e.text) for e in texts.of_folds(np.flatnonzero(texts.folds == fold)))


def test_a_peer_is_never_handed_a_tested_text(datasets):
    """A real peer that keeps what it was given."""
    handed: list[list[str]] = []

    class Keeping(peers.TfidfRegression):
        def fit(self, texts, labels, weights=None):
            handed.append(list(texts))
            return super().fit(texts, labels, weights)

    texts = sentiment.Texts.of(datasets, train.read_recipe(), TINY)
    found = sentiment.of_peer(peers.Contestant("keeping", Keeping), texts, TINY)
    assert {"TweetEval macro-recall", "airline macro-F1"} <= {figure.name for figure in found}
    tested = {data.same(e.text) for e in texts.test}
    assert len(handed) == 1 + TINY.folds
    assert all(tested.isdisjoint(map(data.same, learned)) for learned in handed)


@pytest.mark.parametrize("read", [data.emotions, data.intents])
def test_labels_of_emotions_and_reasons_do_not_leak_into_train(tmp_path, read):
    path = tmp_path / "labels.csv"
    rows = [("One text", "joy", "train"), ("one text!", "joy", "test"), ("Another", "anger", "train")]
    _write(path, [*rows, ("A third", "anger", "test"), ("Fourth", "joy", "train")])
    parts = read(path)
    assert parts["train"].texts == ["Another", "Fourth"]
    assert parts["test"].texts == ["one text!", "A third"]


def test_out_of_scope_reasons_are_left_out(tmp_path):
    path = tmp_path / "clinc.csv"
    _write(path, [("Who won?", "oos", "train"), ("Pay it", "pay", "train"), ("Pay", "pay", "test")])
    assert {name: len(part) for name, part in data.intents(path).items()} == {"train": 1, "test": 1}


def test_texts_to_time_are_distinct(datasets):
    texts = data.distinct_texts(datasets, 300)
    assert len(set(texts)) == len(texts) == 300
    made = list(data.varied(texts, 1_000))
    assert len(set(made)) == 1_000


def test_what_is_measured_apart_has_its_own_memory():
    held = np.ones(40_000_000)  # 305 MiB here
    assert in_own_process(peak_mib) < peak_mib() - 200
    assert held.sum() > 0


def test_the_area_under_the_curve_counts_ties_half():
    assert area_under_curve(np.array([2.0, 1.0]), np.array([1.0, 0.0])) == pytest.approx(0.875)


def test_peers_that_are_not_installed_are_left_out_of_the_roster(datasets, monkeypatch):
    monkeypatch.setattr(peers, "PACKAGES", ("no_such_package", *peers.PACKAGES))
    assert "no_such_package" in peers.missing()
    names = [peer.name for peer in peers.roster(datasets)]
    assert {"TF-IDF + LR", "spaCy TextCatBOW"} <= set(names)


def test_what_is_measured_goes_by_the_names_of_the_promises():
    assert {emotions.CUSTOMER, emotions.ALL, speed.ALONE, speed.WHOLE, memory.PEAK, *intents.FILES} <= set(PROMISES)
