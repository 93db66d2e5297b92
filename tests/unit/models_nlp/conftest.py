"""The committed model, loaded once for all tests of this room."""

from __future__ import annotations

import pytest

from models_nlp import scoring
from models_nlp.valence import LEXICON_FOLDER, ValenceLexicon


@pytest.fixture(scope="session")
def scorer() -> scoring.Scorer:
    return scoring.load()


@pytest.fixture(scope="session")
def lexicon() -> ValenceLexicon:
    return ValenceLexicon(LEXICON_FOLDER)


@pytest.fixture(scope="session")
def words(scorer):
    """Text → tokens, as the pipeline cuts it."""
    return lambda text: [token.text for token in scorer.nlp.make_doc(text)]


@pytest.fixture(scope="session")
def reading(lexicon, words):
    """Text → what the lexicon saw in it."""
    return lambda text: lexicon.read(words(text))


@pytest.fixture(scope="session")
def score_one(scorer):
    """Text → its row of scores as a dict."""
    return lambda text, channel="email": scorer.score([text], [channel]).row(0, named=True)
