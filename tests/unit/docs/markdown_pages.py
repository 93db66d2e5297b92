"""The project's Markdown pages and what they show as code. Read by the tests beside it; holds no test."""

from __future__ import annotations

import re
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[3]
# Folders that hold no page of ours: environments, data, tools' caches.
NOT_OURS = {".git", ".venv", "data", ".pytest_cache", ".ruff_cache", ".hypothesis", "build"}

FENCED = re.compile(r"^```.*?$\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`([^`\n]+)`")


def pages() -> list[Path]:
    """Every Markdown file of the checkout, in a fixed order."""
    found = [*CHECKOUT.glob("*.md")]
    for folder in sorted(p for p in CHECKOUT.iterdir() if p.is_dir() and p.name not in NOT_OURS):
        found += sorted(folder.rglob("*.md"))
    return found


def name(page: Path) -> str:
    return page.relative_to(CHECKOUT).as_posix()


def code_lines(page: Path) -> list[str]:
    """Each code span and each line of a fenced block; comments of shell lines are cut off."""
    text = page.read_text(encoding="utf-8")
    fenced = [line for block in FENCED.findall(text) for line in block.splitlines()]
    return [line.split("  #")[0].strip() for line in fenced] + spans(text)


def spans(text: str) -> list[str]:
    """The code spans outside fenced blocks."""
    return SPAN.findall(FENCED.sub("", text))


def table_below(text: str, heading: str) -> list[list[str]]:
    """The cells of the first table below a heading, without its header row."""
    part = re.split(rf"^#+ {re.escape(heading)}$", text, flags=re.MULTILINE)
    assert len(part) == 2, f"no heading {heading!r}"
    rows: list[list[str]] = []
    for line in part[1].splitlines():
        if line.startswith("|"):
            rows.append([cell.strip() for cell in line.strip("|").split("|")])
        elif rows:
            break
    return rows[2:]
