"""The company map on disk: ``company.yml`` in the data folder.

Belongs here: reading it, which loaded files were read under another one. Does not: what may stand in it
(``sources/company_map``), proposing it (``orchestration/init.py``).
"""

from __future__ import annotations

from collections.abc import Sequence

from sources import catalog
from sources.company_map import EMPTY, CompanyMap
from sources.map_text import MapError
from storage.layout import DataDir
from storage.ledger import Entry

_NAMED = 5  # files told by name; the rest are counted


def read_company_map(paths: DataDir) -> CompanyMap:
    """The map of this data folder; an empty one where there is no file. Raises ``MapError`` naming every fault."""
    try:
        text = paths.company_map.read_text(encoding="utf-8")
    except FileNotFoundError:
        return EMPTY
    except UnicodeDecodeError:
        raise MapError(f"{paths.company_map.name} line 1: it is not UTF-8 text: save it as UTF-8") from None
    return catalog.company_map(text, paths.company_map.name)


def is_read_under(entry: Entry, company: CompanyMap) -> bool:
    """True if the rows of a loaded file are those that this map gives."""
    return entry.map_sha256 == company.fingerprint(entry.source)


def left_behind(entries: Sequence[Entry], company: CompanyMap) -> list[str]:
    """A note on the loaded files whose rows stem from an earlier map, because they were not delivered again."""
    names = [e.source_file for e in entries if e.status == "loaded" and not is_read_under(e, company)]
    if not names:
        return []
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return [
        f"{len(names)} files were read under an earlier company map and do not lie in this folder, so their rows stay "
        f"as they were: deliver them again to have them read under the present one ({', '.join(names[:_NAMED])}{more})"
    ]
