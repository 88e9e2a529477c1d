"""Files for spreadsheets: no cell is ever run as a formula."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowork.exports.tables import csv_table


def read(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize(
    "text",
    [
        "=1+1", "+1", "-2", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\u00a0=cmd|' /C calc'!A0", "\ufeff=1", "|x", "%x", "\x85=1",
        "\u200b =1",
    ],
)
def test_a_text_like_a_formula_is_made_plain(text: str) -> None:
    assert read(csv_table(["Title"], [[text]]))[1][0].startswith("'")


def test_numbers_words_and_nothing_stay_what_they_are() -> None:
    rows = read(csv_table(["A", "B", "C", "D"], [[3, -2.5, None, 'Say "Größe", then\nmore']]))
    assert rows == [["A", "B", "C", "D"], ["3", "-2.5", "", 'Say "Größe", then\nmore']]


@given(st.lists(st.lists(st.text(), min_size=2, max_size=2), max_size=5))
def test_any_text_makes_a_table_of_the_same_shape_without_formulas(rows: list[list[str]]) -> None:
    found = read(csv_table(["A", "B"], rows))
    assert [len(row) for row in found] == [2] * (len(rows) + 1)
    assert not [cell for row in found for cell in row if cell.lstrip().startswith(("=", "+", "@"))]
