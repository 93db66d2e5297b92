"""A made-up company whose exports are German: own columns, own words, semicolons, decimal commas, Windows' encoding.

Belongs here: its files. Does not: what is expected of them (the tests).
"""

from __future__ import annotations

from pathlib import Path

FILES = {
    "Kundenstamm.csv": """\
Kundennummer;Firma;Region;Vertragswert;Betreuer
K1;Müller AG;Süd;12.500,50;Anna
K2;Großhandel Jäger;Nord;8.000,00;Bernd
""",
    "Ansprechpartner.csv": """\
Ansprechpartner;Kundennummer;Funktion
P1;K1;Einkäufer
P2;K1;Fachanwender
P3;K2;Geschäftsführerin
""",
    "Kundenphasen.csv": """\
Kundennummer;Phase;Seit
K1;Angebot;02.01.2025
K1;Einführung;15.02.2025
K2;Regelbetrieb;01.03.2025
""",
    "Vorgänge_2025.csv": """\
Fallnummer;Eröffnet am;Kundennummer;Ansprechpartner;Dringlichkeit;Thema;Gelöst am
F1;31.03.2025 08:15;K1;P2;hoch;Bestellwesen;01.04.2025 10:00
F2;14.07.2025 09:00;K2;P3;mittel;Störung;
""",
    "Nachrichten.csv": """\
Nachricht Nr;Fallnummer;Kanal;Verfasser;Text;Gesendet am
N1;F1;E-Mail;Kunde;"Die Lieferung kam zu spät; ich bin enttäuscht";31.03.2025 08:15
N2;F1;E-Mail;Mitarbeiter;Wir kümmern uns;31.03.2025 09:30
N3;F2;Telefon;Kundin;Vielen Dank für die schnelle Hilfe;14.07.2025 09:05
""",
    "Befragung.csv": """\
Antwortnummer;Beantwortet am;Kundennummer;Ansprechpartner;NPS;Freitext
A1;20.07.2025 12:00;K1;P1;9;Sehr zufrieden
A2;21.07.2025 12:00;K2;P3;3;
""",
    "hubspot/Kontakte.csv": """\
Record ID,First Name,Email,Buying role
501,Carla,carla@example.org,Leiterin Einkauf
502,Dora,dora@example.org,Hofnärrin
""",
}
_IN_UTF8 = ("hubspot/Kontakte.csv",)


def write(folder: Path) -> Path:
    """The company's extracts below ``folder``."""
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("utf-8" if name in _IN_UTF8 else "cp1252"))
    return folder
