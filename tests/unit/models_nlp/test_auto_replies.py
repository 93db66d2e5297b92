"""Out-of-office notes in four languages are nobody's feedback; complaints that speak of them are."""

from __future__ import annotations

import pytest

from models_nlp.auto_replies import is_auto_reply
from models_nlp.cleaning import clean
from models_nlp.language import detect
from models_nlp.scoring import null_reason

NOTES = {
    "en": [
        "Automatic reply: Your ticket was updated. Thank you for your message.",
        "Out of Office: I am away until Monday.",
        "Hello,\nI am currently out of the office with limited access to email.\nI will reply on 3 June.",
        "I'm on annual leave until 12 August. In urgent cases please write to [email].",
        "Hi, this is an automated response. We have received your email.",
        "Thank you for your email. I am on parental leave and will be back on 1 September; for urgent matters call us.",
    ],
    "de": [
        "Abwesenheitsnotiz: Vielen Dank für Ihre Nachricht.",
        "Automatische Antwort: Ihre Anfrage",
        "Guten Tag, ich bin bis zum 14. Juni nicht im Büro. In dringenden Fällen wenden Sie sich bitte an [email].",
        "Ich befinde mich derzeit im Urlaub und bin ab dem 3. Juli wieder erreichbar.",
        "Dies ist eine automatische Antwort. Ihre E-Mail wird nicht weitergeleitet.",
    ],
    "fr": [
        "Réponse automatique : Re: votre demande",
        "Bonjour, je suis actuellement absent du bureau jusqu'au 4 mars. En cas d'urgence, veuillez contacter [name].",
        "Je serai en congés la semaine prochaine et de retour le 12 août.",
        "Bonjour, ceci est un message automatique.",
    ],
    "es": [
        "Respuesta automática: su solicitud",
        "Hola, estoy fuera de la oficina hasta el lunes. Para temas urgentes, póngase en contacto con [name].",
        "Me encuentro de vacaciones; responderé a mi regreso.",
        "Fuera de la oficina: volveré el 5 de mayo.",
    ],
}
CUSTOMERS = [
    "All I got was an automatic reply, and nobody called back. This is urgent!",
    "I wrote three times and get out of office messages from your team every time.",
    "We cannot log in while I am travelling, which is terrible.",
    "I was out of the office last week and the export still does not work.",
    "Is there an auto-reply setting? The out-of-office assistant is great.",
    "Ich war im Urlaub und der Fehler ist immer noch da. Bitte dringend beheben.",
    "Je suis absolument ravi de votre service.",
    "Estoy muy contenta con el equipo, gracias.",
    "I will be back with more users next year. Great product!",
    "",
]


@pytest.mark.parametrize(("language", "note"), [(code, note) for code, notes in NOTES.items() for note in notes])
def test_a_note_of_absence_is_no_customers_word(language, note):
    text = clean(note)
    assert is_auto_reply(text)
    assert null_reason(text, language) == "auto_reply"


@pytest.mark.parametrize("text", CUSTOMERS)
def test_what_a_customer_says_of_absences_and_automatic_replies_is_read(text):
    assert not is_auto_reply(clean(text))


@pytest.mark.parametrize(("language", "note"), [(code, max(notes, key=len)) for code, notes in NOTES.items()])
def test_the_language_of_a_note_is_detected(language, note):
    assert detect(clean(note)) == language


def test_a_long_text_without_an_opening_takes_no_time():
    assert not is_auto_reply("ich bin " * 50_000)
