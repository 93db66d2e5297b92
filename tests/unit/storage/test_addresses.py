"""One spelling for what is one address."""

from __future__ import annotations

import polars as pl
import pytest

from storage.addresses import domains, email_domains, emails, holding_address, parted


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


@pytest.mark.parametrize(
    ("given", "spelled"),
    [
        (" Ann@Example.com ", "ann@example.com"),
        ("Owner: ANN@example.com", "owner: ann@example.com"),
        ("ann@intranet", "ann@intranet"),
        ("ann%40example.com", "ann%40example.com"),
        ("ann＠example.com", "ann@example.com"),
        ("ann(at)example.com", "ann(at)example.com"),
        ("0015500000Xyy06AAB", None),
        ("@acme", None),
        ("Meet @ Acme", None),
        ("A@", None),
        (None, None),
    ],
)
def test_an_id_that_holds_an_address_has_one_spelling_and_any_other_none(given, spelled):
    assert holding_address(pl.Series([given, "plain"], dtype=pl.String)).to_list() == [spelled, None]


def test_spelling_alike_leaves_what_was_given_as_it_was():
    given = pl.Series(["ａnn@example.com", "ﬁrma.example"])
    _ = emails(given), domains(given), holding_address(given)
    assert given.to_list() == ["ａnn@example.com", "ﬁrma.example"]
