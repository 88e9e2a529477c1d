"""Later changes of a template: each can be taken or left by itself, and nothing of one's own is lost unasked."""

from hypothesis import given
from hypothesis import strategies as st

from cowork.domain.specifications.form import FieldLane
from cowork.domain.specifications.merge import merge
from cowork.domain.specifications.pulling import PullKind, pulls, taken
from tests.domain.specifications.builders import SMALL, Contents
from tests.domain.specifications.strategies import contents

PRIVATE = {(section.key, field.key) for section in SMALL.sections for field in section.fields if field.lane is not FieldLane.SHARED}


def shared(content: Contents) -> Contents:
    kept = {section: {key: v for key, v in answers.items() if (section, key) not in PRIVATE} for section, answers in content.items()}
    return {section: answers for section, answers in kept.items() if answers}


def unordered(content: Contents) -> dict[tuple[str, str], object]:
    """The answers, rows by id: their order is no matter of taking and leaving."""
    return {
        (section, key): {row["id"]: row for row in value} if isinstance(value, list) and value and isinstance(value[0], dict) else value
        for section, answers in content.items()
        for key, value in answers.items()
    }


templates = contents.map(shared)


@given(templates, templates, contents)
def test_taking_nothing_changes_nothing(base: Contents, theirs: Contents, mine: Contents) -> None:
    assert taken(SMALL, base, theirs, mine, ()) == {key: answers for key, answers in mine.items() if answers}
    assert taken(SMALL, base, theirs, mine, ("about.nowhere", "x", "plan.goals.none")) == {k: a for k, a in mine.items() if a}


@given(templates, templates)
def test_who_changed_nothing_and_takes_everything_has_what_they_have(base: Contents, theirs: Contents) -> None:
    found = pulls(SMALL, base, theirs, base)
    assert not any(pull.clashes for pull in found)
    result = taken(SMALL, base, theirs, base, {pull.path for pull in found})
    assert unordered(result) == unordered(theirs)
    assert pulls(SMALL, base, theirs, result) == ()


@given(templates, templates, contents)
def test_nothing_new_is_there_when_the_template_did_not_change(base: Contents, theirs: Contents, mine: Contents) -> None:
    assert pulls(SMALL, base, base, mine) == ()
    assert pulls(SMALL, base, theirs, {**mine, **{k: {**mine.get(k, {}), **a} for k, a in theirs.items()}}) == tuple(
        pull
        for pull in pulls(SMALL, base, theirs, {**mine, **{k: {**mine.get(k, {}), **a} for k, a in theirs.items()}})
        if pull.kind is PullKind.REMOVED
    ), "what is here as there already is no change; only what they took away is"


@given(templates, templates, contents)
def test_where_nothing_clashes_taking_everything_is_the_merge(base: Contents, theirs: Contents, mine: Contents) -> None:
    found = pulls(SMALL, base, theirs, mine)
    if any(pull.clashes for pull in found):
        return
    result = taken(SMALL, base, theirs, mine, {pull.path for pull in found})
    for section in SMALL.sections:
        key = section.key
        merged = merge(SMALL, key, base.get(key, {}), shared(mine).get(key, {}), theirs.get(key, {}))
        assert merged.conflicts == ()
        assert unordered({key: shared(result).get(key, {})}) == unordered({key: merged.values})


@given(templates, templates, contents, st.data())
def test_what_was_taken_does_not_come_again_and_what_was_left_stays(
    base: Contents, theirs: Contents, mine: Contents, data: st.DataObject
) -> None:
    found = pulls(SMALL, base, theirs, mine)
    chosen = data.draw(st.sets(st.sampled_from(sorted(pull.path for pull in found)))) if found else set()
    result = taken(SMALL, base, theirs, mine, chosen)
    again = {pull.path for pull in pulls(SMALL, base, theirs, result)}
    assert again & chosen == set()
    assert again == {pull.path for pull in found} - chosen
    for section, key in PRIVATE:
        assert result.get(section, {}).get(key) == mine.get(section, {}).get(key), "private lanes take no part"


@given(templates, templates, contents)
def test_mine_is_replaced_only_where_the_change_said_so(base: Contents, theirs: Contents, mine: Contents) -> None:
    found = [pull for pull in pulls(SMALL, base, theirs, mine) if not pull.clashes]
    result = taken(SMALL, base, theirs, mine, {pull.path for pull in found})
    before, after = unordered(mine), unordered(result)
    for place, value in before.items():
        if isinstance(value, str) and value != base.get(place[0], {}).get(place[1]):
            assert after.get(place) == value


def test_a_clash_is_said_and_taking_it_replaces_mine() -> None:
    base, theirs, mine = ({"about": {"title": title}} for title in ("Old", "Theirs", "Mine"))
    (pull,) = pulls(SMALL, base, theirs, mine)
    assert (pull.path, pull.clashes, pull.base, pull.theirs, pull.mine) == ("about.title", True, "Old", "Theirs", "Mine")
    assert taken(SMALL, base, theirs, mine, {"about.title"}) == theirs


def test_rows_are_taken_one_by_one() -> None:
    base = {"plan": {"goals": [{"id": "r1", "text": "one"}, {"id": "r2", "text": "two"}]}}
    theirs = {"plan": {"goals": [{"id": "r1", "text": "one, better"}, {"id": "r3", "text": "three"}]}}
    mine = {"plan": {"goals": [{"id": "r1", "text": "one", "size": 4}, {"id": "r2", "text": "two"}, {"id": "r9", "text": "own"}]}}
    found = pulls(SMALL, base, theirs, mine)
    assert [(pull.path, pull.kind, pull.clashes) for pull in found] == [
        ("plan.goals.r1", PullKind.CHANGED, False), ("plan.goals.r3", PullKind.ADDED, False), ("plan.goals.r2", PullKind.REMOVED, False),
    ]  # fmt: skip
    rows = taken(SMALL, base, theirs, mine, {"plan.goals.r1", "plan.goals.r3"})["plan"]["goals"]
    assert {row["id"]: row["text"] for row in rows} == {"r1": "one, better", "r2": "two", "r3": "three", "r9": "own"}  # type: ignore[attr-defined]
    assert rows[0]["size"] == 4  # type: ignore[index]
