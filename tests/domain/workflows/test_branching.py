"""Branches that forget how a stage can end, and those that can never be taken."""

import pytest

from cowork.domain.specifications import forms
from cowork.domain.workflows import branching, facts, loading
from tests.domain.workflows.test_chains import CHAINS, source
from tests.domain.workflows.test_loading import stage, text

IN_TWO = 'refusal = "continues"'
FORGOTTEN = 'stages ask whether "stage.council" is "approved", but none runs where it is'


def told(first: str, *branches: str) -> tuple[str, ...]:
    later = [stage(f'after = ["council"]\nwhen = {branch}', key=f"b{number}") for number, branch in enumerate(branches)]
    return facts.faults(text(stage(first, key="council"), *later), forms.shipped())


def test_an_end_that_is_as_good_as_approved_and_that_no_branch_takes_is_named() -> None:
    refused, approved = '{ fact = "stage.council", is = "refused" }', '{ fact = "stage.council", is = "approved" }'
    assert told(IN_TWO, approved, refused) == (
        (f'Stage "council": {FORGOTTEN} "approved-with-conditions" or "overridden". '
        'Ask with `is-not = "refused"`, or name each with `in`.'),
    )
    other = '{ all = [{ fact = "stage.council", in = ["overridden"] }, { fact = "proposal.kind", is = "new" }] }'
    assert told(IN_TWO, approved, other) == (
        f'Stage "council": {FORGOTTEN} "approved-with-conditions". Ask with `is-not = "refused"`, or name each with `in`.',
    )


@pytest.mark.parametrize(
    "branches",
    [
        ('{ fact = "stage.council", is = "refused" }',),
        ('{ fact = "stage.council", is-not = "refused" }', '{ fact = "stage.council", is = "refused" }'),
        ('{ fact = "stage.council", is = "approved" }', '{ not = { fact = "stage.council", is = "approved" } }'),
        ('{ not = { fact = "stage.council", is = "approved" } }',),
    ],
)
def test_branches_that_forget_nothing_are_sound(branches: tuple[str, ...]) -> None:
    assert told(IN_TWO, *branches) == ()


def test_a_branch_after_a_refusal_that_ends_the_round_can_never_be_taken() -> None:
    assert told("", '{ fact = "stage.council", is = "refused" }') == (
        ('Stage "b0": `when` asks "stage.council" for an end that the round never goes on with, so it is never true. Known are: approved, '
        'approved-with-conditions, overridden, skipped; a refusal goes on with `refusal = "continues"` in stage "council".'),
    )
    assert told("", '{ fact = "stage.council", in = ["refused", "skipped"] }') == ()


def test_how_it_was_refused_is_asked_only_where_the_route_goes_on_after_that() -> None:
    final = 'refusal = { request-changes = "continues" }'
    assert told(final, '{ fact = "refused.council", is = "changes-requested" }') == ()
    assert told(final, '{ fact = "stage.council.dean", is = "refused" }') == ()
    (fault,) = told(final, '{ fact = "refused.council", is = "rejected" }')
    assert fault.startswith('Stage "b0": `when` asks "refused.council" for an end that the round never goes on with, so it is never true.')
    assert "Known are: changes-requested;" in fault
    (never,) = told("", '{ fact = "refused.council", is = "rejected" }')
    assert "Known are: none;" in never


@pytest.mark.parametrize("name", CHAINS)
def test_no_chain_forgets_an_end(name: str) -> None:
    assert branching.faults(loading.load(source(name))) == ()


def test_a_word_that_is_no_end_is_told_once_and_a_lapse_is_asked_of_a_seat() -> None:
    (found,) = told(IN_TWO, '{ fact = "stage.council", is = "lapsed" }')
    assert found.startswith('Stage "b0": `when` compares "stage.council" with lapsed. It is one of: approved,')
    assert found.endswith("; a lapse is `stage.council.SEAT` is `open`.")


def test_a_seat_of_a_consultation_is_never_against_it() -> None:
    asks = 'when = {{ fact = "stage.council.dean", is = "{0}" }}'
    consulted = stage("due_days = 3", key="council").replace('kind = "decide"', 'kind = "consult"')

    def faults(end: str) -> tuple[str, ...]:
        return facts.faults(text(consulted, stage('after = ["council"]\n' + asks.format(end), key="b")), forms.shipped())

    assert faults("open") == faults("approved") == ()
    (fault,) = faults("refused")
    assert fault == (
        'Stage "b": `when` asks "stage.council.dean" for what a seat of a stage of kind "consult" never is, so it is never true. '
        "Known are: approved, open: everybody has answered, or not."
    )
