"""A small German pack for tests: lists, a recipe and labelled texts made from parts, trained by the real command.

Belongs here: making it. Does not: any test. Its texts are invented; it knows what it was planted with, and no German.
"""

from __future__ import annotations

import csv
import hashlib
import json
import shutil
from itertools import product
from pathlib import Path

import yaml

from models_nlp import train

_LISTS = {
    "valence.tsv": "gut\t+2.0\nschlecht\t-2.4\nzuverlässig\t+1.8\nunfreundlich\t-2.2\ndanke\t+1.6\n",
    "phrases.tsv": "lässt zu wünschen übrig\t-1.8\n",
    "emoji.tsv": "😀\t+1.8\n😡\t-2.5\n",
    "fault_words.txt": "fehler\nstörung\n",
    "modifiers.tsv": "negator\tnicht\t1\nnegator\tkein\t1\nnegator\tkeine\t1\nintensifier\tsehr\t1.3\n"
    "contrast\taber\t1\npersistence\twieder\t1\n",
    "function_words.tsv": "clause\taber\ndenial\tkein\ndenial\tkeine\ncondition\twenn\naddition\tnicht nur\n",
    "emotions.tsv": "gratitude\tdanke\t1.0\nanger\twütend\t1.0\n",
    "effort.tsv": "6\tumständlich\n",
    "resolution.tsv": "resolved\tgelöst\n",
    "taxonomy.yml": "intents:\n  cancel: [kündigen, kündigung]\nroot_causes:\n  pricing: [zu teuer, preis]\n",
    "frequent_words.txt": "# Own list: frequent words that are rare in English.\n"
    "der die das und ist nicht ich sie wir ihr eine ein der dem den mit seit auf für von zu war sehr gut aber auch\n",
}
_SUBJECTS = ("der Service", "die neue App", "das Team", "die Abrechnung", "der Export", "unser Ansprechpartner")
_SAID = {
    "neg": ("ist schlecht", "ist nicht gut", "war sehr unfreundlich", "hat wieder einen Fehler", "ist quergelaufen"),
    "neu": ("läuft ab Montag", "liegt im Ordner", "wurde gestern verschickt", "braucht ein zweites Konto"),
    "pos": ("ist gut", "war sehr zuverlässig", "hat keine Fehler", "ist nicht schlecht", "ist rundgelaufen"),
}
_TAILS = ("", "seit der Umstellung", "für uns", "wie besprochen", "und das sagen auch die Kollegen")


def write_recipe(folder: Path, texts: str | None = None) -> Path:
    """Lists, labelled texts (or ``texts``, a CSV file's content) and the recipe of a German pack in ``folder``; gives
    the recipe."""
    (folder / "lists").mkdir(parents=True)
    for name, content in _LISTS.items():
        (folder / "lists" / name).write_text(content, encoding="utf-8")
    rows = [
        (" ".join([subject, said, tail]).strip(), label)
        for label, phrases in _SAID.items()
        for subject, said, tail in product(_SUBJECTS, phrases, _TAILS)
    ]
    with (folder / "texte.csv").open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(["text", "label", "split"])
        writer.writerows((text, label, "test" if n % 10 == 0 else "train") for n, (text, label) in enumerate(rows))
    if texts is not None:
        (folder / "texte.csv").write_text(texts, encoding="utf-8")
    asset = {
        "name": "planted",
        "file": "texte.csv",
        "sha256": hashlib.sha256((folder / "texte.csv").read_bytes()).hexdigest(),
        "use": "train",
        "is_permissive": True,
    }
    recipe = folder / "jsi_de.yml"
    settings = {"iterations": 3}
    told = {"vars": {"language": "de", "lists": "lists", "settings": settings, "corpora": [asset]}}
    recipe.write_text(yaml.safe_dump(told), encoding="utf-8")
    return recipe


def trained(folder: Path) -> Path:
    """The pack's artefact, trained in ``folder``."""
    assert (
        train.main(["--recipe", str(write_recipe(folder)), "--datasets", str(folder), "--out", str(folder / "de")]) == 0
    )
    return folder / "de"


def another(pack: Path, folder: Path, language: str = "de") -> Path:
    """A copy of a pack with another word in its lists, as a pack of ``language``: whole, and of another version."""
    shutil.copytree(pack, folder)
    with (folder / "pipeline" / "jsi_lexicon" / "valence.tsv").open("a", encoding="utf-8") as stream:
        stream.write("prima\t2.0\n")
    meta = folder / "pipeline" / "meta.json"
    meta.write_text(meta.read_text(encoding="utf-8").replace("jsi_de", f"jsi_{language}"), encoding="utf-8")
    hashes = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "manifest.json"
    }
    own = {name: value for name, value in hashes.items() if name.startswith("pipeline/")}
    digest = hashlib.sha256(json.dumps(own, sort_keys=True).encode()).hexdigest()[:8]
    manifest = {"model_version": f"jsi_{language}-0.1.0+{digest}", "files": hashes}
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder
