"""Personal data out of text: each value replaced by its kind, ``[email]``. Pure, text to text.

Belongs here: what identifies a person by its form (numbers with checksums, addresses, secrets), and the names of an
account's people. Does not: reading people from disk, deciding whose directory a text gets (``touches``), cleaning.

The way of a text: ``folding`` (what a reader sees, with a map back) → patterns and checksums (``web``, ``secrets``,
``bank_numbers``, ``national_ids``, ``references``, ``street_addresses``, ``phones``) → names (``names``,
``salutations``).
"""

from models_nlp.redaction.engine import redact
from models_nlp.redaction.names import Directories, Directory, directory

__all__ = ["Directories", "Directory", "directory", "redact"]
