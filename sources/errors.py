"""What a reader raises when a file as a whole cannot be taken.

Belongs here: exceptions of this room. Does not: faults of single rows (they become excluded rows with a reason).
No message ever holds a cell's value: messages reach logs, and cells hold what customers wrote.
"""

from __future__ import annotations


class WrongShape(ValueError):
    """The file's shape itself is wrong, so it is set aside whole.

    ``message`` says what is wrong and what to do. ``rows_read`` is the number of physical data lines, ``source`` the
    vendor the file seems to come from; ``catalog.read`` fills in what the reader that raises does not know.
    """

    def __init__(
        self,
        message: str,
        rows_read: int | None = None,
        *,
        reason: str = "wrong_shape",
        column: str | None = None,
        source: str = "unknown",
    ) -> None:
        super().__init__(message)
        self.message = message
        self.rows_read = rows_read
        self.reason = reason
        self.column = column
        self.source = source
