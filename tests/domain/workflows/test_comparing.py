"""A condition that no answer can fulfil is told, with what can be answered; what can be fulfilled is left alone."""

import pytest

from cowork.domain.specifications import forms
from cowork.domain.workflows import comparing, facts, loading
from tests.domain.workflows.test_loading import stage, text

FORM = forms.shipped()
AT = 'Stage "dean": `when`'


def asking(condition: str) -> str:
    return text(stage(f"when = {{ {condition} }}"))


FAULTS = [
    ('fact = "identity.credit_bearing", is = "credits"', 'compares "identity.credit_bearing" with credits, which is none of its choices.'),
    ('fact = "identity.kind", in = ["standalone", "micro"]', 'compares "identity.kind" with micro, which is none of its choices. It is'),
    ('fact = "identity.country", is = "Ireland"', 'compares "identity.country" with Ireland, which is none of its choices. Look it up in'),
    ('fact = "identity.languages", contains = "english"', 'compares "identity.languages" with english, which is none of its choices.'),
    ('fact = "business.fee", is = "10"', 'compares "business.fee" with 10, but it is a number, without quotes.'),
    ('fact = "legal.exclusivity", is = "yes"', 'compares "legal.exclusivity" with yes, but it is true or false, without quotes.'),
    ('fact = "changed.need", is = "yes"', 'compares "changed.need" with yes, but it is true or false, without quotes.'),
    ('fact = "complete.need", is = "yes"', 'compares "complete.need" with yes, but it is true or false, without quotes.'),
    ('fact = "proposal.round", is = "3"', 'compares "proposal.round" with 3, but it is a number, without quotes.'),
    ('fact = "proposal.month", is = "june"', 'compares "proposal.month" with june, but it is a number, without quotes.'),
    ('fact = "proposal.month", in = [6, 13]', 'compares "proposal.month" with 13, but it is a number from 1 to 12.'),
    ('fact = "proposal.day", at-least = 32', 'compares "proposal.day" with 32, but it is a number from 1 to 31.'),
    ('fact = "identity.title", is = 3', 'compares "identity.title" with 3, but it is a text, in quotes.'),
    ('fact = "identity.title", is = true', 'compares "identity.title" with true, but it is a text, in quotes.'),
    ('fact = "delivery.location", contains = "South"', 'asks "delivery.location" with `contains`, which is never true of it. Ask'),
    ('fact = "identity.title", at-least = 3', 'asks "identity.title" with `at-least`, which is never true of it.'),
    ('fact = "modules.items", contains = "x"', 'asks "modules.items" with `contains`, which is never true of it. Ask with one of:'),
    ('fact = "need.evidence", has-row = { knd = "letter" }', 'asks for a row of "need.evidence" by knd, which is no column of it. Its'),
    ('fact = "need.evidence", has-row = { kind = "oath" }', 'compares "need.evidence, kind" with oath, which is none of its choices.'),
]


@pytest.mark.parametrize(("condition", "told"), FAULTS)
def test_what_no_answer_can_fulfil_is_told(condition: str, told: str) -> None:
    assert loading.problems(asking(condition), facts.paths(FORM)) == ()
    (found,) = facts.faults(asking(condition), FORM)
    assert found.startswith(f"{AT} {told}")
    assert found.endswith(".")
    assert ".." not in found


@pytest.mark.parametrize(
    "condition",
    [
        'fact = "identity.credit_bearing", is-not = "credit"',
        'fact = "identity.country", in = ["IE", "GB"]',
        'fact = "identity.languages", contains = "de"',
        'fact = "business.fee", at-most = 0.5',
        'fact = "modules.items", at-least = 8',
        'fact = "need.evidence", has-row = { kind = "letter", source = "a ministry" }',
        'fact = "proposal.kind", is = "revision"',
        'fact = "proposal.month", in = [6, 7, 8]',
        'fact = "proposal.day", at-most = 15',
        'fact = "proposal.month", present = true',
        'fact = "identity.title", present = true',
        'not = { fact = "complete.legal", is = false }',
    ],
)
def test_what_can_be_fulfilled_is_no_fault(condition: str) -> None:
    assert facts.faults(asking(condition), FORM) == ()


def test_a_requirement_is_looked_at_too_and_a_stage_without_a_key_is_told_by_its_number() -> None:
    needed = 'requires = [{ title = "a letter", that = { fact = "need.evidence", has-row = { kind = "oath" } } }]'
    source = text(stage(needed, key=""))
    drawn, _ = loading.read(source, None)
    assert drawn is not None
    (found,) = comparing.faults(drawn, FORM)
    assert found.startswith('Stage 2, requirement 1: `that` compares "need.evidence, kind" with oath')


def test_every_fault_is_told_at_once_with_those_of_the_text() -> None:
    found = facts.faults(asking('fact = "identity.kind", is = "micro"').replace('office = "dean"', "", 1), FORM)
    assert len(found) == 2


def test_the_words_offered_for_how_a_stage_ended_are_those_that_are_taken() -> None:
    offered = next(fact for fact in facts.every(FORM, ["head"]) if fact.path == "stage.head").options
    for word, _ in offered:
        assert loading.problems(asking(f'fact = "stage.head", is = "{word}"'), facts.paths(FORM)) == ()
    assert offered
