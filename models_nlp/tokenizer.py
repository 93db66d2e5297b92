"""spaCy's door to our tokens: text → ``Doc``.

Belongs here: the registered tokeniser. Does not: what counts as a token (``tokens``).
Loaded only with the pipeline: it imports spaCy.
"""

from __future__ import annotations

import re

from spacy.language import Language
from spacy.tokens import Doc
from spacy.util import registry
from spacy.vocab import Vocab

from models_nlp.tokens import TOKEN, cut

_TOKEN_AND_SPACE = re.compile(f"({TOKEN.pattern})([ ]?)", re.VERBOSE)

# Where the tokeniser leaves the tokens as strings: asking spaCy for them one by one costs as much as tokenising.
WORDS = "jsi_words"


def words_of(doc: Doc) -> list[str]:
    """The tokens of a ``Doc`` as strings, white space left out."""
    words = doc.user_data.get(WORDS)
    return words if words is not None else [part for token in doc for part in cut(token.text)]


class RegexTokenizer:
    """Text → ``Doc``; joining the tokens gives the text back as long as its spaces are single (cleaned text is)."""

    def __init__(self, vocab: Vocab) -> None:
        self.vocab = vocab

    def __call__(self, text: str) -> Doc:
        pairs = _TOKEN_AND_SPACE.findall(text)
        words = [word for word, _ in pairs]
        spaces = [space == " " for _, space in pairs]
        if sum(map(len, words)) + sum(spaces) != len(text):
            words, spaces = _with_odd_spaces(text)
        return Doc(self.vocab, words=words, spaces=spaces, user_data={WORDS: [w for w in words if not w.isspace()]})

    # There is nothing to store: the pattern is code, versioned with it.
    def to_bytes(self, **_: object) -> bytes:
        return b""

    def from_bytes(self, _data: bytes, **_kwargs: object) -> RegexTokenizer:
        return self

    def to_disk(self, _path: object, **_: object) -> None:
        return None

    def from_disk(self, _path: object, **_: object) -> RegexTokenizer:
        return self


def _with_odd_spaces(text: str) -> tuple[list[str], list[bool]]:
    """The slow way, for text that was not cleaned: white space that is no single space becomes a token of its own."""
    words: list[str] = []
    spaces: list[bool] = []
    position = 0
    for match in TOKEN.finditer(text):
        start, end = match.span()
        if start > position:
            words.append(text[position:start])
            spaces.append(False)
        words.append(match.group())
        has_space = text[end : end + 1] == " "
        spaces.append(has_space)
        position = end + has_space
    if position < len(text):
        words.append(text[position:])
        spaces.append(False)
    return words, spaces


@registry.tokenizers("jsi.RegexTokenizer.v1")
def create_regex_tokenizer():
    """spaCy's way of naming a tokeniser in a config file."""

    def create(nlp: Language) -> RegexTokenizer:
        # Attributes computed for each new word (shape, prefix, is_stop …) that nothing here reads: half the time.
        nlp.vocab.lex_attr_getters = {}
        return RegexTokenizer(nlp.vocab)

    return create
