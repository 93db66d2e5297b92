"""Beginnings of values that never end: repeated over 100 kB, each is the worst that some pattern can be given.

Belongs here: the units that are repeated. Does not: how long they take (``redaction``).
"""

from __future__ import annotations

HOSTILE = [
    *("1", "1 ", "1-", "1.", "1:", "1,", "4 1 1 1 ", "0O ", "+1", "12-34-", "07911123456 ", "912345678 "),
    *("id 1234567890123 ", "ssn 123456789 ", "phone 1234567 ", "passport ", "DE89 3704 0044 0532 0130 01 ", "AB12 "),
    *(
        "@",
        "a@",
        "a@a.",
        "j o h n @ ",
        "x at y dot ",
        "x_at_y_dot_",
        "a . b ",
        "%40",
        "&#64;",
        "=40",
        "\\u0040",
        "[",
        "(",
        "<a ",
    ),
    *(
        "www.",
        "a://",
        "::",
        "ab:",
        "password is ",
        "password:a ",
        "token ",
        "eyJa.",
        "AKIA",
        "A1B2C3d4",
        "-----BEGIN PRIVATE KEY-----",
    ),
    *(
        "order number ",
        "order no 1",
        "INV-",
        "#1234567 ",
        "12 a a a ",
        "12 Aa Bb Cc ",
        "1 rue de la ",
        "Calle de la ",
        "Am Am Am 1 ",
    ),
    *(
        "one two ",
        "double double ",
        "Hi Sarah ",
        "Hi S'",
        "Dear Aa-",
        "Mr A",
        "my name is ",
        "a b c ",
        "S.",
        "sarah ",
        "O'Neil ",
    ),
    *("é", "e\u0301", "९", "а", "\u200b", "\x00", "[name]", "\n", "-~"),
]
