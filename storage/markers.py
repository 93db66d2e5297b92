"""What stands where words were: a row without its text would look like a fault of its reader.

Belongs here: the markers, and which columns hold texts. Does not: when words go (``retention``, ``recordings``,
``erasure``).
"""

from __future__ import annotations

#: The text's time is over.
EXPIRED = "[expired]"
#: The recording of the call was refused.
WITHHELD = "[no recording consent]"
#: A mention of a person who was erased.
ERASED = "[erased]"

#: Canonical table → the column that people write freely; everything else is an id, a key or a word of a list.
TEXT_COLUMNS = {"messages": "body", "survey_responses": "verbatim"}
