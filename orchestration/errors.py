"""What an error may say: what Dagster keeps of a failed step is read by many, and libraries quote cells in messages.

Belongs here: which messages are shown, what stands in for the others. Does not: which errors there are.

A message is shown if this project wrote it (its messages never hold a value), or if it is about a file. Of all others
the kind and the place are told; the message itself is not, because it may quote what a customer wrote.
"""

from __future__ import annotations

import functools
import inspect
import linecache
import re
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

import dagster as dg

_CHECKOUT = Path(__file__).resolve().parent.parent
_NAMES = ("sources", "connections", "storage", "models_nlp", "expectations", "insights", "orchestration")
_ROOMS = tuple(f"{_CHECKOUT / room}/" for room in _NAMES)
_QUOTED = re.compile(r"'[^'\n]*'|\"[^\"\n]*\"|LINE \d+:[^\n]*(?:\n\s*\^)?")


class HiddenError(dg.Failure):
    """An error whose message may quote a customer."""


def without_values(function: Callable[..., Any]) -> Callable[..., Any]:
    """A step or check whose errors tell no value. Works for functions and generators."""
    if inspect.isgeneratorfunction(function):

        @functools.wraps(function)
        def generate(*args: Any, **kwargs: Any) -> Iterator[Any]:
            try:
                yield from function(*args, **kwargs)
            except Exception as error:
                _raise_without_values(error)

        return generate

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            return function(*args, **kwargs)
        except Exception as error:
            _raise_without_values(error)

    return call


def without_quotes(message: str) -> str:
    """A database's message without what it quotes: cells, and the line of SQL around them."""
    return _QUOTED.sub("'…'", message)


def _raise_without_values(error: Exception) -> None:
    if isinstance(error, dg.Failure | dg.DagsterError) or _is_ours(error):
        raise error
    if isinstance(error, OSError) and error.errno is not None:  # a full disk, a missing right: names a file, no cell
        raise error
    raise HiddenError(
        f"{type(error).__name__} at {_place(error.__traceback__)}; its message is not shown because it may quote a "
        "customer's words: a defect to report with this place",
        allow_retries=False,
    ) from None


def _is_ours(error: Exception) -> bool:
    """Whether the message was written in this project: raised by a ``raise`` of its own."""
    frames = traceback.extract_tb(error.__traceback__)
    if not frames or not frames[-1].filename.startswith(_ROOMS):
        return False
    return linecache.getline(frames[-1].filename, frames[-1].lineno or 0).strip().startswith("raise")


def _place(trace: TracebackType | None) -> str:
    """The last line of this project that was running."""
    frames = [f for f in traceback.extract_tb(trace) if f.filename.startswith(_ROOMS) and f.name not in _OWN]
    if not frames:
        return "an unknown place"
    return f"{Path(frames[-1].filename).relative_to(_CHECKOUT)}:{frames[-1].lineno} ({frames[-1].name})"


_OWN = ("generate", "call", "_raise_without_values")
