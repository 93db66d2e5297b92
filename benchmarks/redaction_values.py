"""Identifiers that belong to no one, by kind and format, from a seed: what redaction is measured on.

Belongs here: how each kind is written, valid check digits included. Does not: the sentences around them, measuring.
A format is a function of a random generator that gives one value; its name says how the value is written.
"""

from __future__ import annotations

import random
import string
from collections.abc import Callable

Format = Callable[[random.Random], str]
_UPPER, _LOWER, _DIGITS = string.ascii_uppercase, string.ascii_lowercase, string.digits
_ALNUM = _UPPER + _LOWER + _DIGITS

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


def _digits(rng: random.Random, n: int, first: str = _DIGITS) -> str:
    return rng.choice(first) + "".join(rng.choices(_DIGITS, k=n - 1))


def _chars(rng: random.Random, n: int, alphabet: str = _ALNUM) -> str:
    """``n`` characters of which, as in real keys, every class of the alphabet is there."""
    while True:
        value = "".join(rng.choices(alphabet, k=n))
        needed = [group for group in (_UPPER, _LOWER, _DIGITS) if set(group) <= set(alphabet)]
        if all(any(c in group for c in value) for group in needed):
            return value


def _shaped(rng: random.Random, shape: str) -> str:
    """``#`` a digit, ``@`` a capital, ``?`` a digit from 1 on, anything else itself."""
    makers = {"#": _DIGITS, "@": _UPPER, "?": _DIGITS[1:]}
    return "".join(rng.choice(makers[c]) if c in makers else c for c in shape)


def shape(pattern: str) -> Format:
    return lambda rng: _shaped(rng, pattern)


def _until(valid: Callable[[str], bool], make: Format) -> Format:
    def draw(rng: random.Random) -> str:
        while not valid(value := make(rng)):
            pass
        return value

    return draw


def _luhn_digit(body: str) -> str:
    total = 0
    for position, digit in enumerate(reversed(body)):
        doubled = int(digit) * (2 - position % 2)
        total += doubled - 9 if doubled > 9 else doubled
    return str(-total % 10)


def _card(rng: random.Random, prefix: str, length: int) -> str:
    body = prefix + _digits(rng, length - 1 - len(prefix))
    return body + _luhn_digit(body)


def _grouped(value: str, sizes: tuple[int, ...], mark: str) -> str:
    parts, at = [], 0
    for size in sizes:
        parts.append(value[at : at + size])
        at += size
    return mark.join(part for part in [*parts, value[at:]] if part)


_FOURS = (4,) * 8


def _iban(rng: random.Random, country: str, body: str) -> str:
    account = _shaped(rng, body)
    number = int("".join(str(int(c, 36)) for c in account + country + "00"))
    return f"{country}{98 - number % 97:02d}{account}"


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
        domain = f"{rng.choice(_LOWER)}{_plain(rng.choice(_TOWNS))}"
        return pattern.format(f=first, l=last, i=first[0], d=domain, n=rng.randint(10, 9999))

    return draw


def _street(pattern: str) -> Format:
    return lambda rng: _shaped(rng, pattern).format(s=rng.choice(_STREETS), t=rng.choice(_TOWNS))


def _dni(rng: random.Random, lead: str = "") -> str:
    number = _digits(rng, 8 if not lead else 7)
    return f"{lead}{number}{'TRWAGMYFPDXBNJZSQVHLCKE'[int(str('XYZ'.index(lead)) + number if lead else number) % 23]}"


def _nir(rng: random.Random) -> str:
    body = f"{rng.choice('12')}{rng.randint(40, 99)}{rng.randint(1, 12):02d}{rng.randint(1, 95):02d}{_digits(rng, 6)}"
    return f"{body}{97 - int(body) % 97:02d}"


def _tax_id_de(rng: random.Random) -> str:
    body, product = _digits(rng, 10, _DIGITS[1:]), 10
    for digit in body:
        product = ((int(digit) + product) % 10 or 10) * 2 % 11
    return body + str((11 - product) % 10)


def _codice_fiscale(rng: random.Random) -> str:
    odd = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23)
    body = _shaped(rng, "@@@@@@##") + rng.choice("ABCDEHLMPRST") + f"{rng.randint(1, 31):02d}" + _shaped(rng, "@###")
    codes = [int(c) if c.isdigit() else ord(c) - 65 for c in body]
    return body + chr(65 + sum(n if at % 2 else odd[n] for at, n in enumerate(codes)) % 26)


def _nino(rng: random.Random) -> str:
    return rng.choice(("AB", "CE", "JT", "PW", "SY")) + _digits(rng, 6) + rng.choice("ABCD")


def _is_given_out(ssn: str) -> bool:
    return ssn[0] != "9" and ssn[:3] != "666" and ssn[4:6] != "00" and ssn[7:] != "0000"


def _sin(rng: random.Random) -> str:
    body = _digits(rng, 8, "1234567")
    return body + _luhn_digit(body)


def _cpf(rng: random.Random) -> str:
    body = _digits(rng, 9)
    for size in (10, 11):
        body += str(sum(int(d) * w for d, w in zip(body, range(size, 1, -1), strict=True)) * 10 % 11 % 10)
    return _grouped(body[:9], (3, 3, 3), ".") + "-" + body[9:]


def _ahv(rng: random.Random) -> str:
    body = "756" + _digits(rng, 9)
    check = -sum(int(d) * (1 + 2 * (at % 2)) for at, d in enumerate(body)) % 10
    return _grouped(f"{body}{check}", (3, 4, 4, 2), ".")


def _belgian(rng: random.Random) -> str:
    body = f"{rng.randint(40, 99)}{rng.randint(1, 12):02d}{rng.randint(1, 28):02d}{_digits(rng, 3)}"
    return f"{body[:2]}.{body[2:4]}.{body[4:6]}-{body[6:]}.{97 - int(body) % 97:02d}"


def _swedish(rng: random.Random) -> str:
    body = f"{rng.randint(40, 99)}{rng.randint(1, 12):02d}{rng.randint(1, 28):02d}{_digits(rng, 3)}"
    return f"{body[:6]}-{body[6:]}{_luhn_digit(body)}"


FORMATS: dict[str, dict[str, Format]] = {
    "order": {
        "order 8 digits": lambda r: f"order {_digits(r, 8, _DIGITS[1:])}",
        "order #": lambda r: f"order #{_digits(r, 6)}",
        "order number is": lambda r: f"order number is {_digits(r, 10)}",
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
        "payment id": lambda r: f"payment id pi_{_chars(r, 24)}",
    },
    "card": {
        "visa plain": lambda r: _card(r, "4", 16),
        "visa spaces": lambda r: _grouped(_card(r, "4", 16), _FOURS, " "),
        "visa hyphens": lambda r: _grouped(_card(r, "4", 16), _FOURS, "-"),
        "visa dots": lambda r: _grouped(_card(r, "4", 16), _FOURS, "."),
        "visa 13": lambda r: _card(r, "4", 13),
        "mastercard": lambda r: _grouped(_card(r, r.choice(("51", "53", "55")), 16), _FOURS, " "),
        "mastercard 2": lambda r: _card(r, "2221", 16),
        "amex plain": lambda r: _card(r, "37", 15),
        "amex spaces": lambda r: _grouped(_card(r, "34", 15), (4, 6, 5), " "),
        "discover": lambda r: _grouped(_card(r, "6011", 16), _FOURS, "-"),
        "diners": lambda r: _grouped(_card(r, "36", 14), (4, 6, 4), " "),
        "jcb": lambda r: _card(r, "3530", 16),
        "unionpay 19": lambda r: _card(r, "62", 19),
        "with expiry": lambda r: (
            _grouped(_card(r, "4", 16), _FOURS, " ") + " 0" + r.choice("123456789") + "/2" + r.choice("789")
        ),
    },
    "iban": {
        "DE plain": lambda r: _iban(r, "DE", "#" * 18),
        "DE spaces": lambda r: _grouped(_iban(r, "DE", "#" * 18), _FOURS, " "),
        "GB": lambda r: _grouped(_iban(r, "GB", "@@@@" + "#" * 14), _FOURS, " "),
        "FR": lambda r: _grouped(_iban(r, "FR", "#" * 10 + "#@#" + "#" * 10), _FOURS, " "),
        "ES hyphens": lambda r: _grouped(_iban(r, "ES", "#" * 20), _FOURS, "-"),
        "IT": lambda r: _iban(r, "IT", "@" + "#" * 22),
        "NL lower": lambda r: _iban(r, "NL", "@@@@" + "#" * 10).lower(),
        "NL spaces": lambda r: _grouped(_iban(r, "NL", "@@@@" + "#" * 10), _FOURS, " "),
        "CH": lambda r: _grouped(_iban(r, "CH", "#" * 17), _FOURS, " "),
        "BE dots": lambda r: _grouped(_iban(r, "BE", "#" * 12), _FOURS, "."),
        "NO": lambda r: _iban(r, "NO", "#" * 11),
        "PL": lambda r: _grouped(_iban(r, "PL", "#" * 24), _FOURS, " "),
        "IBAN:": lambda r: "IBAN:" + _iban(r, "AT", "#" * 16),
    },
    "phone": {
        "+1 (": shape("+1 (2?5) 5##-####"),
        "+1 dots": shape("+1.415.5##.####"),
        "(NPA)": shape("(312) 5##-####"),
        "hyphens": shape("617-5##-####"),
        "dots": shape("646.5##.####"),
        "10 digits": lambda r: _shaped(r, "212") + r.choice("23456789") + _shaped(r, "##7###"),
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
            f" {r.randint(1, 199)}, {_digits(r, 5, '123456')} Neustadt"
        ),
        "DE letter": lambda r: f"{r.choice(('Mühlenweg', 'Marktplatz', 'Ringstraße'))} {r.randint(1, 99)}b",
        "FR": lambda r: (
            f"{r.randint(1, 199)} rue de la {r.choice(('République', 'Fontaine', 'Paix'))},"
            f" {_digits(r, 5, '1234567')} Lyon"
        ),
        "FR bis": lambda r: f"{r.randint(1, 99)} bis avenue Victor Hugo",
        "ES": lambda r: (
            f"Calle {r.choice(('Alcalá', 'Mayor', 'Serrano'))} {r.randint(1, 199)}, 28{_digits(r, 3)} Madrid"
        ),
        "IT": lambda r: f"Via {r.choice(('Garibaldi', 'Dante', 'Manzoni'))}, {r.randint(1, 199)}",
        "NL": lambda r: f"{r.choice(('Keizersgracht', 'Dorpsstraat', 'Stationsplein'))} {r.randint(1, 399)}",
        "box": shape("P.O. Box ?###"),
    },
    "id": {
        "SSN": _until(_is_given_out, shape("?##-##-####")),
        "SSN word": shape("SSN 3#?2?####"),
        "NINO": _nino,
        "NINO spaces": lambda r: _grouped(_nino(r), (2, 2, 2, 2, 1), " "),
        "DE tax id": lambda r: "Steuer-ID " + _tax_id_de(r),
        "DE tax id spaces": lambda r: _grouped(_tax_id_de(r), (2, 3, 3, 3), " "),
        "NIR": _nir,
        "NIR spaces": lambda r: _grouped(_nir(r), (1, 2, 2, 2, 3, 3, 2), " "),
        "DNI": _dni,
        "DNI hyphen": lambda r: _grouped(_dni(r), (8, 1), "-"),
        "NIE": lambda r: _dni(r, r.choice("XYZ")),
        "codice fiscale": _codice_fiscale,
        "codice fiscale lower": lambda r: _codice_fiscale(r).lower(),
        "SIN": lambda r: _grouped(_sin(r), (3, 3, 3), "-"),
        "SIN word": lambda r: "SIN " + _sin(r),
        "CPF": _cpf,
        "AHV": _ahv,
        "BE": _belgian,
        "SE": _swedish,
        "passport": shape("passport number @#######"),
    },
    "secret": {
        "AWS": lambda r: "AKIA" + _chars(r, 16, _UPPER + _DIGITS),
        "GitHub": lambda r: "ghp_" + _chars(r, 36),
        "GitHub fine": lambda r: f"github_pat_{_chars(r, 22)}_{_chars(r, 59)}",
        "Slack": lambda r: f"xoxb-{_digits(r, 12)}-{_digits(r, 12)}-{_chars(r, 24)}",
        "JWT": lambda r: f"eyJ{_chars(r, 33)}.eyJ{_chars(r, 60)}.{_chars(r, 43)}",
        "PEM": lambda r: (
            f"-----BEGIN RSA PRIVATE KEY-----\n{_chars(r, 64)}\n{_chars(r, 64)}\n-----END RSA PRIVATE KEY-----"
        ),
        "PEM one line": lambda r: f"-----BEGIN PRIVATE KEY----- {_chars(r, 64)} -----END PRIVATE KEY-----",
        "Stripe": lambda r: "sk_live_" + _chars(r, 24),
        "Google": lambda r: "AIza" + _chars(r, 35),
        "GitLab": lambda r: "glpat-" + _chars(r, 20),
        "password is": lambda r: f"password is {_chars(r, 10)}",
        "password:": lambda r: f"password: {_chars(r, 7)}!",
        "api key =": lambda r: f"api_key={_chars(r, 32)}",
        "token hex": lambda r: "token " + _chars(r, 40, "abcdef" + _DIGITS),
        "PIN": shape("my PIN is ####"),
        "bearer": lambda r: f"Bearer {_chars(r, 30)}",
    },
    "url": {
        "reset": lambda r: f"https://app.example.com/reset?token={_chars(r, 20)}",
        "www": lambda r: f"www.example.com/u/{_chars(r, 8)}",
        "http": lambda r: f"http://portal.example.org/{_chars(r, 12)}/view",
        "ftp": lambda r: f"ftp://files.example.net/{_chars(r, 9)}.zip",
        "login": lambda r: f"https://{_chars(r, 8)}:{_chars(r, 9)}@example.com/x",
        "port": lambda r: f"http://{_chars(r, 8).lower()}.example.com:8080/a",
        "fragment": lambda r: f"https://example.com/#/users/{_digits(r, 7)}",
        "angle": lambda r: f"<https://example.com/{_chars(r, 10)}>",
        "upper": lambda r: f"HTTPS://EXAMPLE.COM/{_chars(r, 10).upper()}",
        "scheme": lambda r: f"slack://channel?id={_chars(r, 9)}",
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
