"""Numbers with a valid check digit that belong to no one, and the random characters they are made of.

Belongs here: cards, bank accounts and national ids, as their issuers compute them. Does not: how people write them into
a text (``redaction_values``).
"""

from __future__ import annotations

import random
import string

UPPER, LOWER, DIGITS = string.ascii_uppercase, string.ascii_lowercase, string.digits
ALNUM = UPPER + LOWER + DIGITS


def digits(rng: random.Random, n: int, first: str = DIGITS) -> str:
    """``n`` digits, the first of them out of ``first``."""
    return rng.choice(first) + "".join(rng.choices(DIGITS, k=n - 1))


def chars(rng: random.Random, n: int, alphabet: str = ALNUM) -> str:
    """``n`` characters of which, as in real keys, every class of the alphabet is there."""
    while True:
        value = "".join(rng.choices(alphabet, k=n))
        needed = [group for group in (UPPER, LOWER, DIGITS) if set(group) <= set(alphabet)]
        if all(any(c in group for c in value) for group in needed):
            return value


def shaped(rng: random.Random, shape: str) -> str:
    """``#`` a digit, ``@`` a capital, ``?`` a digit from 1 on, anything else itself."""
    makers = {"#": DIGITS, "@": UPPER, "?": DIGITS[1:]}
    return "".join(rng.choice(makers[c]) if c in makers else c for c in shape)


def _luhn_digit(body: str) -> str:
    total = 0
    for position, digit in enumerate(reversed(body)):
        doubled = int(digit) * (2 - position % 2)
        total += doubled - 9 if doubled > 9 else doubled
    return str(-total % 10)


def card(rng: random.Random, prefix: str, length: int) -> str:
    """A payment card's number, its last digit by Luhn's rule."""
    body = prefix + digits(rng, length - 1 - len(prefix))
    return body + _luhn_digit(body)


def grouped(value: str, sizes: tuple[int, ...], mark: str) -> str:
    """``value`` in groups of ``sizes`` with ``mark`` between them."""
    parts, at = [], 0
    for size in sizes:
        parts.append(value[at : at + size])
        at += size
    return mark.join(part for part in [*parts, value[at:]] if part)


FOURS = (4,) * 8


def iban(rng: random.Random, country: str, body: str) -> str:
    """An account number whose two check digits follow ISO 7064 (mod 97)."""
    account = shaped(rng, body)
    number = int("".join(str(int(c, 36)) for c in account + country + "00"))
    return f"{country}{98 - number % 97:02d}{account}"


def dni(rng: random.Random, lead: str = "") -> str:
    """Spain; with a ``lead`` of X, Y or Z that of a foreigner."""
    number = digits(rng, 8 if not lead else 7)
    return f"{lead}{number}{'TRWAGMYFPDXBNJZSQVHLCKE'[int(str('XYZ'.index(lead)) + number if lead else number) % 23]}"


def nir(rng: random.Random) -> str:
    """France, social security."""
    body = f"{rng.choice('12')}{rng.randint(40, 99)}{rng.randint(1, 12):02d}{rng.randint(1, 95):02d}{digits(rng, 6)}"
    return f"{body}{97 - int(body) % 97:02d}"


def tax_id_de(rng: random.Random) -> str:
    """Germany, tax."""
    body, product = digits(rng, 10, DIGITS[1:]), 10
    for digit in body:
        product = ((int(digit) + product) % 10 or 10) * 2 % 11
    return body + str((11 - product) % 10)


def codice_fiscale(rng: random.Random) -> str:
    """Italy, tax."""
    odd = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23)
    body = shaped(rng, "@@@@@@##") + rng.choice("ABCDEHLMPRST") + f"{rng.randint(1, 31):02d}" + shaped(rng, "@###")
    codes = [int(c) if c.isdigit() else ord(c) - 65 for c in body]
    return body + chr(65 + sum(n if at % 2 else odd[n] for at, n in enumerate(codes)) % 26)


def nino(rng: random.Random) -> str:
    """Great Britain, national insurance."""
    return rng.choice(("AB", "CE", "JT", "PW", "SY")) + digits(rng, 6) + rng.choice("ABCD")


def is_given_out(ssn: str) -> bool:
    """United States: True if a social security number of these digits may exist."""
    return ssn[0] != "9" and ssn[:3] != "666" and ssn[4:6] != "00" and ssn[7:] != "0000"


def sin(rng: random.Random) -> str:
    """Canada, social insurance."""
    body = digits(rng, 8, "1234567")
    return body + _luhn_digit(body)


def cpf(rng: random.Random) -> str:
    """Brazil, tax."""
    body = digits(rng, 9)
    for size in (10, 11):
        body += str(sum(int(d) * w for d, w in zip(body, range(size, 1, -1), strict=True)) * 10 % 11 % 10)
    return grouped(body[:9], (3, 3, 3), ".") + "-" + body[9:]


def ahv(rng: random.Random) -> str:
    """Switzerland, social security."""
    body = "756" + digits(rng, 9)
    check = -sum(int(d) * (1 + 2 * (at % 2)) for at, d in enumerate(body)) % 10
    return grouped(f"{body}{check}", (3, 4, 4, 2), ".")


def belgian(rng: random.Random) -> str:
    """Belgium, national register."""
    body = f"{rng.randint(40, 99)}{rng.randint(1, 12):02d}{rng.randint(1, 28):02d}{digits(rng, 3)}"
    return f"{body[:2]}.{body[2:4]}.{body[4:6]}-{body[6:]}.{97 - int(body) % 97:02d}"


def swedish(rng: random.Random) -> str:
    """Sweden, personal number."""
    body = f"{rng.randint(40, 99)}{rng.randint(1, 12):02d}{rng.randint(1, 28):02d}{digits(rng, 3)}"
    return f"{body[:6]}-{body[6:]}{_luhn_digit(body)}"
