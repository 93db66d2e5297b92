"""The files of an extracts folder: found without following links out of it, and read whole or not at all.

Belongs here: walking the folder, refusing what is no plain file, noticing a file that changes while it is read.
Does not: what the bytes mean (``sources``).
"""

from __future__ import annotations

import hashlib
import os
import stat
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

# A program that appends 1 kB a second fills its buffer of 8 kB, and so touches its file, every eight seconds.
QUIET_SECONDS = 10.0

_Stamp = tuple[int, int, int, int]
_Identity = tuple[int, int]


class StillChanging(Exception):
    """The file changed while it was being read: it is left for the next run."""


@dataclass(frozen=True)
class Delivery:
    """One file of an extracts folder. ``name``: its path below the folder, with slashes.

    ``refusal``: why it is not even opened (a link that leads out of the folder, a device); null for plain files.
    ``inside``: the folder that was walked, without links; nothing outside of it is ever opened. ``identity``: inode and
    device of the file as it was found. ``stamp``: size, time and identity when the file was first seen; null where
    nobody looked.
    """

    path: Path
    name: str
    inside: Path
    refusal: str | None = None
    identity: _Identity | None = None
    stamp: _Stamp | None = None


def deliveries(extracts: Path) -> list[Delivery]:
    """All files of the folder (or the one file ``extracts`` is), in the order of their names, links last.

    Hidden files are none: they are what editors, copies and file systems leave behind. A link to a file of the same
    folder comes after that file, so that the link is the copy.
    """
    if extracts.is_file():
        return [_found(extracts, _name(extracts, extracts.parent), extracts.resolve().parent)]
    if not extracts.is_dir():
        raise FileNotFoundError(f"there is no extracts folder {extracts}: give the folder that the extracts lie in")
    return sorted(_walk(extracts), key=lambda d: (d.path.is_symlink(), d.name))


def watched(found: Sequence[Delivery], quiet_seconds: float) -> list[Delivery]:
    """The deliveries with their stamps, once every file has had the chance to be quiet for ``quiet_seconds``.

    Waits only where a file changed more recently, and never longer than that. A file that changes while this looks on,
    or from now until it is read, is left alone: ``read_whole`` finds another stamp.
    """
    if not quiet_seconds:
        return list(found)
    seen = [replace(d, stamp=_stamp_of(d.path)) if d.refusal is None else d for d in found]
    now = time.time()
    ages = (now - d.stamp[1] / 1e9 for d in seen if d.stamp is not None)
    young = [age for age in ages if 0 <= age < quiet_seconds]  # a time in the future is a clock's slip, not a writer
    if young:
        time.sleep(quiet_seconds - min(young))
    return seen


def _found(path: Path, name: str, inside: Path) -> Delivery:
    try:
        about = path.stat()
    except OSError:
        return Delivery(path, name, inside)  # gone again: reading it says so
    return Delivery(path, name, inside, identity=_identity(about))


def _identity(about: os.stat_result) -> _Identity:
    return (about.st_ino, about.st_dev)


def _stamp_of(path: Path) -> _Stamp | None:
    try:
        return _stamp(path.stat())
    except OSError:
        return None


def _stamp(about: os.stat_result) -> _Stamp:
    return (about.st_size, about.st_mtime_ns, about.st_ino, about.st_dev)


def _walk(extracts: Path) -> Iterator[Delivery]:
    inside = extracts.resolve()
    for folder, folders, files in os.walk(extracts):
        here = Path(folder)
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in folders:
            # A linked folder is never walked into; one that leads out is said to be refused.
            link = here / name
            if link.is_symlink() and not link.resolve().is_relative_to(inside):
                refusal = "it is a link to a folder outside of the extracts folder"
                yield Delivery(link, _name(link, extracts), inside, refusal)
        for name in files:
            if name.startswith("."):
                continue
            path = here / name
            if path.is_symlink() and not path.resolve().is_relative_to(inside):
                refusal = "it is a link to a file outside of the extracts folder"
                yield Delivery(path, _name(path, extracts), inside, refusal)
            elif not path.is_file():
                yield Delivery(path, _name(path, extracts), inside, "it is no plain file")
            else:
                yield _found(path, _name(path, extracts), inside)


def _name(path: Path, below: Path) -> str:
    """A name that can be stored and printed: bytes that are no UTF-8 and control characters are escaped."""
    name = path.relative_to(below).as_posix().encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in name)


def read_whole(delivery: Delivery, most_bytes: int) -> tuple[bytes | None, str]:
    """The file's bytes and their sha256. Beyond ``most_bytes`` the bytes are None (hashed, never held).

    Raises ``StillChanging`` if size, time or identity differ before and after, or from what was found; also if the path
    leads out of the folder by now. Raises ``OSError`` where it cannot be opened.
    """
    handle = _opened(delivery)
    with os.fdopen(handle, "rb") as file:
        before = os.fstat(handle)
        if not stat.S_ISREG(before.st_mode):
            raise StillChanging(f"{delivery.name} is no plain file any more: it is left for the next run")
        is_another = delivery.identity is not None and delivery.identity != _identity(before)
        if is_another or (delivery.stamp is not None and delivery.stamp != _stamp(before)):
            raise StillChanging(
                f"{delivery.name} is still being written: it is left for the next run; deliver under another name and "
                "rename when complete"
            )
        if before.st_size > most_bytes:
            data, sha256 = None, hashlib.file_digest(file, "sha256").hexdigest()
        else:
            data = file.read()
            sha256 = hashlib.sha256(data).hexdigest()
        after = os.fstat(handle)
    try:
        named = delivery.path.stat()
    except FileNotFoundError as error:
        raise StillChanging(f"{delivery.name} was removed while it was read: it is left for the next run") from error
    stamps = {_stamp(about) for about in (before, after, named)}
    if len(stamps) > 1 or (data is not None and len(data) != before.st_size):
        raise StillChanging(
            f"{delivery.name} changed while it was read: it is left for the next run; deliver under another name and "
            "rename when complete"
        )
    return data, sha256


def _opened(delivery: Delivery) -> int:
    """A handle of the delivery's file. Links are followed before, in names; from the folder on every part of the path
    is opened without following any, so a link that is put there meanwhile leads nowhere."""
    target = delivery.path.resolve()
    if not target.is_relative_to(delivery.inside):
        raise StillChanging(f"{delivery.name} leads out of the extracts folder by now: it is left for the next run")
    *folders, name = target.relative_to(delivery.inside).parts
    at = os.open(delivery.inside, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for folder in folders:
            below = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=at)
            os.close(at)
            at = below
        return os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=at)
    finally:
        os.close(at)
