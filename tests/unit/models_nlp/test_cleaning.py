"""What is left of a message when mail programs and markup are taken away."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models_nlp.cleaning import clean
from models_nlp.vocabulary import MAX_TEXT_LENGTH
from tests.examples import examples


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (None, ""),
        ("", ""),
        (" \n\t ", ""),
        ("two  spaces\tand a tab", "two spaces and a tab"),
        ("<p>Hello&nbsp;there,<br>it <b>works</b> &amp; I am happy</p>", "Hello there, it works & I am happy"),
        ("5 < 6 and 7 > 3", "5 < 6 and 7 > 3"),
        ("<style>p {color: red}</style><script>alert(1)</script>fine", "fine"),
        ("<div>New</div><blockquote>old words</blockquote>", "New"),
        ("<blockquote>a<blockquote>b</blockquote>c</blockquote>mine", "mine"),
        ("<div>un<b>happy</b></div>", "unhappy"),
        ('<a title="x > y" href="#">link</a> text', "link text"),
        ("<!-- hidden <b>words</b> --><!--[if mso]><p>outlook</p><![endif]-->shown", "shown"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</td></tr></table>", "a b c"),
        ("<o:p>office</o:p> words, <p>unclosed <b>bold", "office words, unclosed bold"),
        ("we put the <script> into our page", "we put the into our page"),
        ("write to <ann@example.com> or <https://example.com>", "write to <ann@example.com> or <https://example.com>"),
        ("un\u200bhap\u00adpy \u202eabc\u202c", "unhappy abc"),
        ("ｆｕｌｌ　ｗｉｄｔｈ", "full width"),
        ("it’s “fine”", 'it\'s "fine"'),
        ("bad\x00\x07control", "bad control"),
        ("half \ud800 a pair", "half \ufffd a pair"),
    ],
)
def test_markup_entities_and_invisible_characters_are_taken_away(raw, expected):
    assert clean(raw) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("It still fails.\n\nOn Mon, 3 May 2027 at 10:00, Support wrote:\n> Great news!", "It still fails."),
        ("Please help\n> quoted line\n> another\nthanks", "Please help thanks"),
        ("No luck.\n-----Original Message-----\nFrom: us\nWe love you", "No luck."),
        ("See below\nFrom: Ann\nSent: Monday\nSubject: hi\nold text", "See below"),
        ("Late.\n\nOn Mon, 3 May 2027 at 10:00 The Team\n<a@example.com> wrote:\n\nolder", "Late."),
        ("Zu spät\n\nVon: Us\nGesendet: Montag\nAn: Ann\nBetreff: AW\nolder", "Zu spät"),
        ("Tarde.\n\nEl lun, 3 may 2027 a las 10:00, Us (<u@example.com>) escribió:\nolder", "Tarde."),
        ("Laat.\n\nOp ma 3 mei 2027 om 10:00 schreef Us <u@example.com>:\nolder", "Laat."),
        ("Help\n\n##- Please type your reply above this line -##\nolder", "Help"),
        ("Slow.\n\n-- \nAnn\n+1 555 0100\n\nFrom: Us\nSent: Monday\nSubject: hi\n\nA long older mail.", "Slow."),
        ("On Monday 3 exports failed\nand I wrote: help", "On Monday 3 exports failed and I wrote: help"),
        ("The export is slow.\n\nKind regards,\nAnn Example\nHead of Things\n+1 555 0100", "The export is slow."),
        ("Works now\n--\nAnn\nExample Ltd", "Works now"),
        ("Broken again\nSent from my iPhone", "Broken again"),
        ("It runs on the tablet. Best regards, Ann Example", "It runs on the tablet."),
        ("Please escalate it. Best, Ann", "Please escalate it."),
        ("This was the Best Western Hotel", "This was the Best Western Hotel"),
    ],
)
def test_the_older_thread_and_the_signature_are_cut(raw, expected):
    assert clean(raw) == expected


def test_a_message_that_is_only_a_quotation_keeps_its_text():
    assert clean("> please call me") == "> please call me"


def test_a_closing_formula_in_the_middle_of_a_long_message_cuts_nothing():
    body = "\n".join(f"Line number {n} of what I want to tell you." for n in range(12))
    assert clean(f"Hello\nRegards\n{body}").endswith("Line number 11 of what I want to tell you.")


def test_from_as_an_ordinary_word_does_not_start_a_thread():
    assert (
        clean("Shipment\nfrom: London\nto the office arrived late")
        == "Shipment from: London to the office arrived late"
    )


def test_a_long_text_is_cut_at_a_words_end():
    cleaned = clean("word " * 30_000)
    assert len(cleaned) <= MAX_TEXT_LENGTH
    assert cleaned.endswith("word")


@examples(60)
@given(st.text(max_size=300))
def test_any_string_is_cleaned_without_an_exception_and_cleaning_again_changes_no_spaces(text):
    cleaned = clean(text)
    assert cleaned == " ".join(cleaned.split())
    cleaned.encode("utf-8")
