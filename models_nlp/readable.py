"""Whether a text holds words that anybody can judge, in a language that a model speaks.

Belongs here: the reasons for which a cleaned, redacted text has no score. Does not: who may be scored
(``eligibility``), which language it is (``language``).
"""

from __future__ import annotations

import json
from collections.abc import Container

from models_nlp.auto_replies import is_auto_reply
from models_nlp.release import BASE_LANGUAGE
from models_nlp.vocabulary import PLACEHOLDERS


def null_reason(text: str, language: str | None, spoken: Container[str] = (BASE_LANGUAGE,)) -> str | None:
    """Why a cleaned, redacted text cannot be scored, or null: ``empty``, ``quality``, ``auto_reply``, ``language``."""
    words = text
    if "[" in text:
        for placeholder in PLACEHOLDERS:
            words = words.replace(placeholder, " ")
    words = words.strip()
    if not words:
        return "empty"
    if (language is None and not _has_symbol(words)) or _is_machine_text(words):
        return "quality"
    if is_auto_reply(text):
        return "auto_reply"
    return None if language is None or language in spoken else "language"


def _has_symbol(text: str) -> bool:
    """True for emoji and emoticons: a text without letters that still says something."""
    return any(ord(c) > 0x2000 for c in text) or any(
        mark in text for mark in (":)", ":(", ":-", "<3", ":/", ";)", "(:", "):")
    )


def _is_machine_text(text: str) -> bool:
    """One character repeated, or a JSON document: nobody's words."""
    if len(text) > 12 and len(set(text[:40])) <= 5 and len(set(text.replace(" ", "").lower())) <= 2:
        return True
    if text[0] in "{[" and text[-1] in "}]":
        try:
            return isinstance(json.loads(text), dict | list)
        except (ValueError, RecursionError):
            return False
    return False
