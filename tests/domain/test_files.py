"""What is said of files, until when they count, and what reviews are bound to."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowork.domain.errors import Invalid
from cowork.domain.files import (
    Attached,
    Currency,
    FileKind,
    Particulars,
    Place,
    attached,
    check_reason,
    checked,
    currency,
    digests,
    facts,
    from_rows,
    place_of,
    to_rows,
)
from cowork.domain.ids import OrganisationId
from cowork.domain.office_files import archive_problem
from cowork.domain.specifications import forms

FORM = forms.load(next(iter(forms.sources().values())))
OURS = OrganisationId("ours")
SAID = Particulars(FileKind.SURVEY, "A survey", None, date(2026, 1, 1), date(2026, 12, 31), Place("need"))
DAYS = st.none() | st.dates(date(2020, 1, 1), date(2040, 1, 1))
KINDS = st.sampled_from([kind.value for kind in FileKind])
FILES = st.lists(st.builds(Attached, st.sampled_from(["", "need", "legal"]), KINDS, DAYS, st.text("0a", min_size=1)), max_size=6)


def test_a_file_counts_up_to_and_including_its_last_day() -> None:
    day = date(2026, 3, 31)
    assert currency(day, day) is Currency.SOON
    assert currency(day, day + timedelta(days=1)) is Currency.EXPIRED
    assert currency(day, day - timedelta(days=31)) is Currency.CURRENT
    assert currency(None, day) is Currency.CURRENT


def test_particulars_are_tidied() -> None:
    found = checked(FORM, replace(SAID, title="  A \n survey\0 "), frozenset({OURS}), ())
    assert found.title == "A survey"


@pytest.mark.parametrize(
    ("said", "field"),
    [
        (replace(SAID, title=" "), "title"),
        (replace(SAID, title="x" * 201), "title"),
        (replace(SAID, lane=OrganisationId("theirs")), "lane"),
        (replace(SAID, expires=date(2025, 12, 31)), "expires"),
        (replace(SAID, place=Place("nowhere")), "place"),
        (replace(SAID, place=Place("need", "nothing")), "place"),
        (replace(SAID, place=Place("need", "evidence", "gone")), "place"),
        (replace(SAID, place=Place("", "evidence")), "place"),
        (replace(SAID, place=Place("need", "problem", "row")), "place"),
    ],
)
def test_what_does_not_fit_is_named(said: Particulars, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        checked(FORM, said, frozenset({OURS}), ("here",))
    assert field in dict(refused.value.problems)


def test_private_questions_are_no_place_for_a_file() -> None:
    private = [(s.key, f.key) for s in FORM.sections for f in s.fields if f.lane.value != "shared"]
    assert private, "the form has private questions"
    with pytest.raises(Invalid):
        checked(FORM, replace(SAID, place=Place(*private[0])), frozenset(), ())


@given(st.text("abc", min_size=0, max_size=3), st.text("abc", max_size=3), st.text("abc", max_size=3))
def test_a_place_is_one_word_and_back(section: str, field: str, row: str) -> None:
    place = Place(section, field if section else "", row if section and field else "")
    assert place_of(place.key) == place


@given(FILES, st.randoms())
def test_digests_do_not_depend_on_order_and_no_file_is_no_digest(files: list[Attached], random: object) -> None:
    shuffled = list(files)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis' own
    assert digests(files) == digests(shuffled)
    assert from_rows(to_rows(files)) == from_rows(to_rows(shuffled))
    assert digests(from_rows(to_rows(files))) == digests(files)
    assert digests([]) == {}
    sections = {f"{one.section}#files" if one.section else "files" for one in files}
    assert set(digests(files)) == sections


def test_whatever_is_shown_of_a_file_is_part_of_its_digest() -> None:
    base = attached(SAID, 1, "c" * 64)
    others = [
        attached(replace(SAID, kind=FileKind.OTHER), 1, "c" * 64), attached(replace(SAID, title="Another"), 1, "c" * 64),
        attached(replace(SAID, dated=None), 1, "c" * 64), attached(replace(SAID, expires=None), 1, "c" * 64),
        attached(replace(SAID, place=Place()), 1, "c" * 64), attached(SAID, 2, "c" * 64), attached(SAID, 1, "d" * 64),
    ]  # fmt: skip
    assert len({base.digest, *(other.digest for other in others)}) == 1 + len(others)


def test_facts_count_what_had_not_expired() -> None:
    surveys = [Attached("", "survey", date(2026, 1, 1), "a"), Attached("", "survey", None, "b")]
    files = [*surveys, Attached("", "minutes", date(2025, 1, 1), "c")]
    assert facts(files, date(2026, 1, 1)) == {"survey": 2}
    assert facts(files, date(2026, 1, 2)) == {"survey": 1}


def test_a_reason_is_asked_for() -> None:
    assert check_reason(" It was\nwrong. ") == "It was wrong."
    for reason in (" \0 ", "x" * 501):
        with pytest.raises(Invalid):
            check_reason(reason)


def test_bytes_that_are_no_archive_are_damaged() -> None:
    assert "damaged" in archive_problem("docx", b"nothing")
