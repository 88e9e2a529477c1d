"""Tables for spreadsheets: CSV (RFC 4180) in UTF-8 with a byte-order mark, so that every program reads the letters right."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

MEDIA_TYPE = "text/csv; charset=utf-8"
_FORMULA = re.compile(r"[\t\r\n]|[\s\x00-\x1f\x7f-\x9f\u200b-\u200f\u2060\ufeff]*[=+\-@|%]")
"""What a spreadsheet may run: a sign at the beginning, or behind nothing that is seen."""


def csv_table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """A table as a file. None is an empty cell; a text that a spreadsheet could run as a formula is made a plain one."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    writer.writerow([safe(cell) for cell in head])
    writer.writerows([safe(cell) for cell in row] for row in rows)
    return written.getvalue().encode("utf-8-sig", "replace")


def safe(cell: object) -> str | int | float:
    """A cell that no spreadsheet runs: texts that begin like a formula get an apostrophe in front. Numbers stay numbers."""
    if cell is None:
        return ""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return cell
    text = str(cell).replace("\0", "")
    return f"'{text}" if _FORMULA.match(text) else text
