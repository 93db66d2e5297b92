"""Planted personal data is gone, clean texts are left alone, no text takes long."""

from __future__ import annotations

import pytest

from models_nlp.cleaning import clean
from models_nlp.language import detect
from models_nlp.redaction import redact
from models_nlp.redaction.checksums import iban_is_valid, luhn_is_valid
from models_nlp.redaction.engine import MAX_PIECE
from tests.growth import grows_in_step

CANARIES = {
    "[email]": [
        "a.b+c@mail.example.co.uk",
        "o'neil@example.com",
        "john%40example.com",
        "jane (at) example.com",
        "jürgen@exämple.de",
    ],
    "[phone]": [
        "+44 20 7946 0958",
        "(555) 123-4567",
        "555-123-4567",
        "800.300.0824",
        "1-800-555-0199",
        "07911123456",
        "+4915112345678",
        "06 12 34 56 78",
    ],
    "[card]": ["4111 1111 1111 1111", "5500-0000-0000-0004", "378282246310005", "４１１１１１１１１１１１１１１１"],
    "[iban]": ["DE89 3704 0044 0532 0130 00", "GB29NWBK60161331926819"],
    "[ip]": ["192.168.10.1", "2001:db8::ff00:42:8329", "2001:0db8:85a3:0000:0000:8a2e:0370:7334"],
    "[ssn]": ["123-45-6789", "123 45 6789"],
    "[url]": ["https://example.com/reset?token=abc123&user=1", "www.example.com/a/b", "ftp://files.example.com/x"],
    "[handle]": ["@some_body"],
}


@pytest.mark.parametrize(("placeholder", "value"), [(p, v) for p, values in CANARIES.items() for v in values])
def test_a_planted_value_is_replaced_by_its_kind(placeholder, value):
    assert redact(clean(f"please use {value} for me")) == f"please use {placeholder} for me"


@pytest.mark.parametrize(
    "text",
    [
        "the order was placed on 2024-05-03, invoice of 2024, order 15000 units",
        "see ticket 48213 and case 12-3456-789",
        "on 03/10/2024 at 10:30:15",
        "from 1999-2003 and 2004/2005",
        "version 4.6.4.6 on windows 10.0.19045",
        "it costs 12,345.67 EUR or 1.234.567,89",
        "10.000.000.000 rows and 1,234,567,890 cells",
        "error 0x80070057 in Foo::Bar and a::b",
        "sizes 10 20 30 40 50 60",
        "SKU 123-4567-X",
        "at 4 @ 5 dollars",
        "the ratio is 16:9:4",
        "flight 2707 2/21/2015 to Boston",
        "no personal data in here at all",
    ],
)
def test_a_text_without_personal_data_is_left_alone(text):
    assert redact(clean(text)) == text


def test_values_hidden_by_invisible_or_wide_characters_are_found_after_cleaning():
    assert redact(clean("card 4111\u200b 1111 1111\u00ad 1111")) == "card [card]"
    assert redact(clean("mail a&#64;example.com")) == "mail [email]"


def test_several_values_in_one_text_are_all_replaced():
    text = redact("Ann, ann@example.com, +1 (555) 123-4567, card 4111111111111111, from 10.0.0.1")
    assert text == "Ann, [email], [phone], card [card], from [ip]"


@pytest.mark.parametrize("named", ["the card ending 4242", "last four 4242", "my Visa **** **** **** 4242"])
def test_the_last_four_digits_of_a_card_stay_and_all_of_them_go(named):
    assert redact(f"{named} was declined") == f"{named} was declined"
    assert redact(f"{named} was declined, it is 4242 4242 4242 4242") == f"{named} was declined, it is [card]"


def test_checksums_decide():
    assert luhn_is_valid("4111111111111111")
    assert not luhn_is_valid("4111111111111112")
    assert iban_is_valid("DE89 3704 0044 0532 0130 00")
    assert not iban_is_valid("DE88 3704 0044 0532 0130 00")


@pytest.mark.parametrize(
    "unit",
    [
        *("1", "1 ", "@", "a@", "a@a.", "1.", "a:", ":", "www.", "AB12 ", "DE89 3704 0044 0532 0130 01 ", "(", "<a "),
        *("<script ", "<script>", "&amp;", "> ", "--\n", "regards\n", "from: a\n", "on a\n", "%40", "a://", "+1"),
        *("phone 1234567 ", "\u200b"),
    ],
)
def test_the_time_to_clean_redact_and_name_the_language_of_a_hostile_text_grows_with_its_length_only(unit):
    text = (unit * MAX_PIECE)[:MAX_PIECE]  # what is longer is redacted in pieces
    detect("warm up the language detector once, it loads its table")

    def prepare(part):
        redact(part)
        detect(redact(clean(part)))

    assert grows_in_step(prepare, text[: MAX_PIECE // 4], text)
