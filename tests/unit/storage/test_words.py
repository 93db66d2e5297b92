"""Words of the extracts that tell a person are not published; what the company map declares is known."""

from __future__ import annotations

import polars as pl

from models_nlp.redaction import redact
from sources.catalog import company_map
from sources.company_map import EMPTY
from sources.contract import TABLES, raw_schema
from storage.layout import DataDir
from storage.words import write_words

KEY = b"k" * 32


def folder(tmp_path, **tables: list[dict]) -> DataDir:
    paths = DataDir(tmp_path / "data").create()
    for table in TABLES:
        rows = pl.DataFrame(tables.get(table, []), schema=raw_schema(table))
        paths.raw_table(table).mkdir(parents=True)
        rows.write_parquet(paths.raw_schema_file(table))
    return paths


def withheld(paths: DataDir) -> dict[str, str]:
    words = pl.read_parquet(paths.words).filter(usage="withheld")
    return dict(words.select("word", "published_as").iter_rows())


def test_groups_and_metrics_that_tell_a_person_are_withheld_and_stay_apart(tmp_path):
    paths = folder(
        tmp_path,
        people=[{"full_name": "Xaverina Plotzmann"}, {"full_name": "Sunny"}],
        accounts=[
            {"segment": "enterprise", "region": "EMEA", "product_line": "Care of xaverina plotzmann"},
            {"segment": "for ann@customer.example", "region": "Sunny coast", "account_name": "bob@customer.example"},
            {"segment": "SMB", "account_name": "Xaverina Plotzmann Ltd"},
        ],
        tickets=[{"product_line": "asked by kim@customer.example"}, {"product_line": "core"}],
        usage=[{"metric": "login of kim@customer.example"}, {"metric": "logins 10.0.0.1"}],
    )
    assert write_words(paths, KEY, EMPTY, redact) == 5
    found = withheld(paths)
    assert set(found) == {
        "Care of xaverina plotzmann",
        "for ann@customer.example",
        "bob@customer.example",
        "asked by kim@customer.example",
        "login of kim@customer.example",
    }
    assert len(set(found.values())) == 5
    assert all(value.startswith("withheld-") for value in found.values())


def test_the_touchpoints_of_the_company_map_are_known(tmp_path):
    text = """
sources:
  zendesk:
    touchpoints: {Freischaltung: Activation}
  qualtrics:
    surveys:
      Q4_CSAT: {touchpoint: trial}
own_tables:
  visits:
    table: tickets
    recognised_by: [visit]
    columns: {visit: ticket_id, day: created_at, kind: topic}
    values: {topic: {Termin: Appointment}}
"""
    paths = folder(tmp_path)
    write_words(paths, KEY, company_map(text, "company.yml"), redact)
    assert pl.read_parquet(paths.words).select("usage", "word").rows() == [
        ("touchpoint", "survey/trial"),
        ("touchpoint", "ticket/activation"),
        ("touchpoint", "ticket/appointment"),
    ]
