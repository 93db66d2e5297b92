"""What a person sees on the terminal: messages, the bars of long work, an error as something to act on.

Belongs here: the two consoles and how things are worded and drawn on them. Does not: any command (``cli``).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import typer
from rich.console import Console
from rich.text import Text

from orchestration import progress

# In a pipe or a log there is no width to fit; file names and messages stay whole there.
PLAIN_WIDTH = 160
messages = Console(stderr=True, highlight=False, width=None if sys.stderr.isatty() else PLAIN_WIDTH)
output = Console(highlight=False, width=None if sys.stdout.isatty() else PLAIN_WIDTH)


def fail(message: str, code: int = 1) -> typer.Exit:
    """Say what is wrong and what to do, and end with ``code``."""
    messages.print(f"[bold red]jsi:[/] {plain(message)}", soft_wrap=not messages.is_terminal)
    return typer.Exit(code)


def plain(text: str) -> str:
    """Text of others for a place that reads markup: square brackets are shown as they are."""
    from rich.markup import escape

    return escape(printable(text))


def inert(text: str) -> Text:
    """Text of others for a cell or line of its own: no markup, and nothing that the terminal would obey."""
    return Text(printable(text))


def printable(text: str) -> str:
    """``text`` without signs that move the cursor, colour, or turn the direction of writing; lines stay lines."""
    return "".join(c if c == "\n" or c.isprintable() else " " for c in text)


@contextmanager
def progress_shown(quiet: bool) -> Iterator[None]:
    """Draw a bar a step on a terminal; elsewhere, one line when a step begins."""
    if quiet:
        yield
        return
    if not messages.is_terminal:
        seen: set[str] = set()

        def line(step: str, done: int, total: int) -> None:
            if step not in seen:
                seen.add(step)
                messages.print(f"· {plain(step)}")

        with progress.listening(line):
            yield
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=messages) as bars:
        tasks: dict[str, Any] = {}

        def bar(step: str, done: int, total: int) -> None:
            if step not in tasks:
                for task in tasks.values():
                    bars.stop_task(task)
                tasks[step] = bars.add_task(plain(step), total=total or None)
            bars.update(tasks[step], completed=done, total=total or None)

        with progress.listening(bar):
            yield
