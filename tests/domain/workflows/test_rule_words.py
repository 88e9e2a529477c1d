"""Rules in words: what it takes, of whom, and with which quorum."""

from dataclasses import replace

import pytest

from cowork.domain.workflows.definition import Base, Rule, StageKind, Threshold, ThresholdKind
from cowork.domain.workflows.rule_words import rule_in_words, seat_rule_in_words
from cowork.domain.workflows.rules import read
from tests.domain.workflows.builders import ALL, ANY, seat


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ({"majority": True, "of": "votes", "at-least": 3}, "a majority of the votes given and no fewer than 3 approvals"),
        (
            {"two-thirds": True, "of": "votes", "at-least": {"percent": 40}},
            "two thirds of the votes given and at least 40 % of all members for it",
        ),
        (
            {"majority": True, "of": "votes", "at-least": "one-third"},
            "a majority of the votes given and at least a third of all members for it",
        ),
        (
            {"two-thirds": True, "of": "present", "at-least": "majority"},
            "two thirds of those present and more than half of all members for it",
        ),
        ({"all": True, "of": "votes", "at-least": "all"}, "all of the votes given and everybody for it"),
        ({"more-than": 75, "of": "votes"}, "more than 75 % of the votes given"),
        ({"majority": True, "quorum": "all"}, "a majority of all members, quorum everybody"),
        ({"at-least": 1, "quorum": {"people": 6, "each-party": 2}}, "one approval, quorum 6 with 2 of each party"),
        ({"at-least": 1, "quorum": {"each-side": 1}}, "one approval, quorum 1 of each side"),
        (
            {"majority": True, "quorum": 5, "with": ["student-member", "external-member"]},
            "a majority of all members, quorum 5 with a student member and an external member",
        ),
        (
            {"majority": True, "quorum": 5, "with": {"student-member": 1, "specialist": 3}},
            "a majority of all members, quorum 5 with 3 specialists and a student member",
        ),
        ({"fails-at": {"percent": 25}, "two-thirds": True}, "two thirds of all members, fails on dissents of 25 % of the members"),
        (
            {"majority": True, "chair": "breaks-ties", "closes": "at-term"},
            "a majority of all members, the chair breaks ties, closes when the term ends",
        ),
    ],
)
def test_a_rule_says_what_it_takes(table: dict[str, object], words: str) -> None:
    rule = read(table)
    assert isinstance(rule, Rule)
    assert rule_in_words(rule) == words


@pytest.mark.parametrize(
    ("kind", "rule", "keys", "words"),
    [
        (StageKind.DECIDE, ANY, Threshold(ThresholdKind.ALL), "one approval"),
        (StageKind.DECIDE, ANY, Threshold(ThresholdKind.COUNT, 1), "one approval; 1 of the parties is enough"),
        (StageKind.VOTE, ALL, Threshold(ThresholdKind.COUNT, 2), "everybody; 2 of the parties are enough"),
        (StageKind.DECIDE, ANY, Threshold(ThresholdKind.MAJORITY), "one approval; more than half of the parties are enough"),
        (StageKind.DECIDE, ANY, Threshold(ThresholdKind.TWO_THIRDS), "one approval; two thirds of the parties are enough"),
        (StageKind.DECIDE, ANY, Threshold(ThresholdKind.PERCENT, 40), "one approval; 40 % of the parties are enough"),
        (StageKind.NOTICE, replace(ALL, fails_at=Threshold(ThresholdKind.COUNT, 3)), Threshold(ThresholdKind.ALL), "it takes 3 objections"),
        (StageKind.NOTICE, replace(ALL, fails_at=Threshold(ThresholdKind.COUNT, 1)), Threshold(ThresholdKind.ALL), "it takes 1 objection"),
        (
            StageKind.NOTICE,
            replace(ALL, fails_at=Threshold(ThresholdKind.ONE_THIRD), of=Base.PARTIES),
            Threshold(ThresholdKind.ALL),
            "it takes objections of a third of the parties",
        ),
        (
            StageKind.NOTICE,
            replace(ALL, fails_at=Threshold(ThresholdKind.COUNT, 2), of=Base.PARTIES),
            Threshold(ThresholdKind.ALL),
            "it takes objections of 2 parties",
        ),
        (StageKind.NOTICE, ALL, Threshold(ThresholdKind.ALL), ""),
        (StageKind.INFORM, ALL, Threshold(ThresholdKind.ALL), ""),
    ],
)
def test_the_rule_of_a_seat_says_how_many_parties_and_objections_it_takes(kind: StageKind, rule: Rule, keys: Threshold, words: str) -> None:
    assert seat_rule_in_words(kind, replace(seat("board", rule), keys=keys)) == words
