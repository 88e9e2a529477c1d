"""Three-way merge: nothing saved is overwritten in silence, nothing typed is lost."""

from hypothesis import given

from cowork.domain.conditions import Value
from cowork.domain.specifications.merge import FieldConflict, Merged, merge
from cowork.domain.specifications.values import row_ids
from tests.domain.specifications.builders import SMALL, Contents
from tests.domain.specifications.strategies import contents

Answers = dict[str, Value]


def both(base: Contents, current: Contents, mine: Contents) -> list[Merged]:
    return [merge(SMALL, key, base.get(key, {}), current.get(key, {}), mine.get(key, {})) for key in ("about", "plan")]


def values(content: Contents) -> list[Answers]:
    return [content.get(key, {}) for key in ("about", "plan")]


@given(contents, contents)
def test_when_nobody_else_saved_mine_is_the_result(base: Contents, mine: Contents) -> None:
    assert both(base, base, mine) == [Merged(answers, ()) for answers in values(mine)]


@given(contents, contents)
def test_when_i_changed_nothing_the_saved_answers_stay(base: Contents, current: Contents) -> None:
    assert both(base, current, base) == [Merged(answers, ()) for answers in values(current)]


@given(contents, contents)
def test_the_same_change_on_both_sides_is_no_conflict(base: Contents, same: Contents) -> None:
    assert both(base, same, same) == [Merged(answers, ()) for answers in values(same)]


@given(contents, contents, contents)
def test_both_sides_meet_the_same_conflicts(base: Contents, current: Contents, mine: Contents) -> None:
    for there, back in zip(both(base, current, mine), both(base, mine, current), strict=True):
        assert {conflict.path for conflict in there.conflicts} == {conflict.path for conflict in back.conflicts}


@given(contents, contents, contents)
def test_a_conflict_keeps_all_three_answers(base: Contents, current: Contents, mine: Contents) -> None:
    for merged in both(base, current, mine):
        for conflict in merged.conflicts:
            assert conflict.current != conflict.mine
            assert conflict.base != conflict.mine
            assert conflict.base != conflict.current


@given(contents, contents, contents)
def test_a_row_on_either_side_is_kept_unless_a_side_removed_it(base: Contents, current: Contents, mine: Contents) -> None:
    merged = both(base, current, mine)[1]
    was, now, wanted = (set(row_ids(content, "plan.goals")) for content in (base, current, mine))
    result = set(row_ids({"plan": merged.values}, "plan.goals"))
    assert (now | wanted) - was <= result <= now | wanted
    assert now & wanted <= result


def one(base: Answers, current: Answers, mine: Answers, section: str = "about") -> Merged:
    return merge(SMALL, section, base, current, mine)


def test_different_fields_changed_by_two_people_are_both_kept() -> None:
    assert one({"title": "T"}, {"title": "U"}, {"title": "T", "story": "S"}) == Merged({"title": "U", "story": "S"}, ())


def test_the_same_field_changed_by_two_people_is_a_conflict_that_leaves_the_saved_answer() -> None:
    merged = one({"title": "T"}, {"title": "U"}, {"title": "V"})
    assert merged == Merged({"title": "U"}, (FieldConflict("about.title", "T", "U", "V"),))


def test_clearing_an_answer_that_another_changed_is_a_conflict() -> None:
    assert one({"title": "T"}, {"title": "U"}, {}).conflicts == (FieldConflict("about.title", "T", "U", None),)


def test_tags_and_choices_merge_by_their_entries() -> None:
    assert one({"tags": ["a", "b"]}, {"tags": ["a", "b", "c"]}, {"tags": ["b", "d"]}).values == {"tags": ["b", "c", "d"]}
    assert one({"tones": ["mi"]}, {"tones": ["re", "mi"]}, {"tones": ["do", "mi"]}).values == {"tones": ["do", "re", "mi"]}


def rows(*found: tuple[str, str]) -> Answers:
    return {"goals": [{"id": row_id, "text": text} for row_id, text in found]}


def test_rows_added_by_two_people_are_both_kept_in_place() -> None:
    merged = one(rows(("a", "1"), ("b", "2")), rows(("a", "1"), ("x", "X"), ("b", "2")), rows(("a", "1"), ("b", "2"), ("y", "Y")), "plan")
    assert merged == Merged(rows(("a", "1"), ("x", "X"), ("b", "2"), ("y", "Y")), ())


def test_columns_of_one_row_changed_by_two_people_are_both_kept() -> None:
    base: Answers = {"goals": [{"id": "a", "text": "1", "size": 1}]}
    merged = one(base, {"goals": [{"id": "a", "text": "2", "size": 1}]}, {"goals": [{"id": "a", "text": "1", "size": 3}]}, "plan")
    assert merged == Merged({"goals": [{"id": "a", "text": "2", "size": 3}]}, ())


def test_the_same_column_changed_by_two_people_is_a_conflict_of_that_column() -> None:
    merged = one(rows(("a", "1"), ("b", "2")), rows(("a", "x"), ("b", "2")), rows(("a", "y"), ("b", "3")), "plan")
    assert merged == Merged(rows(("a", "x"), ("b", "3")), (FieldConflict("plan.goals.a.text", "1", "x", "y"),))


def test_a_row_that_one_removed_and_another_changed_is_a_conflict() -> None:
    removed = one(rows(("a", "1"), ("b", "2")), rows(("b", "2")), rows(("a", "x"), ("b", "2")), "plan")
    assert removed.values == rows(("b", "2"))
    assert [(c.path, c.current, c.mine) for c in removed.conflicts] == [("plan.goals.a", None, {"id": "a", "text": "x"})]
    changed = one(rows(("a", "1"), ("b", "2")), rows(("a", "x"), ("b", "2")), rows(("b", "2"), ("c", "3")), "plan")
    assert changed.values == rows(("a", "x"), ("b", "2"), ("c", "3"))
    assert [(c.path, c.mine) for c in changed.conflicts] == [("plan.goals.a", None)]


def test_my_new_order_stands_when_nobody_else_re_ordered() -> None:
    merged = one(rows(("a", "1"), ("b", "2")), rows(("a", "1"), ("b", "x")), rows(("b", "2"), ("a", "1")), "plan")
    assert merged == Merged(rows(("b", "x"), ("a", "1")), ())
