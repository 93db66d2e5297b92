"""A few sentences in German, Spanish and French, for the language gate: simple, of our own making.

Belongs here: templates in these languages. Does not: English.
"""

from __future__ import annotations

from simulator import words
from simulator.grammar.engine import Draws, expand, lines
from simulator.grammar.slots import FEATURES, SLOTS

LANGUAGES = ("de", "es", "fr")

_TEMPLATES = {
    ("de", -1): lines(
        """[die|Ihre] Funktion {feature} [funktioniert|läuft] seit {wann} nicht mehr [richtig|zuverlässig|]
        [wir|meine Kollegen] warten seit {zahl} [Tagen|Wochen|Stunden] auf eine Antwort [zu {ref}|]
        die Rechnung {ref} ist [falsch|schon wieder fehlerhaft] und niemand [hilft uns|meldet sich]
        [ich bin|wir sind] [sehr enttäuscht|wirklich verärgert] über den Service [seit {wann}|]"""
    ),
    ("de", 0): lines(
        """[können|könnten] Sie uns [bitte|] die Unterlagen zu {ref} [schicken|senden]
        [wo|wie] finden wir [die Einstellung|das Handbuch] für {feature} [in Version {version}|]
        [wir|meine Kollegen] möchten [ab|im] {wann} {zahl} [Benutzer|Lizenzen] [anlegen|ändern]"""
    ),
    ("de", 1): lines(
        """[vielen Dank|herzlichen Dank] für die schnelle Hilfe [bei {ref}|seit {wann}|]
        [wir sind|mein Team ist] [sehr zufrieden|rundum glücklich] mit {feature} [seit {wann}|]
        das neue {feature} spart uns {zahl} Stunden [im Monat|pro Woche], [großartig|wirklich klasse]"""
    ),
    ("es", -1): lines(
        """[el|su] {feature} no funciona [bien|] desde {cuando} [y nadie responde|]
        llevamos {zahl} [días|semanas|horas] esperando una respuesta [sobre {ref}|]
        la factura {ref} está mal [otra vez|de nuevo] y [estamos muy molestos|es inaceptable]"""
    ),
    ("es", 0): lines(
        """[podrían|pueden] enviarnos los documentos de {ref} [por favor|]
        [dónde|cómo] se configura {feature} [en la versión {version}|]
        [queremos|necesitamos] añadir {zahl} usuarios [en|desde] {cuando}"""
    ),
    ("es", 1): lines(
        """muchas gracias por la ayuda [con {ref}|en {cuando}|]
        [estamos|el equipo está] muy [contentos|satisfechos] con {feature} [desde {cuando}|]
        {feature} nos ahorra {zahl} horas al mes, [excelente|estupendo]"""
    ),
    ("fr", -1): lines(
        """[le|votre] {feature} ne marche plus depuis {quand} [et personne ne répond|]
        nous attendons une réponse depuis {zahl} [jours|semaines|heures] [pour {ref}|]
        la facture {ref} est [encore|] fausse, [c'est inacceptable|nous sommes très déçus]"""
    ),
    ("fr", 0): lines(
        """[pouvez-vous|pourriez-vous] nous envoyer les documents pour {ref} [s'il vous plaît|]
        [où|comment] peut-on régler {feature} [dans la version {version}|]
        [nous voulons|il nous faut] ajouter {zahl} utilisateurs [en|dès] {quand}"""
    ),
    ("fr", 1): lines(
        """merci beaucoup pour votre aide [sur {ref}|en {quand}|]
        [nous sommes|l'équipe est] très [contents|satisfaits] de {feature} [depuis {quand}|]
        {feature} nous fait gagner {zahl} heures par mois, [bravo|c'est parfait]"""
    ),
}
_SLOTS: dict[str, object] = {
    "ref": SLOTS["ref"],
    "version": SLOTS["version"],
    "zahl": lambda d: str(d.between(2, 60)),
    "wann": ("Montag", "Dienstag", "Mittwoch", "Januar", "März", "Mai", "Juni", "Oktober", "Dezember", "gestern"),
    "cuando": ("enero", "marzo", "abril", "junio", "julio", "octubre", "diciembre", "ayer", "noviembre"),
    "quand": ("janvier", "mars", "avril", "juin", "juillet", "octobre", "décembre", "hier", "novembre"),
}


def foreign(language: str, label: int, product_line: int, draws: Draws) -> str:
    """One or two sentences in ``language`` with the polarity ``label``."""
    slots = {**_SLOTS, "feature": FEATURES[words.PRODUCT_LINES[product_line]]}
    said = []
    for _ in range(1 + draws.happens(0.3)):
        sentence = expand(draws.pick(_TEMPLATES[language, label]), slots, draws)
        said.append(sentence[0].upper() + sentence[1:] + ".")
    return " ".join(said)
