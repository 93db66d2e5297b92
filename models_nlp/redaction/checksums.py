"""Check digits: the arithmetic that tells a card, an account or a person's number from any other number.

Belongs here: digits (or letters) in, true or false out. Does not: finding numbers in text.
"""

from __future__ import annotations

_VERHOEFF_TIMES = [
    "0123456789",
    "1234067895",
    "2340178956",
    "3401289567",
    "4012395678",
    "5987604321",
    "6598710432",
    "7659821043",
    "8765932104",
    "9876543210",
]
_VERHOEFF_TURN = [
    "0123456789",
    "1576283094",
    "5803796142",
    "8916043527",
    "9453126870",
    "4286573901",
    "2793806415",
    "7046913258",
]

# Length of an IBAN by country (ISO 13616 registry).
IBAN_LENGTHS = {
    country: int(length)
    for length, countries in (
        line.split(": ")
        for line in [
            "15: NO",
            "16: BE",
            "18: DK FI FO GL NL SD",
            "19: MK SI SK",
            "20: AT BA EE KZ LT LU MN XK",
            "21: CH HR LI LV",
            "22: BG BH CR DE GB GE IE ME RS VA",
            "23: AE GI IL IQ OM SO TL",
            "24: AD CZ ES MD PK RO SA SE TN VG",
            "25: LY PT ST",
            "26: IS TR",
            "27: BI DJ FR GR IT MC MR SM",
            "28: AL AZ BY CY DO GT HU LB NI PL SV",
            "29: BR EG PS QA UA",
            "30: JO KW MU",
            "31: MT SC",
            "32: LC",
            "33: RU",
        ]
    )
    for country in countries.split()
}


def iban_is_valid(value: str) -> bool:
    """ISO 13616: moved and read as one number an IBAN leaves 1 modulo 97. Separators must be gone, spaces may stay."""
    compact = value.replace(" ", "").upper()
    if IBAN_LENGTHS.get(compact[:2]) != len(compact) or not compact.isalnum() or not compact.isascii():
        return False
    return int("".join(str(int(c, 36)) for c in compact[4:] + compact[:4])) % 97 == 1


def luhn_is_valid(digits: str) -> bool:
    """The check digit of card numbers (ISO/IEC 7812)."""
    odd, even = digits[-1::-2], digits[-2::-2]
    return (sum(map(int, odd)) + sum(sum(divmod(2 * int(d), 10)) for d in even)) % 10 == 0


def card_is_valid(digits: str) -> bool:
    """A length and first digits that a card network gives out, and Luhn's check digit."""
    n = len(digits)
    if digits[0] == "4":
        has_form = n in (13, 16, 19)
    elif digits[:2] in ("34", "37"):
        has_form = n == 15
    elif digits[:2] in ("36", "38", "39") or ("300" <= digits[:3] <= "305"):
        has_form = 14 <= n <= 19
    elif digits[0] == "6" or digits[:2] in ("50", "56", "57", "58"):
        has_form = 15 <= n <= 19 if digits[0] == "6" else 12 <= n <= 19
    else:
        has_form = n == 16 and ("51" <= digits[:2] <= "55" or "22" <= digits[:2] <= "27" or digits[:2] == "35")
    return has_form and len(set(digits)) > 1 and luhn_is_valid(digits)


def weighted(digits: str, weights: tuple[int, ...]) -> int:
    """Sum of digits times weights, over the shorter of both."""
    return sum(int(d) * w for d, w in zip(digits, weights, strict=False))


def verhoeff_is_valid(digits: str) -> bool:
    """The check digit of Aadhaar numbers (dihedral group of order 10)."""
    check = 0
    for position, digit in enumerate(reversed(digits)):
        check = int(_VERHOEFF_TIMES[check][int(_VERHOEFF_TURN[position % 8][int(digit)])])
    return check == 0


def iso7064_mod_11_10_is_valid(digits: str) -> bool:
    """The check digit of German tax ids and Croatian OIB."""
    product = 10
    for digit in digits[:-1]:
        product = ((int(digit) + product) % 10 or 10) * 2 % 11
    return (11 - product) % 10 == int(digits[-1])


def codice_fiscale_is_valid(value: str) -> bool:
    """The last letter of an Italian tax code, from its other 15 characters in upper case."""
    odd = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23)
    total = 0
    for position, char in enumerate(value[:15]):
        number = int(char) if char.isdigit() else ord(char) - 65
        total += number if position % 2 else odd[number]
    return chr(65 + total % 26) == value[15]
