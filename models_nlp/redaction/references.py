"""Numbers of orders, invoices, bookings, shipments, contracts and customers: they lead to a person in other systems.

Belongs here: a number that its word or its prefix announces. Does not: card and bank numbers, national ids.
Short numbers of tickets and cases stay: they are ours, stand in structured columns anyway, and a reader of the receipt
needs them (docs/privacy.md).
"""

from __future__ import annotations

import re

from models_nlp.redaction.spans import Span

_THINGS = (
    r"orders?|purchase orders?|sales orders?|work orders?|p\.?o\.?|invoices?|bills?|bookings?|reservations?"
    r"|confirmations?|"
    r"tracking|shipments?|parcels?|packages?|consignments?|receipts?|transactions?|payments?|refunds?|returns?|rma|"
    r"customers?|clients?|accounts?|acct|contracts?|polic(?:y|ies)|subscriptions?|memberships?|members?"
    r"|licen[cs]es?|serial|"
    r"claims?|quotes?|deliver(?:y|ies)|credit notes?|statements?|vouchers?|patients?|students?|employees?|"
    r"bestell(?:ung|nummer)|rechnung(?:snummer)?|auftrag(?:snummer)?|kundennummer|commande|facture|pedido"
    r"|factura|ordine|fattura"
)
_NUMBER_WORD = r"(?:numbers?|numbr|num|no\.?|nr\.?|nbr|#|id|ids|ref\.?|reference|code|nummer|numero)"
# The word, at most three small words, the number: "order no. is #12-3456".
_ANNOUNCED = re.compile(
    rf"\b(?P<thing>{_THINGS})\b(?P<link>(?:[\s:#=(\-\"'._]{{1,4}}{_NUMBER_WORD}(?![A-Za-z]))?"
    rf"(?:[\s:#=(\-\"'.]{{0,3}}\b(?:is|was|were|are|of|with|ending|and)\b)?[\s:#=(\-\"'._]{{0,4}})"
    r"(?P<value>(?=[A-Z0-9\-/_.]{0,12}\d)[A-Z0-9](?:[A-Z0-9]|[\-/_.](?=[A-Z0-9])| (?=\d{2}"
    r"(?!\d*[.,]\d))){1,39})(?![\w@])",
    re.IGNORECASE,
)
# "reference: AB12345", "ref 20391" without a thing.
_REFERENCE = re.compile(
    rf"\b(?:ref|reference|referenz|aktenzeichen)\b\.?(?:[\s:#=]{{1,3}}{_NUMBER_WORD}"
    rf"(?![A-Za-z]))?[\s:#=(]{{0,3}}(?:is |was )?"
    r"(?P<value>#?(?=[A-Z0-9\-/_]{0,12}\d)[A-Z0-9](?:[A-Z0-9]|[\-/_.](?=[A-Z0-9])){3,39})(?![\w@])",
    re.IGNORECASE,
)
_PREFIXED = re.compile(
    r"(?<![A-Za-z0-9])(?:(?:ORD|ORDER|INV|INVOICE|PO|SO|WO|RMA|BKG|BK|TRK|TRACK|CUST|CUS|ACCT|ACC|SUB|CTR|TXN"
    r"|TRX|PAY|REC|RCPT|"
    r"SHP|SHIP|DEL|QUO|QT|REQ|MEM|POL|CLM|LIC|CN|DN|RES|RET|RFD|BILL)[\-_#/:]{1,2}"
    r"(?=[A-Z0-9\-_/]{0,12}\d{3})[A-Z0-9](?:[A-Z0-9]|[\-_/](?=[A-Z0-9])){2,39}"
    r"|(?:ORD|INV|PO|SO|RMA|CUST|ACCT|TXN)\d{4,20}"
    r"|1Z ?[0-9A-Z]{3} ?[0-9A-Z]{3} ?[0-9A-Z]{2} ?\d{4} ?\d{4}|\d{3}-\d{7}-\d{7}|[A-Z]{2}\d{9}[A-Z]{2}|JJD\d{10,20}"
    r"|(?:in|ch|cus|pi|sub|py|txn|re|ord|cs|acct|si)_[A-Za-z0-9]{12,64})(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_LONG_HASH = re.compile(r"(?<![\w&/])#\d{7,20}\b")
_PREFIX_MARK = re.compile(r"[-_#/:]\w{0,12}\d{3}|[A-Za-z]{2}\d{4}|1[Zz]|\d{3}-\d{7}|_\w{12}")
# The words of ``_THINGS`` one by one: without any of them nothing is announced.
MARKS = frozenset(
    """po p tracking serial acct rma commande facture pedido factura ordine fattura order orders invoice invoices
    bill bills booking bookings reservation reservations confirmation confirmations
    shipment
    shipments parcel parcels package packages consignment consignments receipt receipts transaction transactions payment
    payments refund refunds return returns customer customers client clients account accounts contract contracts policy
    policies subscription subscriptions membership memberships member members license licence licenses licences claim
    claims quote quotes delivery deliveries note notes statement statements voucher vouchers patient patients student
    students employee employees bestellung bestellnummer rechnung rechnungsnummer auftrag auftragsnummer ref reference
    referenz aktenzeichen""".split()  # noqa: SIM905
)
# What follows a count: "order 15000 units" is no reference.
_COUNTED = re.compile(
    r"\s{0,2}(?:x\b|%|[$€£]|(?:more |new |extra |active )?(?:units?|pieces?|pcs|licen[cs]es?|seats?|users?"
    r"|rows?|items?|days?|weeks?|months?|years?|hours?|"
    r"minutes?|people|customers|accounts|orders|invoices|records|times|usd|eur|gbp|dollars|euros|pounds|am|pm"
    r"|percent|k|km|kg|gb|mb)\b)",
    re.IGNORECASE,
)
_DATE = re.compile(r"(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d\d))\.?")
_PERIOD = re.compile(
    r"(?:19|20)\d\d(?:[-/](?:q[1-4]|h[12]|(?:19|20)?\d\d))?|[qh][1-4][-/ ]?(?:19|20)?\d\d|\d{1,2}(?:st|nd|rd"
    r"|th)|v\d[\d.]*",
    re.IGNORECASE,
)
_AMOUNT = re.compile(r"\d{1,3}(?:[.,]\d{3})+(?:[.,]\d{1,2})?|\d+[.,]\d{1,2}")


def references(text: str, words: frozenset[str]) -> list[Span]:
    """Order, invoice, booking, tracking, contract, customer and account numbers."""
    spans: list[Span] = []
    if not words.isdisjoint(MARKS):
        spans += [Span(*m.span("value"), "order") for m in _ANNOUNCED.finditer(text) if _is_reference(m)]
        spans += [Span(*m.span("value"), "order") for m in _REFERENCE.finditer(text) if _is_reference(m)]
    if _PREFIX_MARK.search(text):
        spans += [Span(*m.span(), "order") for m in _PREFIXED.finditer(text)]
    if "#" in text:
        spans += [Span(*m.span(), "order") for m in _LONG_HASH.finditer(text)]
    return spans


def _is_reference(match: re.Match[str]) -> bool:
    """Four digits at least (three where a word says it is a number), and no date, period, amount or count."""
    value = match["value"]
    digits = sum(c.isdigit() for c in value)
    link = match.groupdict().get("link", "number") or ""
    says_number = "#" in link or re.search(_NUMBER_WORD, link, re.IGNORECASE) is not None
    is_code = says_number and digits > 0 and len(value) >= 5 and value.isupper()  # a booking's XK4TQM
    if not is_code and digits < (3 if says_number or not value.isdigit() else 4):
        return False
    if _DATE.fullmatch(value) or (_PERIOD.fullmatch(value) and not says_number) or _AMOUNT.fullmatch(value):
        return False
    if not says_number and (re.search(r"\b(?:of|with|and|were|are)\b", link, re.IGNORECASE) and value.isdigit()):
        return digits >= 6
    after = match.string[match.end("value") : match.end("value") + 24]
    return not (value.isdigit() and not says_number and (_COUNTED.match(after) or re.match(r"[.,]\d", after)))
