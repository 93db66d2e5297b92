"""HubSpot's exports and pages of its API as bytes, and what the catalogue reads from them.

Belongs here: the shapes that HubSpot's tests share. Does not: tests.
"""

from __future__ import annotations

import csv
import io
import json

from sources import catalog

TIMES = {"createdAt": "2024-05-01T08:00:00.000Z", "updatedAt": "2024-05-31T14:05:00.123Z", "archived": False}


def read(header, *rows, name="landing/export.csv", end="\n"):
    out = io.StringIO()
    csv.writer(out, lineterminator=end).writerows([header.split(","), *rows])
    extract = catalog.read_bytes(out.getvalue().encode(), name)
    assert extract.source == "hubspot"
    return extract


def page(*records):
    document = {"results": list(records), "paging": {"next": {"after": "100"}}}
    extract = catalog.read_bytes(json.dumps(document).encode(), "landing/page.json")
    assert extract.source == "hubspot"
    return extract


def record(identifier, properties, **more):
    return {"id": identifier, "properties": properties, **TIMES, **more}


def linked(**ids):
    return {kind: {"results": [{"id": i, "type": "x_to_y_unlabeled"} for i in found]} for kind, found in ids.items()}


def rows(extract, table, *columns):
    return extract.tables[table].select(columns).rows()


def reasons(extract):
    return dict(extract.excluded.select("source_row", "reason").rows())
