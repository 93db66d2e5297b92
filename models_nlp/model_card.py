"""``python -m models_nlp.model_card``: the tables of ``MODEL_CARD.md`` from the artefact's own figures.

Belongs here: turning ``metrics.json`` into the page's tables between its two marks. Does not: measuring, the prose.
"""

from __future__ import annotations

import json
from pathlib import Path

from models_nlp import artefact
from models_nlp.vocabulary import CLASSES

CARD = Path(__file__).parent / "MODEL_CARD.md"
BEGIN, END = "<!-- figures: written by python -m models_nlp.model_card -->", "<!-- end of figures -->"


def tables(version: str, metrics: dict) -> str:
    """Markdown tables: the version, what it was trained on, figures by data set and by class, lexicon beside."""
    lines = [
        f"Model version `{version}`. {metrics['promotion']['reason'][0].upper()}{metrics['promotion']['reason'][1:]}."
    ]
    trained = ", ".join(f"{name} {n:,}".replace(",", " ") for name, n in sorted(metrics["trained_on"].items()))
    temperatures = ", ".join(f"{name} {value:.2f}" for name, value in sorted(metrics["temperatures"].items()))
    lines += ["", f"Trained on {trained} texts. Temperatures: {temperatures}.", ""]
    lines += [
        "| data set | split | n | macro-F1 | macro-recall | ECE | lexicon alone: macro-F1 | ECE |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for part in ("dev", "test"):
        for name, found in sorted(metrics[part].items()):
            alone = metrics["lexicon_alone"][part][name]
            lines.append(
                f"| {name} | {part} | {found['n']} | {found['macro_f1']:.3f} | {found['macro_recall']:.3f} "
                f"| {found['ece']:.3f} | {alone['macro_f1']:.3f} | {alone['ece']:.3f} |"
            )
    lines += ["", "Precision / recall / F1 by class:", "", "| data set | split | negative | neutral | positive |"]
    lines.append("|---|---|---|---|---|")
    for part in ("dev", "test"):
        for name, found in sorted(metrics[part].items()):
            cells = [_class_cell(found["by_class"].get(label)) for label in CLASSES]
            lines.append(f"| {name} | {part} | {' | '.join(cells)} |")
    return "\n".join([*lines, *_tag_tables(metrics["tags"])])


def _tag_tables(found: dict) -> list[str]:
    trained = ", ".join(f"{name} {n:,}".replace(",", " ") for name, n in found["trained_on"].items())
    emotions = found["goemotions"]
    lines = ["", f"Emotions and intents were learned from {trained} texts.", ""]
    lines += [
        f"GoEmotions test, thresholds of dev: {emotions['labels']} labels macro-F1 {emotions['macro_f1']:.3f}; "
        f"8 customer classes {emotions['customer_macro_f1']:.3f}.",
        "",
    ]
    if found["not_promoted"]:
        lines += [f"Not better than the phrases on dev, so phrases alone: {', '.join(found['not_promoted'])}.", ""]
    lines += ["F1 of a tag, by phrases alone and with its head, on texts that nobody trained on:", ""]
    lines += ["| tag | n | phrases alone | with head |", "|---|---|---|---|"]
    for tag, of_tag in found["test"].items():
        lines.append(f"| {tag} | {of_tag['n']} | {of_tag['phrases_alone']:.3f} | {of_tag['with_head']:.3f} |")
    return lines


def _class_cell(found: dict | None) -> str:
    return "–" if found is None else f"{found['precision']:.2f} / {found['recall']:.2f} / {found['f1']:.2f}"


def main() -> int:
    """Rewrite the tables of the card; the rest of the page stays."""
    version = artefact.check(artefact.DEFAULT_FOLDER)
    metrics = json.loads((artefact.DEFAULT_FOLDER / "metrics.json").read_text(encoding="utf-8"))
    page = CARD.read_text(encoding="utf-8")
    before, after = page.split(BEGIN)[0], page.split(END)[1]
    CARD.write_text(f"{before}{BEGIN}\n{tables(version, metrics)}\n{END}{after}", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
