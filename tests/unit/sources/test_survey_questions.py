"""Which question is which survey: by declaration, by tag, by wording and answers; never by bare numbers."""

from __future__ import annotations

import pytest

from sources.declared import NOTHING_DECLARED, Declared
from sources.survey_questions import Scale, declared_scale, link_names, recognise

NPS = "How likely is it that you would recommend us to a friend?"
CSAT = "Overall, how satisfied are you with our support?"


def scale(text, answers=(), declared=NOTHING_DECLARED, names=()):
    return recognise(names, text, answers, declared)


def test_the_wording_of_the_net_promoter_question_is_enough():
    found = scale(NPS, {"7"})
    assert found.scale == Scale("nps", 0, 10, True)
    spelled = ["0 - Not at all likely", "10 - Extremely likely", "Extremely likely - 10", "7", "7 "]
    assert [found.score(a) for a in spelled] == ["0", "10", "10", "7", "7"]


@pytest.mark.parametrize("answer", ["3.7", "likely", "-1", "7 of 10"])
def test_an_answer_that_holds_no_whole_number_stays_as_it_is(answer):
    assert scale(NPS).score(answer) == answer


def test_the_words_of_the_answers_show_the_scale_of_satisfaction():
    two_sided = scale(CSAT, {"Very satisfied", "Somewhat dissatisfied"})
    assert (two_sided.scale.high, two_sided.score("Very satisfied"), two_sided.score("Somewhat satisfied")) == (
        5,
        "5",
        "4",
    )
    one_sided = scale(CSAT, {"Very satisfied", "Not so satisfied"})
    assert (one_sided.score("Very satisfied"), one_sided.score("Somewhat satisfied")) == ("4", "3")


@pytest.mark.parametrize(
    "answers", [{"1", "5"}, {"Very satisfied", "Somewhat satisfied"}, set(), {"Not so satisfied", "Dissatisfied"}]
)
def test_answers_that_do_not_show_the_scale_leave_the_question_unknown(answers):
    assert "declare" in scale(CSAT, answers)


def test_ease_is_told_by_agreement_or_by_difficulty():
    agreed = scale("The company made it easy to handle my issue.", {"Somewhat agree", "Agree"})
    assert (agreed.scale, agreed.score("Agree")) == (Scale("ces", 1, 7, True), "6")
    eased = scale("How easy was it to get help?", {"Very difficult"})
    assert (eased.scale, eased.score("Very easy")) == (Scale("ces", 1, 5, True), "5")


def test_a_tag_in_the_text_names_the_scale_and_words_are_read_on_it():
    tagged = scale("[CES7] We made it easy.", {"Agree", "Strongly agree"})
    assert (tagged.scale.high, tagged.score("Agree"), tagged.score("4")) == (7, "6", "4")


def test_a_tag_is_not_taken_against_the_scale_that_the_text_states():
    assert "1 to 10" in scale("[CSAT] How satisfied were you (1-10)?", {"9"})
    assert "0 to 5" in scale("On a scale of 0 to 5, how likely are you to recommend us?", {"5"})


def test_a_declaration_outranks_tag_and_wording():
    declared = Declared({"Q7": "csat:1-10:high", NPS: "other:0-10:low"})
    assert scale("How happy are you?", {"9"}, declared, names=("Q7",)).scale == Scale("csat", 1, 10, True)
    assert scale(NPS, {"9"}, declared).scale == Scale("other", 0, 10, False)


@pytest.mark.parametrize("word", ["happiness", "csat:5-1:high", "csat:1-5", ""])
def test_a_declaration_that_is_none_says_how_one_is_written(word):
    with pytest.raises(ValueError, match="csat:1-10:high"):
        declared_scale(word)


def test_a_question_of_another_kind_says_what_to_declare():
    assert "[NPS]" in scale("What is your favourite colour?", {"Blue"})


def test_links_are_found_however_they_are_spelled():
    assert link_names(["Account ID", "contact_id", "Country", "TicketId"]) == {
        "account_id": "Account ID",
        "person_id": "contact_id",
        "ticket_id": "TicketId",
    }
