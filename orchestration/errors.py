"""What an error may say: what Dagster keeps of a failed step is read by many, and libraries quote cells in messages.

Belongs here: steps and checks that let no other error out. Does not: which messages are shown (``told``).
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from typing import Any

import dagster as dg

from orchestration.told import hidden, is_ours, what_of
from storage.full_disk import disk_error


class HiddenError(dg.Failure):
    """An error whose message may quote a customer."""


class NoRoom(dg.Failure):
    """The disk takes no more: what to do, in one line."""


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


def _raise_without_values(error: Exception) -> None:
    if isinstance(error, dg.Failure | dg.DagsterError) or is_ours(error):
        raise error
    if (full := disk_error(error)) is not None:
        raise NoRoom(what_of(full), allow_retries=False) from None
    if isinstance(error, OSError) and error.errno is not None:  # a missing right: names a file, no cell
        raise error
    raise HiddenError(hidden(error), allow_retries=False) from None
