"""A zip archive's members, within limits: the form in which some vendors hand over a whole workspace.

Belongs here: names and bytes of members, what makes an archive unfit. Does not: what a member means.
"""

from __future__ import annotations

import io
import lzma
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import PurePosixPath

from sources.content import DEFAULT_LIMITS, Limits
from sources.errors import WrongShape

MOST_MEMBERS = 200_000
_LEFT_BEHIND = re.compile(r"(^|/)(__MACOSX/|\.[^./])")  # what a Mac's archiver adds, and hidden files
_WORKBOOK = "[Content_Types].xml"


def member_names(body: bytes) -> list[str]:
    """Names of the files in the archive, sorted. Raises ``WrongShape`` for a damaged archive."""
    return [info.filename for info in _infos(_opened(body))]


def members(body: bytes, limits: Limits = DEFAULT_LIMITS) -> Iterator[tuple[str, bytes]]:
    """(name, bytes) of each file in the archive, in the order of names.

    Raises ``WrongShape`` for a damaged or encrypted archive, or one that unpacks beyond ``limits``.
    """
    archive, unpacked = _opened(body), 0
    for info in _infos(archive):
        if info.flag_bits & 0x1:
            raise WrongShape("the archive is encrypted: deliver it without a password", reason="bad_zip")
        room = min(limits.file_bytes - unpacked, max(limits.gzip_free_bytes, info.compress_size * limits.gzip_ratio))
        try:
            with archive.open(info) as packed:
                data = packed.read(room + 1)  # what the archive says of a member's size is not believed
        except (zipfile.BadZipFile, zlib.error, lzma.LZMAError, EOFError, OSError, RuntimeError, ValueError) as error:
            raise WrongShape("a member of the archive is damaged: export it again", reason="bad_zip") from error
        if len(data) > room:
            raise WrongShape(
                "the archive unpacks to far more than an export would (a decompression bomb?): deliver it unpacked",
                reason="too_large",
            )
        unpacked += len(data)
        yield info.filename, data


def sole_member(body: bytes, limits: Limits = DEFAULT_LIMITS) -> tuple[str, bytes]:
    """(plain name, bytes) of the one file in an archive that is a vendor's way of packing one export.

    The name is the last part of the member's path: nothing is ever written under it. Raises ``WrongShape`` for an
    archive of none or several files, an Excel workbook, and all that ``members`` refuses.
    """
    names = member_names(body)
    if _WORKBOOK in names:
        raise WrongShape(
            "this is an Excel workbook or another office file: save the sheet as CSV in UTF-8", reason="wrong_shape"
        )
    told = [name for name in names if not _LEFT_BEHIND.search(name.replace("\\", "/"))]
    if len(told) != 1:
        raise WrongShape(
            f"no reader knows an archive of these {len(told)} files: deliver them unpacked, or each in an archive of "
            "its own"
            if told
            else "the archive holds no file: check whether the export ran",
            reason="unclaimed" if told else "empty_file",
        )
    data = next(data for name, data in members(body, limits) if name == told[0])
    return PurePosixPath(told[0].replace("\\", "/")).name, data


def _opened(body: bytes) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(body))
    except (zipfile.BadZipFile, ValueError) as error:
        raise WrongShape("the archive is damaged or cut short: deliver it again", reason="bad_zip") from error


def _infos(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    infos = sorted((i for i in archive.infolist() if not i.is_dir()), key=lambda i: i.filename)
    if any(stat.S_ISLNK(info.external_attr >> 16) for info in infos):
        raise WrongShape("the archive holds a link to a file: pack the file itself", reason="bad_zip")
    if len(infos) > MOST_MEMBERS:
        raise WrongShape(f"the archive holds more than {MOST_MEMBERS} files: deliver it unpacked", reason="too_large")
    return infos
