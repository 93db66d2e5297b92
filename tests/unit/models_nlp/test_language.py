"""English is scored, another language is a coverage gap, short texts count as English."""

from __future__ import annotations

import pytest

from models_nlp.language import EnglishGate, detect
from models_nlp.words import Batch


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("de", "Ich habe seit drei Tagen keine Antwort bekommen"),
        ("fr", "Je n'arrive pas à me connecter à mon compte"),
        ("es", "No puedo acceder a mi cuenta desde ayer"),
        ("it", "Non riesco ad accedere al mio account da ieri"),
        ("pt", "O atendimento foi muito bom e rápido"),
        ("nl", "Ik kan niet inloggen op mijn account"),
        ("sv", "Jag kan inte logga in på mitt konto"),
        ("pl", "Nie mogę się zalogować na moje konto"),
        ("ru", "Не могу войти в свой аккаунт"),
        ("zh", "我无法登录我的账户"),
        ("ja", "アカウントにログインできません"),
        ("ar", "لا أستطيع تسجيل الدخول إلى حسابي"),
    ],
)
def test_another_language_is_recognised(code, text):
    assert detect(text) == code


@pytest.mark.parametrize(
    "text",
    [
        "ok",
        "thanks!",
        "cant login",
        "Great product!",
        "Invoice attached",
        "pls help asap app down lol",
        "pricing page typo in section four",
        "Kindly resend quotation PDF for Q3 licences",
        "superb tool, superb team, superb price",
        "[handle] the app is down again",
    ],
)
def test_english_also_when_short_or_without_function_words(text):
    assert detect(text) == "en"


@pytest.mark.parametrize("text", ["", "12345", "👍👍", "[email]", "!!!"])
def test_a_text_without_words_has_no_language(text):
    assert detect(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "İade istiyorum. İşlem yapılmadı. İlgilenen kimse yok.",
        "İnternet bağlantısı yok. İki gündür bekliyorum. İlgilenin!",
        "Ich bin on the way, the I von is",
        "I can't log in to [email] and the page is gone",
        "ok",
    ],
)
def test_what_passes_the_gate_is_what_the_detector_calls_english(text):
    if EnglishGate().passes(Batch.of([text]))[0]:
        assert detect(text) == "en"
    else:
        assert not text.startswith("I can't"), "plain English passes"


def test_the_gate_learns_more_words_than_it_has_room_for_at_first():
    texts = [f"I can't log in to my account{n} and the page{n} is gone" for n in range(2_000)]
    assert EnglishGate().passes(Batch.of(texts)).all()
