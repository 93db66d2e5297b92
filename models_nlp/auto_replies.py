"""Out-of-office notes and other automatic replies: a mailbox wrote them, no customer.

Belongs here: how they read in English, German, French and Spanish. Does not: bots (the reader knows them by author),
who may be scored (``eligibility``).
Complaints speak of automatic replies too ("all I got was an automatic reply"), so a phrase alone is never enough: the
text either opens as such a reply does, or says both that its writer is away and what happens meanwhile.
"""

from __future__ import annotations

import re

# What stands here is searched: an out-of-office note says so at once.
_OPENING = 400

_HEADING = re.compile(
    r"(?:(?:re|aw|sv|fwd?|tr|wg) ?: ?)?(?:\[[^\]]{1,30}\] ?)?"
    r"(?:automatic (?:reply|response)|auto[- ]?(?:reply|response|responder)|out[- ]of[- ](?:the[- ])?office"
    r"(?: (?:reply|notice|message|autoreply))?|abwesenheits(?:notiz|meldung|nachricht|assistent)|automatische antwort"
    r"|nicht im b(?:ü|ue)ro|r(?:é|e)ponse automatique|(?:message|notification) d'absence|absence du bureau"
    r"|respuesta autom(?:á|a)tica|fuera de (?:la )?oficina|ausencia de (?:la )?oficina)"
    r" ?(?:[:!.–—(|-]|$)",
    re.IGNORECASE,
)
_MACHINE = re.compile(
    r"(?:hello|hi|dear [^,]{1,40}|hallo|guten tag|bonjour|hola|buenos d(?:í|i)as)?[ ,!.]{0,3}"
    r"(?:(?:this is|please note that this is) an (?:automatic|automated|auto-generated) (?:reply|response|e-?mail"
    r"|message)"
    r"|(?:dies|das) ist eine automatische (?:antwort|nachricht|e-?mail)|diese (?:nachricht|e-?mail) wurde automatisch"
    r"|ceci est (?:une r(?:é|e)ponse|un message) automatique"
    r"|(?:este|esta) es (?:un mensaje|una respuesta) autom(?:á|a)tic)",
    re.IGNORECASE,
)
_AWAY = re.compile(
    r"\bi(?:'m| am| will be)(?: \w+){0,2} (?:out of (?:the )?office|away (?:from|until|on)|on (?:\w+ )?(?:leave"
    r"|vacation|holidays?|pto)|traveling|travelling)\b|\bi have (?:no|limited) access to (?:my )?e?-?mail"
    r"|\bich bin(?: \S+){0,6} (?:nicht (?:im (?:b(?:ü|ue)ro|haus)|erreichbar|am arbeitsplatz)|abwesend|im urlaub"
    r"|au(?:ß|ss)er haus|in elternzeit)|\bich befinde mich(?: \S+){0,5} (?:im urlaub|au(?:ß|ss)er haus|in elternzeit)"
    r"|\bje (?:suis|serai)(?: \S+){0,4} (?:absente?|en (?:cong(?:é|e)s?|vacances|d(?:é|e)placement)|indisponible)"
    r"|\b(?:estoy|estar(?:é|e)|me encuentro)(?: \S+){0,4} (?:fuera de (?:la )?oficina|de vacaciones|ausente|de baja)",
    re.IGNORECASE,
)
# Without one of these nothing of the above can match: looking for them costs a tenth.
_AWAY_HINTS = (
    *("office", "away ", "leave", "vacation", "holiday", "pto", "travel", "access to"),
    *("ich bin", "ich befinde", "je suis", "je serai", "estoy", "estar", "me encuentro"),
)
_MEANWHILE = re.compile(
    r"\bi(?:'ll| will| shall)(?: \w+){0,2} (?:return|respond|reply|answer|get back|be back)|\b(?:back|returning) on\b"
    r"|\b(?:urgent|emergenc|immediate assistance|in my absence|limited access|no access)"
    r"|\b(?:ab|bis)(?: (?:zum|dem))?(?: \S+){0,4} (?:wieder|zur(?:ü|ue)ck|erreichbar)|wieder (?:da|erreichbar|im b)"
    r"|\bdringend|\bwenden sie sich|nicht weitergeleitet|\bvertret"
    r"|\bde retour|\burgence|\burgente?s?\b|\bveuillez contacter|\bmerci de contacter|\bpendant mon absence"
    r"|\b(?:volver(?:é|e)|regres(?:o|ar(?:é|e)))\b|\bresponder(?:é|e)\b|\ba mi (?:regreso|vuelta)|\bdurante mi ausencia"
    r"|\bp(?:ó|o)ngase en contacto",
    re.IGNORECASE,
)


def is_auto_reply(text: str) -> bool:
    """True if a cleaned text is an automatic reply. Linear in its opening."""
    opening = text[:_OPENING]
    if _HEADING.match(opening) or _MACHINE.match(opening):
        return True
    lowered = opening.lower()
    if not any(hint in lowered for hint in _AWAY_HINTS):
        return False
    return bool(_AWAY.search(opening) and _MEANWHILE.search(text[: 2 * _OPENING]))
