"""Who wrote which words, by properties over histories of versions."""

from functools import reduce

from hypothesis import given
from hypothesis import strategies as st

from cowork.domain.specifications.authorship import (
    Authorship,
    Stretch,
    advance,
    begin,
    counts,
    packed,
    stretches,
    texts,
    unpacked,
)
from cowork.domain.specifications.compare import tokens
from tests.domain.specifications.builders import SMALL, Contents
from tests.domain.specifications.strategies import contents
from tests.domain.specifications.test_compare import opcodes

phrases = st.lists(st.sampled_from(["red ", "blue ", "naïve ", "x1, ", "\n", "end."]), max_size=8).map("".join)


def history(found: list[Contents]) -> Authorship:
    """The authorship of the last of these versions."""
    first = begin(texts(SMALL, found[0]), 1)
    steps = list(zip(found, found[1:], range(2, len(found) + 1), strict=False))
    return reduce(lambda known, step: advance(known, texts(SMALL, step[0]), texts(SMALL, step[1]), step[2], opcodes), steps, first)


def story(text: str) -> Contents:
    return {"about": {"story": text}} if text else {}


@given(st.lists(contents, min_size=1, max_size=5))
def test_every_word_belongs_to_exactly_one_version(versions: list[Contents]) -> None:
    newest, known = texts(SMALL, versions[-1]), history(versions)
    assert set(known) == set(newest)
    for path, text in newest.items():
        assert sum(count for _, count in known[path]) == len(tokens(text))
        assert all(1 <= owner <= len(versions) and count > 0 for owner, count in known[path])
        assert "".join(part.text for part in stretches(text, known[path])) == text
    assert unpacked(packed(known)) == known


@given(st.lists(phrases, min_size=1, max_size=6))
def test_a_word_belongs_to_a_version_that_holds_it_and_to_none_before_it_came(versions: list[str]) -> None:
    known = history([story(text) for text in versions])
    for part in stretches(versions[-1], known.get("about.story", ())):
        brought = tokens(versions[part.version - 1])
        assert all(word in brought for word in tokens(part.text) if not word.isspace())


@given(st.lists(contents, min_size=2, max_size=6), st.data())
def test_it_can_be_worked_out_from_any_version_on(versions: list[Contents], data: st.DataObject) -> None:
    """What is kept of an earlier version gives the same as walking from the first."""
    start = data.draw(st.integers(1, len(versions) - 1))
    known: Authorship = unpacked(packed(history(versions[:start])))
    for number in range(start, len(versions)):
        known = advance(known, texts(SMALL, versions[number - 1]), texts(SMALL, versions[number]), number + 1, opcodes)
    assert known == history(versions)


@given(contents, contents)
def test_what_does_not_change_keeps_its_version(one: Contents, other: Contents) -> None:
    assert history([one, one, one]) == begin(texts(SMALL, one), 1)
    gone_and_back = history([one, {}, one])
    assert all(owner == 3 for runs in gone_and_back.values() for owner, _ in runs), "typed again, it belongs to whoever did"
    assert set(history([one, other])) == set(texts(SMALL, other))


def test_each_side_gets_the_words_that_it_brought_in() -> None:
    known = history([story("We need people."), story("We need trained people."), story("We need well trained young people.")])
    found = {"about.story": "We need well trained young people."}
    assert [Stretch(part.text.strip(), part.version) for part in stretches(found["about.story"], known["about.story"])] == [
        Stretch("We need", 1), Stretch("well", 3), Stretch("trained", 2), Stretch("young", 3), Stretch("people.", 1),
    ]  # fmt: skip
    assert counts(found, known, {1: "harbour", 2: "northfield", 3: "northfield"}) == {"about": {"harbour": 3, "northfield": 3}}
    assert counts(found, known, {}) == {"about": {"": 6}}


def test_a_moved_row_keeps_its_writers() -> None:
    def goals(*rows: tuple[str, str]) -> Contents:
        return {"plan": {"goals": [{"id": key, "text": text} for key, text in rows]}}

    known = history([goals(("a", "one goal"), ("b", "two")), goals(("b", "two"), ("a", "one big goal"))])
    assert known["plan.goals.b.text"] == ((1, 1),)
    assert known["plan.goals.a.text"][0][0] == 1


def test_tags_count_and_choices_do_not() -> None:
    found = texts(SMALL, {"about": {"tags": ["open data", "law"], "kind": "a", "count": 3, "title": "A title"}})
    assert found == {"about.title": "A title", "about.tags": "open data; law"}
