"""One evaluation taken apart: which decisions stand, where it was sent back to, and when the terms of its benches end."""

from dataclasses import replace
from datetime import timedelta

from cowork.domain.ids import Digest, Side
from cowork.domain.workflows.benches import due_at_of, seats_asked
from cowork.domain.workflows.case import Case, case_of
from cowork.domain.workflows.definition import Parties, Workflow
from cowork.domain.workflows.progress import Decision, Hold, Submission, Verdict
from tests.domain.workflows.builders import CALENDARS, LATER, MONDAY, NORTHFIELD, bench, decision, seat, stage, submission, workflow

FLOW = workflow(stage("head"), stage("dean", after=("head",), due_days=2))


def case(*decisions: Decision, flow: Workflow = FLOW, given: Submission | None = None) -> Case:
    return case_of(flow, given or submission(), decisions, [bench("head", "Ada"), bench("dean", "Dee")], CALENDARS, LATER)


def test_what_was_taken_back_or_given_under_another_workflow_does_not_stand() -> None:
    kept, undone = decision("head", "Ada", 1), replace(decision("dean", "Dee", 2), undone_at=LATER)
    foreign = decision("dean", "Dee", 3, of=Digest("e" * 64))
    assert case(undone, foreign, kept).decisions == (kept,)


def test_sending_back_cuts_what_was_decided_there_and_behind_it() -> None:
    back = replace(decision("dean", "Dee", 3, Verdict.REQUEST_CHANGES), back_to="head")
    found = case(decision("head", "Ada", 1), back)
    assert (found.decisions, found.cuts, found.restarts) == ((), {"head": back.at, "dean": back.at}, {"head": back.at})


def test_a_term_ends_later_by_the_working_days_of_a_hold() -> None:
    held = replace(submission(), holds=(Hold(MONDAY + timedelta(days=1), MONDAY + timedelta(days=2), "Ada", "Waiting."),))
    plain, later = (due_at_of(case(given=given), FLOW.stage("dean"), NORTHFIELD, MONDAY) for given in (submission(), held))
    assert plain is not None
    assert later == plain + timedelta(days=1)


def test_a_seat_for_partners_is_asked_only_where_there_are_some() -> None:
    own, partners = seat("head"), replace(seat("partners", side=Side.EMPLOYER), parties=Parties.PARTNERS)
    assert seats_asked(stage("head", own, partners), ()) == [own]
