"""Where someone lives or works: house number and street, post box, postcode with its town.

Belongs here: the forms of English, German, Dutch, French, Spanish and Italian addresses. Does not: towns alone.
"""

from __future__ import annotations

import re

from models_nlp.redaction.spans import Span

_KINDS = (
    r"street|road|avenue|boulevard|lane|drive|court|way|place|square|terrace|parkway|close|crescent|highway"
    r"|circle|trail|"
    r"gardens|grove|hill|mews|row|walk|alley|plaza|loop|turnpike|quay|wharf|rise|heights|view|park|green|"
    r"st|rd|ave?|blvd|ln|dr|ct|pl|sq|ter|pkwy|cres|hwy|cir|trl|gdns|grv|aly|tpke"
)
_UNIT = r"(?:,? {0,2}(?:apt|apartment|suite|ste|unit|flat|floor|fl|room|rm|#)\.? ?#?\w{1,6})?"
_ZIP = r"\d{5}(?:-\d{4})?"
_POSTCODE = (
    r"(?:GIR ?0AA|[A-PR-UWYZ](?:\d{1,2}|[A-HK-Y]\d|[A-HK-Y]\d\d|\d[A-HJKPSTUW]|[A-HK-Y]\d[ABEHMNPRV-Y])"
    r" ?\d[ABD-HJLNP-UW-Z]{2})"
)
_TOWN = r"[A-Z][A-Za-z'.\-]{1,24}(?: [A-Z][A-Za-z'.\-]{1,24}){0,2}"
_ENGLISH_TAIL = (
    rf"(?:,? {{1,2}}{_TOWN},? {{1,2}}(?:(?i:[A-Z]{{2}}) {{1,2}}{_ZIP}|{_POSTCODE})|,? {{1,2}}{_ZIP}"
    rf"|,? {{1,2}}{_POSTCODE})?"
)
_POST_TOWN = rf"(?:,? {{1,2}}(?:[A-Z]{{1,2}}-)?\d{{4,5}}(?: ?[A-Z]{{2}}\b)? {{1,2}}{_TOWN})?"
_WORD = r"[A-Za-z0-9][A-Za-z0-9'.\-]{0,24}"
_ENGLISH = re.compile(
    rf"(?<![\w.,$])(?P<unit>(?:(?i:flat|apt|apartment|unit|suite|room) \w{{1,5}},? {{1,2}})?)\d{{1,5}}"
    rf"(?:[A-Za-z]|-\d{{1,4}}|/\d{{1,4}})?,? {{1,2}}"
    rf"(?P<name>(?:{_WORD} {{1,2}}){{1,4}}?)(?P<kind>(?i:{_KINDS}))\b\.?(?: {{1,2}}(?:N|S|E|W|NE|NW|SE|SW|North"
    rf"|South|East|West)\b)?(?i:{_UNIT}){_ENGLISH_TAIL}"
)
# The full words that make a street also where nothing is capitalised.
_SURE_KINDS = frozenset(
    ["street", "road", "avenue", "boulevard", "lane", "crescent", "parkway", "terrace", "st", "rd", "ave", "blvd", "ln"]
)
_NO_STREET_WORDS = frozenset(
    """a about across after all along also an and any are as at away be been before behind blocks but by can
    customers days do
    down feet for from get getting go going got had has have hour hours i if in into is it just later me meters metres
    mile miles min mins minute minutes months more my new of off on one or orders our out over people per second
    seconds star stars steps the their them then there they this through times to too unit units until up us users
    was we week weeks were when which who will with years yards you your km kilometers hrs different other more less
    am pm percent dollars euros pounds usd eur gbp reviews rating tickets people's works""".split()  # noqa: SIM905
)
_GERMAN = re.compile(
    rf"\b(?:[A-Z][\w.\-]{{1,30}} ){{0,2}}(?:\w{{2,30}}(?:strasse|str\.|gasse|allee|platz|damm|ufer|straat|laan"
    rf"|plein|gracht|kade|dijk|vej|gatan|vagen)"
    rf"|[A-Z]\w{{2,30}}(?:weg|ring|str|hof|markt|steig)|(?:Strasse|Str\.|Allee|Weg|Platz|Ring|Am|An der|Im|Zum"
    rf"|Zur|Auf dem) (?:\w{{2,24}} ){{0,3}}?) {{0,2}}\d{{1,4}}(?: ?[a-zA-Z])?\b{_POST_TOWN}",
)
_GERMAN_MARKS = (
    *(
        "strasse",
        "str",
        "gasse",
        "allee",
        "platz",
        "damm",
        "ufer",
        "straat",
        "laan",
        "plein",
        "gracht",
        "kade",
        "dijk",
        "vej",
    ),
    *("gatan", "vagen", "weg", "ring", "hof", "markt", "steig"),
)
_FRENCH = re.compile(
    rf"(?<!\w)\d{{1,4}}(?: ?(?:bis|ter|quater|[a-dA-D]))?,? {{1,2}}(?i:rue|avenue|av\.|boulevard|bd|place"
    rf"|chemin|impasse|allee|quai|cours|route|passage|square) {{1,2}}"
    rf"(?:(?i:de la|de l'|du|des|de|d'|la|le|les|l') ?)?[A-Z0-9][\w'\-]{{1,30}}(?: (?:(?i:de|du|des|la|le|et)"
    rf" )?[A-Z][\w'\-]{{1,30}}){{0,3}}{_POST_TOWN}"
)
_FRENCH_MARKS = (
    "rue ",
    "avenue",
    "av.",
    "boulevard",
    "bd ",
    "place",
    "chemin",
    "impasse",
    "allee",
    "quai",
    "cours",
    "route",
    "passage",
    "square",
)
_SOUTHERN = re.compile(
    rf"(?<!\w)(?i:calle|c/|avenida|avda\.?|plaza|pza\.?|paseo|carrera|camino|ronda|rua|travessa|praca|via|viale"
    rf"|piazza|corso|largo|vicolo) ?"
    rf"(?:(?i:de la|de los|de las|del|de|da|do|dos|dei|della|delle|degli|di|la|el)"
    rf" ){{0,2}}[A-Z][\w'.\-]{{1,30}}(?: (?:(?i:de|la|del|da|do|di|y|e) )?[A-Z][\w'.\-]{{1,30}}){{0,3}},?"
    rf" {{0,2}}(?:n[o.]?\.? ?)?\d{{1,4}}(?: ?[A-Za-z]\b)?(?:,? ?\d{{1,2}}[ao.]{{1,2}}(?: ?[A-Za-z])?)?{_POST_TOWN}"
)
_SOUTHERN_MARKS = (
    *(
        "calle",
        "c/",
        "avenida",
        "avda",
        "plaza",
        "pza",
        "paseo",
        "carrera",
        "camino",
        "ronda",
        "rua ",
        "travessa",
        "praca",
    ),
    *("via ", "viale", "piazza", "corso", "largo", "vicolo"),
)
_BOX = re.compile(
    r"\b(?:p\.? ?o\.? ?box|post office box|postfach|boite postale|apartado(?: de correos)?|postbus) {0,2}#?:?"
    r" ?\d{1,8}\b",
    re.IGNORECASE,
)
_STATES = (
    "AL|AK|AZ|AR|CA|CO|CT|DE|FL|GA|HI|ID|IL|IN|IA|KS|KY|LA|ME|MD|MA|MI|MN|MS|MO|MT|NE|NV|NH|NJ|NM|NY|NC|ND|OH"
    "|OK|OR|PA|RI|SC|"
    "SD|TN|TX|UT|VT|VA|WA|WV|WI|WY|DC"
)
_TOWN_ZIP = re.compile(rf"\b{_TOWN},? {{1,2}}(?:{_STATES}),? {{1,2}}{_ZIP}(?!\d)")
_BARE_POSTCODE = re.compile(rf"(?<![A-Za-z0-9]){_POSTCODE}(?![A-Za-z0-9])")
_ENGLISH_MARKS = frozenset(_KINDS.replace("ave?", "av|ave").split("|"))
_GERMAN_PREFIXES = frozenset(("am", "im", "zum", "zur", "auf", "an"))
_ROMANCE_WORDS = frozenset(re.findall(r"[a-z]+", " ".join((*_FRENCH_MARKS, *_SOUTHERN_MARKS))))


def street_addresses(text: str, words: frozenset[str]) -> list[Span]:
    """Addresses with a number; ``words`` are the words of the text in lower case."""
    lower = text.lower()
    spans: list[Span] = []
    if not words.isdisjoint(_ENGLISH_MARKS):
        spans += [Span(*m.span(), "street") for m in _ENGLISH.finditer(text) if _is_street(m)]
    if not words.isdisjoint(_GERMAN_PREFIXES) or any(word.endswith(_GERMAN_MARKS) for word in words):
        spans += [Span(*m.span(), "street") for m in _GERMAN.finditer(text) if _is_german(m.group())]
    if not words.isdisjoint(_ROMANCE_WORDS):
        spans += [Span(*m.span(), "street") for m in _FRENCH.finditer(text)]
        spans += [Span(*m.span(), "street") for m in _SOUTHERN.finditer(text)]
    if "box" in lower or "post" in lower or "apartado" in lower or "boite" in lower:
        spans += [Span(*m.span(), "street") for m in _BOX.finditer(text)]
    spans += [Span(*m.span(), "street") for m in _TOWN_ZIP.finditer(text)]
    spans += [Span(*m.span(), "street") for m in _BARE_POSTCODE.finditer(text)]
    return spans


def _is_street(match: re.Match[str]) -> bool:
    """ "5 hours down the road" is none; without capitals only a full word for street makes one."""
    words = match["name"].split()
    if any(word.lower() in _NO_STREET_WORDS for word in words):
        return False
    if all(word[0].isupper() or word[0].isdigit() for word in words):
        return match["kind"][0].isupper() or match["kind"].lower() in _SURE_KINDS
    return match["kind"] in _SURE_KINDS and len(words) <= 3


def _is_german(value: str) -> bool:
    """ "Am 12" and "Im Jahr 2024" are dates."""
    first, *rest = value.split()
    if first in ("Am", "Im", "Zum", "Zur", "An", "Auf"):
        return any(word[0].isupper() and word[0].isalpha() for word in rest) and not re.search(
            r"\b(?:19|20)\d\d$", value
        )
    return True
