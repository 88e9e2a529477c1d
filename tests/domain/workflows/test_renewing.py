"""Stages that begin anew because of a change: no edit turns an objection into consent, an approval into a lapse, or votes into none."""

from dataclasses import replace

import pytest

from cowork.domain.workflows.loading import load
from cowork.domain.workflows.renewing import renewed
from tests.domain.workflows.plays import Play

HEAD = 'key = "flow"\nversion = 1\ntitle = "Flow"\ndescription = "A flow."\nsource = "Ours."\n'
EDITOR = """
[[stage]]
key = "editor"
title = "Editor"
kind = "check"
edits = ["outcomes"]
{how}
seat = [{{ key = "editor", side = "university", office = "editor", title = "Editor", rule = "any" }}]
"""
VOTE = '{ majority = true, of = "votes", quorum = "majority"'
EDIT = "outcomes.items becomes 3"


def flow(kind: str, more: str, rule: str = "", how: str = "") -> Play:
    """One stage of three people, and one that lets the authors edit."""
    seat = f'key = "deans", side = "university", office = "dean", title = "Deans"{f", rule = {rule}" if rule else ""}'
    first = f'\n[[stage]]\nkey = "first"\ntitle = "First"\nkind = "{kind}"\n{more}\nseat = [{{ {seat} }}]\n'
    return Play(load(HEAD + first + EDITOR.format(how=how)), ["outcomes"])


NOTICE, VOTES = ("notice", "due_days = 10\nafter = []"), ("vote", "")
REFUSED, SIDE_BY_SIDE = 'when = { fact = "stage.first", is = "refused" }', "after = []"


@pytest.mark.parametrize(
    ("play", "lines", "ends"),
    [
        (
            flow("notice", 'due_days = 10\nrefusal = "continues"', how=REFUSED),
            ["first: 2 object", "10 days pass", EDIT, "first is open", "first: 2 object", "10 days pass", "editor is open"],
            "in-review",
        ),
        (flow(*NOTICE, how=SIDE_BY_SIDE), ["first: 2 object", "10 days pass", EDIT, "first is open", "editor: 1 approve"], "in-review"),
        (flow(*NOTICE, how=SIDE_BY_SIDE), ["first: 2 object", EDIT, "9 days pass", "editor: 1 approve", "first is open"], "in-review"),
        (
            flow(*VOTES, VOTE + " }"),
            ["first: 1 2 approve", "first meets: 1 2 3", EDIT, "first is open", "first: 1 2 approve", "editor: 1 approve"],
            "approved",
        ),
        (
            flow("vote", 'due_days = 10\nlapse = "passed"\nrefusal = "continues"', '"majority"', REFUSED),
            ["first: 1 2 reject", "10 days pass", "editor is open", EDIT, "first is open"],
            "in-review",
        ),
        (
            flow("check", 'due_days = 5\nlapse = "refused"', '"any"'),
            ["first: 1 approve", "6 days pass", EDIT, "first is open", "first: 1 approve", "editor: 1 approve"],
            "approved",
        ),
        (
            flow("check", 'due_days = 5\nlapse = "refused"', '"any"'),
            ["first: 1 approve", "6 days pass", EDIT, "6 days pass", "first is refused"],
            "changes-requested",
        ),
        (flow("check", 'due_days = 5\nlapse = "passed"', '"any"'), ["first: 1 approve", "6 days pass", EDIT, "first is open"], "in-review"),
        (
            flow("vote", "due_days = 5\nleast_days = 5", VOTE + ', closes = "at-term" }'),
            ["first: 1 2 approve", "6 days pass", EDIT, "first: 1 2 approve", "first is open", "6 days pass", "first is met"],
            "in-review",
        ),
    ],
)
def test_what_an_edit_voids_is_asked_again_with_a_term_of_its_own(play: Play, lines: list[str], ends: str) -> None:
    assert play.play(lines).outcome == ends, play.progress().sentence


def test_a_stage_of_which_nothing_is_void_goes_on_with_its_term() -> None:
    play = flow("notice", "due_days = 10\nafter = []", how=SIDE_BY_SIDE)
    play.play([EDIT, "10 days pass", "first is met"])
    assert play.given.renewals == ()


def test_it_begins_anew_once_for_what_one_change_voided_and_again_for_the_next() -> None:
    play = flow("check", "due_days = 5", '"any"')
    play.play(["first: 1 approve", EDIT])
    once = play.given.renewals
    assert [one.stage for one in once] == ["first"]
    assert renewed(play.flow, play.given, play.made, play.benches, play.now).renewals == once
    play.play(["first: 1 approve", EDIT])
    assert [one.stage for one in play.given.renewals] == ["first", "first"]
    assert play.given.renewals[0] == once[0]


def test_what_stands_all_the_same_and_what_was_passed_is_not_asked_again() -> None:
    play = flow("check", "due_days = 5", '"any"')
    play.play(["first: 1 approve"])
    after = replace(play.given, digests={**play.given.digests, "outcomes": "another"})
    undone = [replace(made, undone_at=play.now) for made in play.made]
    assert renewed(play.flow, after, play.made, play.benches, play.now).renewals
    assert not renewed(play.flow, after, undone, play.benches, play.now).renewals
    assert not renewed(play.flow, replace(after, round=2), play.made, play.benches, play.now).renewals
