"""All faults of the campaign, and which of them can befall which kind of file.

Belongs here: the list. Does not: the faults themselves.
"""

from __future__ import annotations

from collections.abc import Callable

from tests.faults import faults_of_bytes as of_bytes
from tests.faults import faults_of_tables as of_tables
from tests.faults import faults_of_values as of_values
from tests.faults.faulty import Draw, Faulty
from tests.faults.good_deliveries import Good

Fault = Callable[[Draw, Good], Faulty]
ANY: tuple[Fault, ...] = (
    of_bytes.cut_at_any_byte,
    of_bytes.cut_gzip,
    of_bytes.gzip_with_a_wrong_byte,
    of_bytes.packed_twice,
    of_bytes.utf16_with_a_mark,
    of_bytes.utf16_without_a_mark,
    of_bytes.utf8_mark,
    of_bytes.bytes_that_are_no_utf8,
    of_bytes.nul_byte,
    of_bytes.another_encoding_throughout,
    of_bytes.line_ends,
    of_bytes.empty,
    of_bytes.wrong_extension,
    of_bytes.alone_in_a_zip,
    of_bytes.zip_with_a_hostile_member,
    of_tables.shuffled_rows,
    of_tables.row_twice,
    of_values.odd_number,
    of_values.odd_time,
    of_values.odd_text,
    of_values.long_cell,
)
OF_CSV: tuple[Fault, ...] = (
    of_tables.reordered_columns,
    of_tables.missing_column,
    of_tables.renamed_column,
    of_tables.doubled_column,
    of_tables.new_column,
    of_tables.too_many_columns,
    of_tables.retyped_column,
    of_tables.header_only,
    of_tables.no_header,
    of_tables.other_separator,
    of_tables.ragged_row,
    of_tables.unclosed_quote,
    of_tables.trailer_line,
    of_tables.repeated_header,
)
OF_JSON: tuple[Fault, ...] = (
    of_values.no_object,
    of_values.pretty_printed,
    of_values.one_object_alone,
    of_values.damaged_json,
    of_values.other_type,
    of_values.literal_that_is_no_json,
    of_values.lone_surrogate,
    of_values.deep_nesting,
    of_values.doubled_key,
    of_values.lost_key,
    of_values.new_key,
)
FAULTS: tuple[Fault, ...] = (*ANY, *OF_CSV, *OF_JSON)


def applies(fault: Fault, good: Good) -> bool:
    """Whether this fault can befall this kind of file."""
    return good.form == "csv" if fault in OF_CSV else good.form != "csv" if fault in OF_JSON else True
