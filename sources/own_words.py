"""Words that companies use for what the platform calls by one name: columns, stages, roles, channels, states.

Belongs here: lists for proposals, in English, German, French and Spanish. Does not: choosing among them
(``proposals``). A word missing here costs a proposal, never a row: nothing is read by these lists.
"""

from __future__ import annotations


def _lists(text: str) -> dict[str, tuple[str, ...]]:
    """``name: word, word`` a line; an indented line goes on with the one before."""
    pairs = (line.split(":", 1) for line in text.strip().replace("\n  ", " ").splitlines())
    return {name.strip(): tuple(word.strip() for word in words.split(",")) for name, words in pairs}


#: Canonical column → what companies call it.
COLUMNS = _lists("""
account_id: account id, account, customer id, customer number, client id, company id, kundennummer, kunden nr, kunde,
  kunden id, mandant, debitor, numero client, id client, numero de cliente, id cliente
account_name: account name, company, company name, customer name, firma, firmenname, kundenname, unternehmen, name,
  societe, nom client, empresa, nombre cliente
person_id: person id, contact id, user id, ansprechpartner, ansprechpartner nr, kontakt, kontakt id, kontaktnummer,
  benutzer, nutzer, personennummer, contact, id contacto, utilisateur
role: role, job title, title, function, rolle, funktion, position, aufgabe, fonction, poste, cargo, rol
email: email, e mail, mail, e mail adresse, mailadresse, courriel, correo
full_name: full name, person name, name, vollstaendiger name, nom complet, nombre completo
segment: segment, customer segment, kundensegment, groessenklasse
region: region, gebiet, land, country, pays, pais
product_line: product line, product, produkt, produktlinie, sparte, produit, producto
arr_usd: arr, annual recurring revenue, jahreswert, vertragswert, chiffre annuel, valor
  anual
currency: currency, waehrung, devise, moneda
created_on: customer since, kunde seit, client depuis, cliente desde
stage: stage, phase, journey stage, lifecycle, kundenphase, etappe, etapa
entered_at: entered at, since, from, seit, beginn, eingetreten am, ab, phase seit, depuis, desde
contract_id: contract id, contract number, vertragsnummer, vertrag, numero contrat, contrato
starts_on: starts on, start date, start, begin, beginnt am, vertragsbeginn, laufzeitbeginn, debut, inicio
renews_on: renews on, renewal date, end date, vertragsende, laufzeitende, verlaengerung am, echeance, vencimiento
outcome: outcome, result, ergebnis, ausgang, resultat, resultado
response_id: response id, response, answer id, antwort, antwort nr, antwortnummer, ruecklauf, reponse, respuesta
survey_type: survey type, kind of survey, umfrageart, befragung, umfrage, type enquete, tipo de encuesta
score: score, rating, answer, note, bewertung, punkte, wert, antwortwert, puntuacion
scale_min: scale min, lowest, skala von, minimum
scale_max: scale max, highest, skala bis, maximum
answered_at: answered at, answered on, answer date, beantwortet am, antwortdatum, eingegangen am, repondu le,
  respondido el
verbatim: verbatim, comment, feedback, freitext, kommentar, begruendung, bemerkung, commentaire, comentario
invitation_id: invitation id, einladung, einladungsnummer
ticket_id: ticket id, ticket, ticket number, case id, case number, issue id, fallnummer, fall, fall nr, vorgang,
  vorgangsnummer, ticketnummer, anliegen nr, numero ticket, numero de caso
created_at: created at, created, opened at, open date, eroeffnet am, eroeffnet, erstellt am, angelegt am, erstellt,
  eingang, cree le, ouvert le, creado el
priority: priority, urgency, severity, prioritaet, dringlichkeit, priorite, prioridad
status: status, state, zustand, etat, estado
is_escalated: escalated, is escalated, eskaliert, escalade
first_reply_at: first reply at, first response, erste antwort, erste antwort am, erstreaktion
resolved_at: resolved at, solved at, closed at, geloest am, erledigt am, geschlossen am, resolu le, resuelto el
n_reopens: reopens, reopened, wiederoeffnungen
n_transfers: transfers, uebergaben, weiterleitungen
topic: topic, category, subject area, thema, kategorie, anliegen, sujet, categorie, tema
message_id: message id, message, nachricht, nachricht nr, nachrichtennummer, nachricht id, beitrag, mensaje
channel: channel, medium, kanal, kontaktweg, canal
author_kind: author kind, author, author type, sender, verfasser, absender, autor, von, auteur, remitente
body: body, text, message text, content, inhalt, nachrichtentext, wortlaut, texte, texto, mitteilung
sent_at: sent at, sent on, date sent, gesendet am, geschrieben am, datum, zeitpunkt, envoye le, enviado el
conversation_id: conversation id, thread, gespraech, unterhaltung, konversation
is_public: is public, public, oeffentlich, sichtbar
language: language, sprache, langue, idioma
metric: metric, measure, kennzahl, messgroesse
used_on: used on, day, date, tag, datum, nutzungstag, jour, dia
value: value, count, amount, wert, anzahl, menge, valeur, valor
purpose: purpose, zweck
recorded_at: recorded at, erfasst am
state: state, consent, einwilligung, consentement
updated_at: updated at, changed at, last modified, geaendert am, letzte aenderung, modifie le
is_deleted: is deleted, deleted, geloescht
""")

#: Canonical table → what companies call files of it.
TABLES = _lists("""
accounts: accounts, customers, companies, clients, kunden, kundenstamm, firmen, clientes
people: people, contacts, users, persons, ansprechpartner, kontakte, personen, contactos
stage_history: stages, stage history, lifecycle, phasen, kundenphasen, etapes
contracts: contracts, renewals, vertraege, contrats, contratos
survey_responses: surveys, survey responses, responses, feedback, nps, csat, umfrage, umfragen, befragung,
  zufriedenheit, encuestas
tickets: tickets, cases, issues, faelle, vorgaenge, anliegen, stoerungen, casos
messages: messages, comments, mails, emails, chats, calls, posts, nachrichten, beitraege, korrespondenz, mensajes
usage: usage, logins, activity, nutzung, aktivitaet
""")

#: Canonical column → our word → what companies call it.
VALUES: dict[str, dict[str, tuple[str, ...]]] = {
    "stage": _lists("""
awareness: awareness, prospecting, lead, interest, target, interessent, ansprache, akquise, erstkontakt, bekanntheit,
  prospect, prospecto
evaluation: evaluation, trial, proof of concept, poc, demo, assessment, pruefung, test, testphase, bedarfsanalyse,
  vorauswahl, essai, evaluacion
purchase: purchase, proposal, quote, negotiation, offer, contracting, angebot, verhandlung, abschluss, bestellung,
  kauf, achat, negociation, compra
onboarding: onboarding, implementation, kick off, setup, go live, einfuehrung, einrichtung, inbetriebnahme,
  einarbeitung, rollout, mise en route, implantacion
adoption: adoption, usage, live, active, nutzung, regelbetrieb, betrieb, anwendung, bestandskunde, utilisation,
  adopcion
value: value, success, expansion, ausbau, mehrwert, erfolg, wertschoepfung, valeur, valor
renewal: renewal, extension, verlaengerung, vertragsverlaengerung, erneuerung, renouvellement, renovacion
advocacy: advocacy, reference, champion, promoter, evangelist, referenz, empfehlung, empfehler, fuersprecher,
  referenzkunde, recommandation
"""),
    "role": _lists("""
buyer: buyer, purchasing, procurement, decision maker, budget holder, economic buyer, einkauf, einkaeufer,
  einkaeuferin, leiter einkauf, beschaffung, entscheider, entscheiderin, acheteur, achats, comprador, compras
user: user, end user, admin, administrator, key user, operator, anwender, anwenderin, nutzer, nutzerin, benutzer,
  sachbearbeiter, sachbearbeiterin, fachanwender, utilisateur, usuario
executive: executive, executive sponsor, sponsor, ceo, cio, cto, cfo, director, vp, managing director,
  geschaeftsfuehrer, geschaeftsfuehrerin, geschaeftsfuehrung, geschaeftsleitung, vorstand, direktor, directeur,
  directora
"""),
    "priority": _lists("""
urgent: urgent, critical, p1, blocker, kritisch, dringend, sehr hoch, sofort, urgente
high: high, p2, hoch, haute, alta
normal: normal, medium, p3, mittel, standard, moyenne, media
low: low, p4, niedrig, gering, basse, baja
"""),
    "channel": _lists("""
ticket: ticket, portal, web form, formular, webformular
chat: chat, messenger, whatsapp
email: email, e mail, mail, courriel, correo
call: call, phone, telephone, telefon, anruf, telefonat, appel, llamada
social: social, social media, twitter, facebook, linkedin, instagram
community: community, forum, foro
review: review, app store, rezension, bewertung, avis, resena
"""),
    "author_kind": _lists("""
customer: customer, client, user, kunde, kundin, kundenseite, cliente
agent: agent, employee, support, internal, mitarbeiter, mitarbeiterin, intern, bearbeiter, berater, agente
bot: bot, system, automatic, automatisch, automat
"""),
    "outcome": _lists("""
renewed: renewed, won, verlaengert, renouvele, renovado
expanded: expanded, upsell, erweitert, ausgebaut
contracted: contracted, downsell, verkleinert, reduziert
churned: churned, lost, cancelled, gekuendigt, verloren, beendet, resilie, cancelado
"""),
    "survey_type": _lists("""
nps: nps, net promoter score, weiterempfehlung
csat: csat, satisfaction, zufriedenheit
ces: ces, effort, aufwand
psat: psat, product satisfaction, produktzufriedenheit
"""),
    "boolean": _lists("""
true: true, yes, y, ja, j, wahr, oui, vrai, si
false: false, no, n, nein, falsch, non, faux
"""),
    "touchpoint": _lists("""
trial: trial, testzugang, probe
pre_sales: pre sales, presales, vorvertrieb
purchase: purchase, order, billing, bestellung, bestellwesen, kauf
onboarding: onboarding, einrichtung, einarbeitung
implementation: implementation, einfuehrung, inbetriebnahme
renewal: renewal, verlaengerung, vertragsverlaengerung
reference: reference, referenz
"""),
}
