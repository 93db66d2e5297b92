"""A further row of the policy: the one in force ends, the next begins, and the policy's version says so.

Belongs here: rewriting a seed's text by the rule of ``docs/how-to/change-the-policy.md``. Does not: what a row should
say. Every other line of the file stays as people wrote it.
"""

from __future__ import annotations

import csv
import io
import re
from datetime import date
from pathlib import Path

from storage.files import write_text

VERSIONS = "policy_versions.csv"


class PolicyNotWritten(ValueError):
    """The policy's files cannot take the row; the message names the file and what to do."""


def in_force(seed: Path, on: date, key: str, value: str) -> dict[str, str]:
    """``key`` → ``value`` of the rows in force on a day, as text."""
    day = on.isoformat()
    rows = csv.DictReader(io.StringIO(seed.read_text(encoding="utf-8")))
    return {r[key]: r[value] for r in rows if r["valid_from"] <= day and (not r["valid_to"] or r["valid_to"] > day)}


def succeed(
    seeds: Path, file: str, changes: dict[str, dict[str, str]], key: str, on: date, by: str, reason: str
) -> str:
    """End the rows of ``file`` whose ``key`` is in ``changes`` on a day, and add the next ones, with ``by`` as owner.

    ``changes``: key → the cells that change. Gives the version of the policy from that day on: the one that begins
    then, or a new one. Raises :class:`PolicyNotWritten`, and nothing is written, where a row without end is missing or
    begins on that day or later.
    """
    path, versions = seeds / file, seeds / VERSIONS
    lines = _lines(path)
    header = lines[0][1]
    rows = []
    for text, cells in lines[1:]:
        row = dict(zip(header, cells, strict=True))
        if row[key] not in changes or row["valid_to"]:
            rows.append(text)
            continue
        if row["valid_from"] >= on.isoformat():
            raise PolicyNotWritten(
                f"{path}: the row of {row[key]} begins on {row['valid_from']}: the next one must begin on a later day"
            )
        rows.append(_text({**row, "valid_to": on.isoformat()}.values()))
        begun = {**row, **changes[row[key]], "valid_from": on.isoformat(), "owner": by, "reason": reason}
        rows.append(_text(begun.values()))
    known = {cells[header.index(key)] for _, cells in lines[1:] if not cells[header.index("valid_to")]}
    if missing := sorted(set(changes) - known):
        raise PolicyNotWritten(f"{path}: no row without end of {', '.join(missing)}: add one by hand first")
    version, told = _version(versions, on, by, reason)
    try:
        if told is not None:  # a version without a change is harmless, a change without a version is not
            write_text(told, versions)
        write_text("\n".join([lines[0][0], *rows]) + "\n", path)
    except OSError as error:
        raise PolicyNotWritten(f"{path} cannot be written ({error.strerror}): sign in a checkout of your own") from None
    return version


def _version(path: Path, on: date, by: str, reason: str) -> tuple[str, str | None]:
    """The version that begins on a day, and the file's new text where it is a new one."""
    lines = _lines(path)
    for _, cells in lines[1:]:
        if cells[1] == on.isoformat():
            return cells[0], None
    numbers = [int(found.group(1)) for _, cells in lines[1:] if (found := re.fullmatch(r"policy-(\d+)", cells[0]))]
    name = f"policy-{max(numbers, default=0) + 1}"
    row = _text([name, on.isoformat(), by, reason])
    return name, "\n".join([*(text for text, _ in lines), row]) + "\n"


def _lines(path: Path) -> list[tuple[str, list[str]]]:
    """(text, cells) of each line, the header first."""
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line]
    parsed = [next(csv.reader([line])) for line in lines]
    if wrong := next((n for n, cells in enumerate(parsed, 1) if len(cells) != len(parsed[0])), None):
        raise PolicyNotWritten(f"{path} line {wrong}: it has not as many cells as the header: mend it first")
    return list(zip(lines, parsed, strict=True))


def _text(cells) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="").writerow([" ".join(str(cell).split()) for cell in cells])
    return out.getvalue()
