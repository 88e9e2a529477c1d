"""Searching in lists of codes: what is found, what comes first, and that nothing that fits is left out."""

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowork.domain.specifications import codes
from cowork.domain.specifications.codes import Code
from cowork.domain.specifications.finding import Found, Index, fold, index_of


@cache
def index(name: str) -> Index:
    return index_of(codes.shipped(name))


def labels(name: str, query: str, most: int = 20) -> list[str]:
    return [found.code.label for found in index(name).find(query, most)]


@pytest.mark.parametrize(
    ("name", "query", "first"),
    [
        ("esco-occupations", "software developer", "software developer"),
        ("esco-occupations", "SOFTWARE  Developer", "software developer"),
        ("esco-occupations", "soft dev", "software developer"),
        ("esco-occupations", "developer software", "software developer"),
        ("esco-occupations", "sofware devloper", "software developer"),
        ("esco-occupations", "sofwtare", "software tester"),
        ("esco-occupations", "2512.4", "software developer"),
        ("esco-occupations", "http://data.europa.eu/esco/occupation/f2b15a0e-e65a-438a-affb-29b9d50b77d1", "software developer"),
        ("esco-occupations", "clöud", "cloud engineer"),
        ("esco-occupations", "cloud security engineer", "cloud engineer"),
        ("esco-occupations", "nurse", "nurse assistant"),
        ("isced-f", "0612", "Database and network design and administration"),
        ("isced-f", "nursing", "Nursing and midwifery"),
        ("iso639-1", "castilian", "Spanish"),
        ("iso639-1", "allemand", "German"),
        ("iso3166-1", "cote", "Côte d’Ivoire"),
        ("iso3166-1", "deu", "Germany"),
        ("levels", "nfq 8", "NFQ level 8 (Ireland)"),
        ("levels", "eqf 7", "EQF level 7"),
    ],
)
def test_what_is_meant_comes_first(name: str, query: str, first: str) -> None:
    assert labels(name, query)[0] == first


def test_the_other_name_by_which_something_was_found_is_said() -> None:
    assert index("iso639-1").find("castil")[0] == Found(next(c for c in codes.shipped("iso639-1").entries if c.code == "es"), "Castilian")
    assert index("iso639-1").find("spanish")[0].other == ""


def test_a_whole_word_comes_before_the_beginning_of_a_longer_one() -> None:
    found = labels("esco-occupations", "nurse")
    assert found.index("nurse responsible for general care") < found.index("nursery school head teacher")


def test_a_code_finds_what_lies_under_it() -> None:
    assert {found.code.code[:4] for found in index("esco-occupations").find("2512", 50)} == {"2512"}


def test_nothing_typed_gives_the_beginning_of_the_list() -> None:
    assert labels("eqf", "  ") == [f"EQF level {level}" for level in range(1, 9)]
    assert len(index("esco-occupations").find("", 7)) == 7


@pytest.mark.parametrize("query", ["xyzzyqq", "!!!", "\ud800", "%_*", "' OR 1=1", "\u202e", "٣", "zz" * 500])
def test_odd_queries_are_answered_quietly(query: str) -> None:
    assert isinstance(index("esco-occupations").find(query), tuple)


ENTRIES = codes.shipped("esco-occupations").entries


@given(st.sampled_from(ENTRIES))
def test_every_entry_is_the_first_to_be_found_by_its_own_name_or_code(entry: Code) -> None:
    assert fold(index("esco-occupations").find(entry.label)[0].code.label) == fold(entry.label)
    assert index("esco-occupations").find(entry.code)[0].code.code == entry.code


@given(st.sampled_from(ENTRIES), st.data())
def test_every_entry_is_found_by_the_beginnings_of_its_words_in_any_order(entry: Code, data: st.DataObject) -> None:
    words = data.draw(st.permutations(fold(entry.label).split()[:8]))
    typed = " ".join(word[: data.draw(st.integers(1, len(word)))] for word in words)
    assert entry in [found.code for found in index("esco-occupations").find(typed, len(ENTRIES))]


@given(st.sampled_from([word for entry in ENTRIES for word in fold(entry.label).split() if len(word) > 5]), st.data())
def test_one_slip_in_a_word_does_not_hide_it(word: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(1, 4))
    start, rest = word[:at], word[at + 1 :]
    swapped = start + word[at + 1] + word[at] + word[at + 2 :]
    typed = data.draw(st.sampled_from([start + rest, swapped, f"{start}q{rest}", f"{start}q{word[at:]}"]))
    found = {known for one in index("esco-occupations").find(typed, len(ENTRIES)) for known in fold(one.code.label).split()}
    assert any(known.startswith(typed) for known in found) or word in found


@given(st.text(max_size=60))
def test_folding_is_idempotent_and_leaves_words_of_letters_and_digits(text: str) -> None:
    folded = fold(text)
    assert fold(folded) == folded
    assert all(letter.isalnum() or letter == " " for letter in folded)


@given(st.text(max_size=40))
def test_the_same_is_found_with_accents_in_upper_case_and_with_more_spaces(query: str) -> None:
    plain = fold(query)
    assert index("esco-skills").find(f"  {plain.upper()} ") == index("esco-skills").find(plain.upper())
