"""One spelling for what is one address."""

from __future__ import annotations

import polars as pl
import pytest

from storage.addresses import domains, email_domains, emails, parted


@pytest.mark.parametrize(
    ("given", "spelled"),
    [
        ("Ann@Example.COM", "ann@example.com"),
        ("  ann@example.com\u00a0", "ann@example.com"),
        ("\uff41nn@example.com", "ann@example.com"),  # a fullwidth letter
        ("ann+news@example.com", "ann+news@example.com"),
        ("jürgen@bücher.example", "jürgen@bücher.example"),
        ("ju\u0308rgen@example.com", "j\u00fcrgen@example.com"),  # the accent as a character of its own
        ("Ann <ann@example.com>", None),
        ("ann@example", None),
        ("ann@@example.com", None),
        ("ann at example.com", None),
        ("@example.com", None),
        ("", None),
        (None, None),
    ],
)
def test_an_address_has_one_spelling_and_what_is_none_is_null(given, spelled):
    assert emails(pl.Series([given, "plain@example.com"], dtype=pl.String)).to_list() == [spelled, "plain@example.com"]


@pytest.mark.parametrize(
    ("given", "spelled"),
    [
        ("https://www.Acme.com/en?x=1", "acme.com"),
        ("acme.co.uk.", "acme.co.uk"),
        ("http://shop.acme.com:8080/", "shop.acme.com"),
        ("WWW.ACME.COM", "acme.com"),
        ("0015500000Xyy06AAB", None),
        ("10.0.0.1", None),
        ("ziZgHawN6hOLcpXwK3Ygpw==", None),
        ("acme", None),
        (None, None),
    ],
)
def test_a_web_address_tells_its_domain(given, spelled):
    assert domains(pl.Series([given], dtype=pl.String)).to_list() == [spelled]


def test_lists_are_parted_and_an_address_tells_its_domain():
    listed = pl.DataFrame({"d": ["acme.com, acme.de; www.acme.fr", None]}).select(parted(pl.col("d")))["d"].to_list()
    assert listed == [["acme.com", "acme.de", "www.acme.fr"], None]
    assert email_domains(pl.Series(["ann@acme.com", None])).to_list() == ["acme.com", None]
