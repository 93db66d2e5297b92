"""Identifiers that belong to no one, by kind and format, from a seed: what redaction is measured on.

Belongs here: how each kind is written. Does not: check digits (``redaction_numbers``), the sentences around the values,
measuring.
A format is a function of a random generator that gives one value; its name says how the value is written.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from benchmarks.redaction_numbers import (
    DIGITS,
    FOURS,
    LOWER,
    UPPER,
    ahv,
    belgian,
    card,
    chars,
    codice_fiscale,
    cpf,
    digits,
    dni,
    grouped,
    iban,
    is_given_out,
    nino,
    nir,
    shaped,
    sin,
    swedish,
    tax_id_de,
)

Format = Callable[[random.Random], str]

FIRST_NAMES = """
Marisol Thandiwe Anneliese Bartholomew Siobhan Dmitri Fatoumata Giancarlo Hyeon Ingrid Jacqueline Kwame Leocadia Mateusz
Nikolai Oluwaseun Priyanka Quentin Rosalind Søren Tomasz Ursula Vasiliki Wolfgang Ximena Yevgenia Zoltán Björn François
Núria Łukasz Chiara Emeka Farhad Greta Hamish Imogen Jürgen Katarzyna Lorcan
""".split()  # noqa: SIM905
LAST_NAMES = """
Abernathy Okonkwo Lindqvist Castellanos Dziedzic Eriksdottir Fitzwilliam Ghosh Haverford Ivanchenko Jankauskas Kowalczyk
Leclerc Montoya Nakashima O'Sullivan Papadakis Quisenberry Rasmussen Szymański Thistlewood Uzun Vandermeer Wojcik
Xanthopoulos Yılmaz Zuberi Brightwater-Jones D'Angelo Müller Gonçalves Håkansson MacAllister Saint-Exupery Ramírez
Bhattacharya Chukwu Delacroix Ekström Farnsworth
""".split()  # noqa: SIM905
_STREETS = ("Maple", "Cedar", "Willowbrook", "Station", "Kingsway", "Harbour", "Elmwood", "Prospect", "Jefferson")
_TOWNS = ("Millbrook", "Ashford", "Lakewood", "Riverton", "Bexley", "Northam")


def shape(pattern: str) -> Format:
    return lambda rng: shaped(rng, pattern)


def _until(valid: Callable[[str], bool], make: Format) -> Format:
    def draw(rng: random.Random) -> str:
        while not valid(value := make(rng)):
            pass
        return value

    return draw


def _person(rng: random.Random) -> tuple[str, str]:
    return rng.choice(FIRST_NAMES), rng.choice(LAST_NAMES)


def _plain(name: str) -> str:
    import unicodedata

    table = str.maketrans({"ø": "o", "Ł": "L", "ł": "l", "ı": "i", "ş": "s"})
    folded = unicodedata.normalize("NFKD", name.translate(table))
    return "".join(c for c in folded.lower() if c.isascii() and c.isalnum())


def _mail(pattern: str) -> Format:
    def draw(rng: random.Random) -> str:
        first, last = map(_plain, _person(rng))
        domain = f"{rng.choice(LOWER)}{_plain(rng.choice(_TOWNS))}"
        return pattern.format(f=first, l=last, i=first[0], d=domain, n=rng.randint(10, 9999))

    return draw


def _street(pattern: str) -> Format:
    return lambda rng: shaped(rng, pattern).format(s=rng.choice(_STREETS), t=rng.choice(_TOWNS))


FORMATS: dict[str, dict[str, Format]] = {
    "order": {
        "order 8 digits": lambda r: f"order {digits(r, 8, DIGITS[1:])}",
        "order #": lambda r: f"order #{digits(r, 6)}",
        "order number is": lambda r: f"order number is {digits(r, 10)}",
        "order no. A-": shape("order no. @@-######"),
        "Order ID:": shape("Order ID: @##@####"),
        "ORD-": shape("ORD-20##-#####"),
        "invoice INV-": shape("invoice INV-######"),
        "INV bare": shape("INV?#######"),
        "invoice nr": shape("invoice nr ?#######"),
        "PO": shape("PO 45########"),
        "purchase order": shape("purchase order ?#####"),
        "booking ref": shape("booking reference @@?@@#"),
        "tracking 1Z": shape("1Z@@@@@@##########"),
        "tracking spaced": shape("tracking number 94## #### #### #### #### ##"),
        "marketplace": shape("###-#######-#######"),
        "customer number": shape("customer number: ?#####"),
        "account ref": shape("account ref. ?##-####-##"),
        "contract": shape("contract no CT/####/###"),
        "payment id": lambda r: f"payment id pi_{chars(r, 24)}",
    },
    "card": {
        "visa plain": lambda r: card(r, "4", 16),
        "visa spaces": lambda r: grouped(card(r, "4", 16), FOURS, " "),
        "visa hyphens": lambda r: grouped(card(r, "4", 16), FOURS, "-"),
        "visa dots": lambda r: grouped(card(r, "4", 16), FOURS, "."),
        "visa 13": lambda r: card(r, "4", 13),
        "mastercard": lambda r: grouped(card(r, r.choice(("51", "53", "55")), 16), FOURS, " "),
        "mastercard 2": lambda r: card(r, "2221", 16),
        "amex plain": lambda r: card(r, "37", 15),
        "amex spaces": lambda r: grouped(card(r, "34", 15), (4, 6, 5), " "),
        "discover": lambda r: grouped(card(r, "6011", 16), FOURS, "-"),
        "diners": lambda r: grouped(card(r, "36", 14), (4, 6, 4), " "),
        "jcb": lambda r: card(r, "3530", 16),
        "unionpay 19": lambda r: card(r, "62", 19),
        "with expiry": lambda r: (
            grouped(card(r, "4", 16), FOURS, " ") + " 0" + r.choice("123456789") + "/2" + r.choice("789")
        ),
    },
    "iban": {
        "DE plain": lambda r: iban(r, "DE", "#" * 18),
        "DE spaces": lambda r: grouped(iban(r, "DE", "#" * 18), FOURS, " "),
        "GB": lambda r: grouped(iban(r, "GB", "@@@@" + "#" * 14), FOURS, " "),
        "FR": lambda r: grouped(iban(r, "FR", "#" * 10 + "#@#" + "#" * 10), FOURS, " "),
        "ES hyphens": lambda r: grouped(iban(r, "ES", "#" * 20), FOURS, "-"),
        "IT": lambda r: iban(r, "IT", "@" + "#" * 22),
        "NL lower": lambda r: iban(r, "NL", "@@@@" + "#" * 10).lower(),
        "NL spaces": lambda r: grouped(iban(r, "NL", "@@@@" + "#" * 10), FOURS, " "),
        "CH": lambda r: grouped(iban(r, "CH", "#" * 17), FOURS, " "),
        "BE dots": lambda r: grouped(iban(r, "BE", "#" * 12), FOURS, "."),
        "NO": lambda r: iban(r, "NO", "#" * 11),
        "PL": lambda r: grouped(iban(r, "PL", "#" * 24), FOURS, " "),
        "IBAN:": lambda r: "IBAN:" + iban(r, "AT", "#" * 16),
    },
    "phone": {
        "+1 (": shape("+1 (2?5) 5##-####"),
        "+1 dots": shape("+1.415.5##.####"),
        "(NPA)": shape("(312) 5##-####"),
        "hyphens": shape("617-5##-####"),
        "dots": shape("646.5##.####"),
        "10 digits": lambda r: shaped(r, "212") + r.choice("23456789") + shaped(r, "##7###"),
        "1-800": shape("1-800-5##-####"),
        "+44": shape("+44 20 7### ####"),
        "+44 (0)": shape("+44 (0)20 7### ####"),
        "07": shape("077## ######"),
        "020": shape("020 7### ####"),
        "0049": shape("0049 30 ?#######"),
        "+49": shape("+49 (0) 171 ?######"),
        "0171/": shape("0171/?######"),
        "+33": shape("+33 6 ## ## ## ##"),
        "06": shape("06 ## ## ## ##"),
        "ES": shape("6## ### ###"),
        "+91": shape("+91 98###-#####"),
        "with ext": shape("(415) 5##-#### ext. ###"),
        "tel:": shape("tel: 5##-####"),
    },
    "email": {
        "plain": _mail("{f}.{l}@{d}.com"),
        "initial": _mail("{i}{l}@{d}.co.uk"),
        "number": _mail("{f}{n}@{d}.net"),
        "plus": _mail("{f}.{l}+news@{d}.org"),
        "upper": lambda r: _mail("{f}.{l}@{d}.com")(r).upper(),
        "underscore": _mail("{f}_{l}@mail.{d}.de"),
        "hyphen": _mail("{f}-{l}@{d}-{l}.io"),
        "angle": _mail("<{l}.{f}@{d}.fr>"),
        "mailto": _mail("mailto:{f}@{d}.eu"),
        "percent": _mail("{f}%40{d}.com"),
        "entity": _mail("{f}&#64;{d}.com"),
        "at in brackets": _mail("{f}.{l} [at] {d}.com"),
        "quoted mark": _mail("o'{l}@{d}.ie"),
    },
    "ip": {
        "v4": lambda r: ".".join(str(r.randint(1, 255)) for _ in range(4)),
        "v4 port": lambda r: ".".join(str(r.randint(1, 255)) for _ in range(4)) + f":{r.randint(1024, 65000)}",
        "v4 prefix": lambda r: f"10.{r.randint(0, 255)}.{r.randint(0, 255)}.0/24",
        "v4 private": lambda r: f"192.168.{r.randint(0, 255)}.{r.randint(1, 255)}",
        "v4 brackets": lambda r: "(" + ".".join(str(r.randint(10, 255)) for _ in range(4)) + ")",
        "v6 full": lambda r: ":".join(f"{r.randint(4096, 65535):04x}" for _ in range(8)),
        "v6 upper": lambda r: ":".join(f"{r.randint(4096, 65535):04X}" for _ in range(8)),
        "v6 short": lambda r: f"2001:db8:{r.randint(4096, 65535):x}::{r.randint(4096, 65535):x}",
        "v6 link": lambda r: f"fe80::{r.randint(4096, 65535):x}:{r.randint(4096, 65535):x}%eth0",
        "v6 mapped": lambda r: "::ffff:" + ".".join(str(r.randint(100, 255)) for _ in range(4)),
        "mac": lambda r: ":".join(f"{r.randint(16, 255):02x}" for _ in range(6)),
        "mac hyphen": lambda r: "-".join(f"{r.randint(16, 255):02X}" for _ in range(6)),
    },
    "street": {
        "US": _street("?## {s} Street"),
        "US abbr": _street("?### {s} Ave."),
        "US direction": _street("??# N {s} Blvd"),
        "US full": _street("?## {s} Road, {t}, CA 9####"),
        "US apt": _street("?## {s} Lane, Apt 4B"),
        "lower": _street("?# elm street"),
        "UK": _street("?# {s} Road, {t} SW1A 2AA"),
        "UK flat": _street("Flat ?, ?# {s} Crescent"),
        "postcode": lambda r: r.choice(("EC1A 1BB", "M1 1AE", "CR2 6XH", "DN55 1PT", "W1A 0AX")),
        "DE": lambda r: (
            f"{r.choice(('Hauptstraße', 'Lindenallee', 'Goethestr.', 'Bahnhofstrasse'))}"
            f" {r.randint(1, 199)}, {digits(r, 5, '123456')} Neustadt"
        ),
        "DE letter": lambda r: f"{r.choice(('Mühlenweg', 'Marktplatz', 'Ringstraße'))} {r.randint(1, 99)}b",
        "FR": lambda r: (
            f"{r.randint(1, 199)} rue de la {r.choice(('République', 'Fontaine', 'Paix'))},"
            f" {digits(r, 5, '1234567')} Lyon"
        ),
        "FR bis": lambda r: f"{r.randint(1, 99)} bis avenue Victor Hugo",
        "ES": lambda r: (
            f"Calle {r.choice(('Alcalá', 'Mayor', 'Serrano'))} {r.randint(1, 199)}, 28{digits(r, 3)} Madrid"
        ),
        "IT": lambda r: f"Via {r.choice(('Garibaldi', 'Dante', 'Manzoni'))}, {r.randint(1, 199)}",
        "NL": lambda r: f"{r.choice(('Keizersgracht', 'Dorpsstraat', 'Stationsplein'))} {r.randint(1, 399)}",
        "box": shape("P.O. Box ?###"),
    },
    "id": {
        "SSN": _until(is_given_out, shape("?##-##-####")),
        "SSN word": shape("SSN 3#?2?####"),
        "NINO": nino,
        "NINO spaces": lambda r: grouped(nino(r), (2, 2, 2, 2, 1), " "),
        "DE tax id": lambda r: "Steuer-ID " + tax_id_de(r),
        "DE tax id spaces": lambda r: grouped(tax_id_de(r), (2, 3, 3, 3), " "),
        "NIR": nir,
        "NIR spaces": lambda r: grouped(nir(r), (1, 2, 2, 2, 3, 3, 2), " "),
        "DNI": dni,
        "DNI hyphen": lambda r: grouped(dni(r), (8, 1), "-"),
        "NIE": lambda r: dni(r, r.choice("XYZ")),
        "codice fiscale": codice_fiscale,
        "codice fiscale lower": lambda r: codice_fiscale(r).lower(),
        "SIN": lambda r: grouped(sin(r), (3, 3, 3), "-"),
        "SIN word": lambda r: "SIN " + sin(r),
        "CPF": cpf,
        "AHV": ahv,
        "BE": belgian,
        "SE": swedish,
        "passport": shape("passport number @#######"),
    },
    "secret": {
        "AWS": lambda r: "AKIA" + chars(r, 16, UPPER + DIGITS),
        "GitHub": lambda r: "ghp_" + chars(r, 36),
        "GitHub fine": lambda r: f"github_pat_{chars(r, 22)}_{chars(r, 59)}",
        "Slack": lambda r: f"xoxb-{digits(r, 12)}-{digits(r, 12)}-{chars(r, 24)}",
        "JWT": lambda r: f"eyJ{chars(r, 33)}.eyJ{chars(r, 60)}.{chars(r, 43)}",
        "PEM": lambda r: (
            f"-----BEGIN RSA PRIVATE KEY-----\n{chars(r, 64)}\n{chars(r, 64)}\n-----END RSA PRIVATE KEY-----"
        ),
        "PEM one line": lambda r: f"-----BEGIN PRIVATE KEY----- {chars(r, 64)} -----END PRIVATE KEY-----",
        "Stripe": lambda r: "sk_live_" + chars(r, 24),
        "Google": lambda r: "AIza" + chars(r, 35),
        "GitLab": lambda r: "glpat-" + chars(r, 20),
        "password is": lambda r: f"password is {chars(r, 10)}",
        "password:": lambda r: f"password: {chars(r, 7)}!",
        "api key =": lambda r: f"api_key={chars(r, 32)}",
        "token hex": lambda r: "token " + chars(r, 40, "abcdef" + DIGITS),
        "PIN": shape("my PIN is ####"),
        "bearer": lambda r: f"Bearer {chars(r, 30)}",
    },
    "url": {
        "reset": lambda r: f"https://app.example.com/reset?token={chars(r, 20)}",
        "www": lambda r: f"www.example.com/u/{chars(r, 8)}",
        "http": lambda r: f"http://portal.example.org/{chars(r, 12)}/view",
        "ftp": lambda r: f"ftp://files.example.net/{chars(r, 9)}.zip",
        "login": lambda r: f"https://{chars(r, 8)}:{chars(r, 9)}@example.com/x",
        "port": lambda r: f"http://{chars(r, 8).lower()}.example.com:8080/a",
        "fragment": lambda r: f"https://example.com/#/users/{digits(r, 7)}",
        "angle": lambda r: f"<https://example.com/{chars(r, 10)}>",
        "upper": lambda r: f"HTTPS://EXAMPLE.COM/{chars(r, 10).upper()}",
        "scheme": lambda r: f"slack://channel?id={chars(r, 9)}",
    },
}

# How a person of the directory is written; each gets (first name, last name).
NAME_FORMATS: dict[str, Callable[[str, str], str]] = {
    "full": lambda f, s: f"{f} {s}",
    "first": lambda f, s: f,
    "last": lambda f, s: s,
    "last, first": lambda f, s: f"{s}, {f}",
    "initial": lambda f, s: f"{f[0]}. {s}",
    "first and initial": lambda f, s: f"{f} {s[0]}.",
    "lower": lambda f, s: f"{f} {s}".lower(),
    "upper": lambda f, s: f"{f} {s}".upper(),
    "possessive": lambda f, s: f"{f}'s",
    "title": lambda f, s: f"Mr {s}",
    "local part": lambda f, s: f"{_plain(f)}.{_plain(s)}",
    "joined": lambda f, s: f"{f}{s}",
    "no accents": lambda f, s: f"{_plain(f)} {_plain(s)}",
    "underscore": lambda f, s: f"{f}_{s}",
}
