"""The colours of the app: one palette for the light theme, one for the dark one.

Belongs here: colours and the arithmetic on them. Does not: what is drawn with them (``charts``).
Blue is good, orange is bad and grey is "not enough evidence to say": the three are told apart by colour-blind eyes
and differ in lightness from one another. The same values stand in ``.streamlit/config.toml``.
"""

from __future__ import annotations

from dataclasses import dataclass

# A fixed scale: a colour means the same index on every page and in every week. Beyond its ends it stays as it is.
SCALE_LOW, SCALE_MIDDLE, SCALE_HIGH = 20.0, 50.0, 80.0


@dataclass(frozen=True)
class Palette:
    """Hex colours of one theme.

    ``low`` and ``high`` are for marks on the background; ``scale_*`` is the diverging scale of cells that carry text,
    paler or darker so that one ink reads on all of it.
    """

    name: str
    background: str
    text: str
    faint: str
    grid: str
    accent: str
    low: str
    high: str
    scale_low: str
    scale_middle: str
    scale_high: str
    grey: str
    grey_fill: str

    def fill(self, jsi: float) -> str:
        """The colour of an index between 0 and 100 on the diverging scale."""
        held = min(max(jsi, SCALE_LOW), SCALE_HIGH)
        if held < SCALE_MIDDLE:
            return _between(self.scale_low, self.scale_middle, (held - SCALE_LOW) / (SCALE_MIDDLE - SCALE_LOW))
        return _between(self.scale_middle, self.scale_high, (held - SCALE_MIDDLE) / (SCALE_HIGH - SCALE_MIDDLE))

    def ink(self, fill: str) -> str:
        """Black or white, whichever reads better on ``fill``."""
        return max(("#101318", "#ffffff"), key=lambda colour: contrast(colour, fill))


LIGHT = Palette(
    name="light",
    background="#fbfbfa",
    text="#1f2329",
    faint="#5d6470",
    grid="#dcdfe3",
    accent="#1d5fa6",
    low="#b8500b",
    high="#1d5fa6",
    scale_low="#e08b45",
    scale_middle="#f4f0e8",
    scale_high="#5b97d6",
    grey="#8b929d",
    grey_fill="#eceef0",
)
DARK = Palette(
    name="dark",
    background="#14171c",
    text="#e7eaee",
    faint="#9aa3b0",
    grid="#343b46",
    accent="#5b9be6",
    low="#e08a3c",
    high="#5b9be6",
    scale_low="#a8570f",
    scale_middle="#3f3c37",
    scale_high="#2a68b0",
    grey="#7c8592",
    grey_fill="#20252d",
)


def of_theme(theme: str | None) -> Palette:
    """The palette of Streamlit's theme type (``light``, ``dark``; None before the browser has said)."""
    return DARK if theme == "dark" else LIGHT


def contrast(one: str, other: str) -> float:
    """The WCAG contrast ratio of two hex colours, 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _between(start: str, end: str, part: float) -> str:
    """Linear in RGB, as the charts' own scale is."""
    mixed = (round(a + (b - a) * part) for a, b in zip(_channels(start), _channels(end), strict=True))
    return "#" + "".join(f"{value:02x}" for value in mixed)


def _luminance(colour: str) -> float:
    def linear(value: int) -> float:
        share = value / 255
        return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(value) for value in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
