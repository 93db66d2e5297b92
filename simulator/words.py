"""Words of the sample company: names of people and companies, regions, segments, product lines, features.

Belongs here: plain vocabulary, all invented. Does not: sentences (``grammar``).
"""

from __future__ import annotations


def _each(block: str) -> tuple[str, ...]:
    """The words of a block."""
    return tuple(block.split())


SEGMENTS = ("enterprise", "mid_market", "small_business")
SEGMENT_SHARES = (0.22, 0.43, 0.35)
REGIONS = ("north_america", "emea", "apac", "latam")
REGION_SHARES = (0.42, 0.34, 0.15, 0.09)
REGION_UTC_OFFSET = {"north_america": -6, "emea": 1, "apac": 8, "latam": -3}  # hours; no daylight saving, on purpose
PRODUCT_LINES = ("Plan", "Pay", "Insight")
PRODUCT_LINE_SHARES = (0.42, 0.33, 0.25)

FIRST_NAMES = _each(
    """Aaliyah Adam Adriana Agnes Ahmed Aiko Alba Alejandro Alina Amara Amit Ana Anders Andrea Anika Antoine Anwar
    Aoife Arjun Astrid Aylin Beatriz Benedikt Bianca Bjorn Bruno Camila Carlos Caroline Cedric Chidi Chloe
    Claudia Colm Cyrus Dalia Daniela Darius Deepa Denise Diego Dilan Dimitri Edith Eduardo Eleni Elif Emeka
    Emilia Enzo Erik Esra Esther Fabian Farah Fatima Felix Fiona Florian Freya Gabriela Georg Gianna Giulia
    Goran Greta Gustavo Hana Hanna Hassan Heidi Helena Henrik Hiro Hugo Ibrahim Ilse Imani Imran Ingrid Irene
    Isabel Ivan Jana Jasmin Javier Jelena Jens Joanna Johan Jorge Jun Kamal Karin Katarina Kavya Keiko Khalid
    Kofi Kwame Lars Laszlo Latoya Laura Leila Leon Ling Lior Lorenzo Luca Lucia Luis Lukas Magda Maja Malik
    Marcel Marek Marina Mateo Matilda Mehmet Mei Milan Mina Miriam Mohan Nadia Naomi Natalia Nils Nina Noor Olga
    Oliver Omar Oscar Paolo Patrick Paula Pavel Pedro Petra Priya Quentin Rachel Rafael Rahul Rasmus Rebeca
    Renata Ricardo Rohan Rosa Ruben Ruth Samira Sandra Santiago Sara Sergio Silvia Simone Sofia Stefan Sunita
    Sven Tamara Tariq Teresa Theo Thomas Tomas Ulrike Valentina Vera Victor Wanda Wei Xavier Yara Yasmin Yusuf
    Zainab Zofia Zoltan"""
)
LAST_NAMES = _each(
    """Abara Achterberg Adeyemi Albrecht Almeida Alvarado Andersen Aquino Arslan Aydin Bakker Banerjee Barros
    Becker Bengtsson Bergmann Bianchi Borges Brandt Caballero Campos Cardoso Castillo Chandra Chavez Chukwu
    Cisneros Collins Contreras Costa Dahl Dalgaard Delgado Demir Dhillon Diallo Dimitrov Doyle Dubois Eriksen
    Espinoza Falk Farouk Fernandez Ferrari Fischer Fontaine Forsberg Fuentes Gallagher Gandhi Garcia Georgiou
    Gomez Grabowski Greco Gruber Guerrero Gupta Haddad Halvorsen Hansen Haraldsen Hartmann Hashimoto Hendricks
    Herrera Hoffmann Horvat Ibarra Ibrahimovic Iyer Jansen Jimenez Johansson Kaplan Karlsson Kaya Keller Khan
    Kimura Kovacs Kowalski Kruger Kumar Lagerberg Larsen Laurent Lehmann Leone Lindqvist Lombardi Lopez Lund
    Madsen Maes Mahmoud Malhotra Marchetti Marin Martinez Mbeki Medina Meier Mendoza Menon Meyer Moretti Morales
    Moreau Mukherjee Murphy Nakamura Navarro Ndiaye Nguyen Nielsen Novak Nowak Oduya Okafor Olsen Onyango Orlov
    Ortega Osei Ozturk Pacheco Park Patel Pereira Petrov Popescu Quintero Rahman Ramirez Rao Reyes Richter
    Rinaldi Rivera Romano Rossi Ruiz Saito Salazar Sandoval Santos Schneider Schreiber Sharma Silva Singh
    Sorensen Soto Steiner Strand Suarez Suzuki Szabo Takahashi Tanaka Teixeira Thapa Torres Tran Ueda Valdez
    Vargas Vasquez Vermeulen Vidal Vogel Wagner Weber Weiss Werner Yamamoto Yilmaz Zhou Ziegler Zimmermann"""
)
COMPANY_HEADS = _each(
    """Alder Amber Anchor Arbor Ardent Aspen Atlas Aurora Basalt Beacon Birch Blue Boreal Bright Canyon Cedar
    Cinder Clear Cobalt Copper Coral Crest Crown Delta Drift Eastgate Echo Elm Ember Evergreen Falcon Fern Field
    Finch Flint Forge Fox Garnet Glacier Glen Granite Gull Hale Harbor Hawthorn Hazel Heron High Hollow Horizon
    Indigo Iron Ivory Jasper Juniper Keel Kestrel Kite Lake Lantern Lark Laurel Linden Lime Lunar Lynx Maple
    Marble Marsh Meadow Mercer Mesa Mill Mint Moss North Oak Ocean Onyx Opal Orchard Otter Palm Pearl Pebble
    Peregrine Pine Pioneer Plum Polar Poplar Prairie Quarry Quartz Quill Raven Reed Ridge River Robin Rowan
    Sable Sage Salt Sequoia Shale Silver Slate Solar Spruce Stone Summit Swift Teal Thistle Timber Topaz True
    Umber Union Valley Velvet Vista Walnut West Willow Winter Wren Zephyr"""
)
COMPANY_TAILS = _each(
    """Analytics Bakeries Biotech Builders Capital Care Catering Clinics Components Construction Couriers Dental
    Electric Energy Engineering Facilities Fleet Foods Freight Furniture Group Health Hospitality Hotels
    Industries Instruments Interiors Labs Laundries Logistics Machinery Marine Maintenance Markets Materials
    Medical Mobility Networks Optics Packaging Partners Pharma Plumbing Power Printing Properties Rail Rentals
    Retail Roofing Security Services Solutions Staffing Supply Systems Textiles Tools Transport Utilities
    Ventures Water Works"""
)
TITLES = {
    "buyer": (
        "Head of Operations",
        "Procurement Manager",
        "Director of Field Services",
        "Operations Director",
        "Finance Director",
        "Head of Procurement",
        "IT Manager",
        "Commercial Manager",
    ),
    "executive": (
        "Chief Operating Officer",
        "Chief Financial Officer",
        "Managing Director",
        "VP Operations",
        "Chief Information Officer",
        "Chief Executive Officer",
    ),
    "user": (
        "Dispatcher",
        "Planner",
        "Accounts Clerk",
        "Field Technician",
        "Team Lead",
        "Office Manager",
        "Billing Specialist",
        "Data Analyst",
        "Scheduler",
        "Service Coordinator",
        "Payroll Clerk",
        "Operations Analyst",
        "Shift Supervisor",
        "Controller",
    ),
    "unknown": ("Contact", "Consultant", "Assistant", ""),
}
AGENT_NAMES = (
    "Tess Harlow",
    "Marco Vance",
    "Priscilla Oak",
    "Jonas Reed",
    "Amina Cole",
    "Leo Farrow",
    "Nadine Swift",
    "Rory Blake",
    "Ines Calder",
    "Dev Marsh",
    "Hope Lindgren",
    "Sami Archer",
)
AGENT_FIRST_NAMES = tuple(name.split()[0] for name in AGENT_NAMES)
ACCOUNT_OWNERS = (
    "Clara Voss",
    "Dominic Hale",
    "Elena Prior",
    "Felipe Stone",
    "Grace Okoro",
    "Henry Wolfe",
    "Ivy Lamb",
    "Jules Kerr",
)
