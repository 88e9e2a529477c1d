"""Appeals of the authors: when they are open, what lodges one, and what follows where nobody does."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from cowork.domain.acts import may_be_overridden
from cowork.domain.conditions import Test as Fact
from cowork.domain.errors import Conflict
from cowork.domain.ids import OrganisationId, PersonId
from cowork.domain.reviews import choices
from cowork.domain.specifications import forms
from cowork.domain.workflows import appeals, drafting, facts, placing
from cowork.domain.workflows.calendar import Calendar
from cowork.domain.workflows.definition import APPELLANTS, Refusal, Stage, StageKind
from cowork.domain.workflows.evaluation import evaluate
from cowork.domain.workflows.loading import load
from cowork.domain.workflows.progress import Bench, Calendars, Decision, Holder, Outcome, Progress, StageStanding, Verdict
from cowork.domain.workflows.renaming import pointing
from cowork.domain.workflows.writing import to_toml
from tests.domain.workflows.builders import IBM, MONDAY, NORTHFIELD, at, bench, decision, progress_of, stage, submission, workflow
from tests.domain.workflows.test_loading import HEADING

APPEAL = Stage("appeal", "Appeal", StageKind.APPEAL, (APPELLANTS,), ("board",), due_days=10, against="board")
BODY = stage("body", after=("appeal",), when=Fact("stage.appeal", "is", "lodged"))
FLOW = workflow(stage("board", refusal=Refusal.CONTINUES), APPEAL, BODY)
SOON = MONDAY + timedelta(days=2)


def authors(*names: str, party: OrganisationId = NORTHFIELD) -> Bench:
    people = tuple(Holder(PersonId(name.lower()), name) for name in names)
    found = replace(bench("appeal", seat_key="authors"), party=party, party_name="IBM" if party == IBM else "Northfield University")
    return replace(found, holders=people, office_title="Authors")


def said(name: str, hours: float, verdict: Verdict) -> Decision:
    return decision("appeal", name, hours, verdict, seat_key="authors")


BENCHES = [bench("board", "Okafor"), authors("Ama"), authors("Ben", party=IBM), bench("body", "Roy")]
REFUSED = decision("board", "Okafor", 1, Verdict.REJECT)


def stand(*more: Decision, first: Decision = REFUSED, days: float = 2) -> Progress:
    return progress_of(FLOW, BENCHES, [first, *more], now=MONDAY + timedelta(days=days))


def test_after_a_refusal_the_authors_of_every_party_are_asked_and_nobody_else() -> None:
    progress = stand()
    assert (progress.outcome, at(progress, "appeal").standing) == (Outcome.IN_REVIEW, StageStanding.OPEN)
    assert {turn.person for turn in progress.turns} == {"ama", "ben"}
    assert progress.court == (NORTHFIELD, IBM)
    words = "Appeal: the authors can appeal against Board’s decision until Mon 7 Dec; without an appeal the rejection is final."
    assert progress.needs == (words,)


def test_without_a_refusal_there_is_nothing_to_appeal_against() -> None:
    progress = stand(first=decision("board", "Okafor", 1))
    assert [s.standing for s in progress.stages] == [StageStanding.MET, StageStanding.SKIPPED, StageStanding.SKIPPED]
    assert progress.outcome is Outcome.APPROVED


@pytest.mark.parametrize(
    ("verdict", "outcome", "words"),
    [
        (Verdict.REJECT, Outcome.REJECTED, "Rejected at Board’s decision, and nobody appealed by Mon 7 Dec."),
        (
            Verdict.REQUEST_CHANGES, Outcome.CHANGES_REQUESTED,
            "Not approved at Board’s decision, and nobody appealed by Mon 7 Dec: revise the proposal and submit it again.",
        ),
    ],
)  # fmt: skip
def test_when_the_term_ends_without_an_appeal_the_refusal_is_final_as_it_was(verdict: Verdict, outcome: Outcome, words: str) -> None:
    progress = stand(first=decision("board", "Okafor", 1, verdict), days=20)
    assert (progress.outcome, progress.sentence) == (outcome, words)


def test_one_author_is_enough_and_whoever_hears_it_is_asked() -> None:
    progress = stand(said("Ama", 5, Verdict.APPEAL), days=60)
    assert at(progress, "appeal").standing is StageStanding.MET
    assert {turn.stage for turn in progress.turns} == {"body"}
    assert stand(said("Ama", 5, Verdict.APPEAL), decision("body", "Roy", 6)).outcome is Outcome.APPROVED
    assert stand(said("Ama", 5, Verdict.APPEAL), decision("body", "Roy", 6, Verdict.REJECT)).outcome is Outcome.REJECTED


def test_it_is_final_at_once_when_every_author_has_accepted_it_and_not_before() -> None:
    one = said("Ama", 5, Verdict.NO_OBJECTION)
    assert stand(one).outcome is Outcome.IN_REVIEW
    other = replace(said("Ben", 6, Verdict.NO_OBJECTION), party=IBM)
    assert stand(one, other).outcome is Outcome.REJECTED
    assert stand(one, replace(other, verdict=Verdict.APPEAL)).outcome is Outcome.IN_REVIEW


def test_who_appeals_after_having_accepted_it_in_time_has_appealed() -> None:
    made = [said("Ama", 5, Verdict.NO_OBJECTION), said("Ama", 6, Verdict.APPEAL)]
    assert at(stand(*made), "appeal").standing is StageStanding.MET


def test_an_appeal_that_was_taken_back_is_as_none() -> None:
    lodged = replace(said("Ama", 5, Verdict.APPEAL), undone_at=MONDAY + timedelta(hours=9))
    assert at(stand(lodged), "appeal").standing is StageStanding.OPEN


def test_an_edit_takes_no_appeal_away() -> None:
    given = submission(digests={"need": "n2"})
    progress = progress_of(FLOW, BENCHES, [REFUSED, said("Ama", 5, Verdict.APPEAL)], given, now=SOON)
    assert at(progress, "board").standing is StageStanding.REFUSED
    assert at(progress, "appeal").standing is StageStanding.MET


def test_an_appeal_stands_while_the_refusal_is_the_same_and_only_waits_for_an_earlier_stage_again() -> None:
    flow = workflow(
        replace(stage("ethics"), valid_days=2), stage("board", after=("ethics",), refusal=Refusal.CONTINUES), APPEAL, BODY
    )
    benches = [bench("ethics", "Eve"), *BENCHES]
    made = [decision("ethics", "Eve", 0.5), REFUSED, said("Ama", 5, Verdict.APPEAL)]
    waits = progress_of(flow, benches, made, now=MONDAY + timedelta(days=4))
    assert [one.standing for one in waits.stages] == ["open", "waiting", "waiting", "waiting"]
    anew = [*made, decision("ethics", "Eve", 100)]
    assert {turn.stage for turn in progress_of(flow, benches, anew, now=MONDAY + timedelta(days=5)).turns} == {"body"}
    again = [*anew, decision("board", "Okafor", 101, Verdict.REQUEST_CHANGES)]
    assert {turn.stage for turn in progress_of(flow, benches, again, now=MONDAY + timedelta(days=5)).turns} == {"appeal"}


def test_an_appeal_of_somebody_who_is_no_author_counts_for_nothing() -> None:
    assert at(stand(said("Okafor", 5, Verdict.APPEAL)), "appeal").standing is StageStanding.OPEN


def test_only_authors_are_offered_an_appeal_and_nobody_passes_it_for_them() -> None:
    assert choices(APPEAL, APPELLANTS, writes=True) == (Verdict.APPEAL, Verdict.NO_OBJECTION)
    assert choices(APPEAL, APPELLANTS) == ()
    with pytest.raises(Conflict, match="Only its authors appeal"):
        may_be_overridden(stand(), "appeal")


TEXT = """
[[stage]]
key = "board"
title = "Board"
kind = "decide"
refusal = "continues"
seat = [{ key = "b", side = "university", office = "dean", title = "Board", rule = "any" }]

[[stage]]
key = "appeal"
title = "Appeal"
kind = "appeal"
against = "board"
due_days = 10

[[stage]]
key = "body"
title = "Body"
kind = "decide"
when = { fact = "stage.appeal", is = "lodged" }
seat = [{ key = "c", side = "university", office = "dean", title = "Body", rule = "any" }]
"""


def faults(old: str = "", new: str = "") -> tuple[str, ...]:
    return facts.faults(HEADING + (TEXT.replace(old, new) if old else TEXT), forms.shipped())


def test_it_is_written_as_it_is_read_with_nothing_of_its_seat() -> None:
    assert faults() == ()
    flow = load(HEADING + TEXT)
    assert flow.stages[1].seats == (APPELLANTS,)
    written = to_toml(flow)
    assert load(written).stages == flow.stages
    assert "participants" not in written


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('against = "board"\n', "", 'Stage "appeal": `against` is a short name of lower-case letters'),
        ('against = "board"', 'against = "dean"', 'Stage "appeal": `against` names "dean", but that is not one of the stages before it.'),
        ('refusal = "continues"', 'refusal = "ends"', 'Stage "appeal": the refusal of "board" ends the round or goes back, so nobody'),
        ("due_days = 10", "", 'Stage "appeal": the refusal becomes final when the term of the appeal ends, so it needs `due_days`'),
        ("due_days = 10", "due_days = 10\nneeded = 1", 'Stage "appeal": only the authors can appeal, and decide nothing by it, so leave'),
        ('kind = "appeal"', 'kind = "consult"', 'Stage "appeal": only a stage of kind "appeal" is `against` another one'),
        ('is = "lodged"', 'is = "skipped"', 'Stage "appeal": nobody decides once an appeal is lodged, so lodging it would settle'),
        ('kind = "decide"\nwhen', 'kind = "inform"\nwhen', 'Stage "appeal": nobody decides once an appeal is lodged'),
        ('is = "lodged"', 'is = "approved"', '`when` asks "stage.appeal" for an end that the round never goes on with'),
        ('fact = "stage.appeal"', 'fact = "stage.board"', '`when` asks "stage.board" for an end that the round never goes on with'),
    ],
)
def test_a_fault_of_an_appeal_is_told_with_what_to_write(old: str, new: str, fault: str) -> None:
    assert any(fault in one for one in faults(old, new)), faults(old, new)


def test_that_nobody_hears_it_is_no_fault_of_its_own_condition() -> None:
    unheard = HEADING + TEXT.partition('[[stage]]\nkey = "body"')[0]
    (fault,) = facts.faults(unheard, forms.shipped())
    assert placing.place_of(drafting.parse(unheard) or {}, fault) == placing.Place(1, "")


def test_the_form_keeps_what_it_is_against_and_a_new_key_is_followed() -> None:
    own: drafting.Table = {"key": "appeal", "title": "Appeal", "kind": "appeal", "against": "board", "due_days": 10}
    table: drafting.Table = {"stage": [own]}
    assert drafting.fields_of(table, 0, {})["against"] == ["board"]
    assert drafting.filled(table, 0, drafting.fields_of(table, 0, {}), {}) == table
    assert pointing(own, "board", "senate")["against"] == "senate"


def test_there_is_something_to_appeal_against_only_once_it_was_refused() -> None:
    assert not appeals.is_idle(APPEAL, {"stage": {}})
    assert appeals.is_idle(APPEAL, {"stage": {"board": "approved"}})
    assert not appeals.is_idle(APPEAL, {"stage": {"board": "refused"}, "refused": {"board": "rejected"}})


def test_the_last_day_of_a_term_is_said_by_the_calendar_of_the_party_where_it_ends_last() -> None:
    london = Calendar(zone="Europe/London")
    calendars = Calendars(london, {NORTHFIELD: london, IBM: Calendar(zone="America/New_York")})
    open_ = evaluate(FLOW, submission(), [REFUSED], BENCHES, calendars, MONDAY + timedelta(days=2))
    assert "can appeal against Board’s decision until Mon 7 Dec;" in open_.sentence
    assert at(open_, "appeal").due_at == datetime(2026, 12, 8, 4, 59, 59, tzinfo=UTC)
    over = evaluate(FLOW, submission(), [REFUSED], BENCHES, calendars, MONDAY + timedelta(days=30))
    assert over.sentence == "Rejected at Board’s decision, and nobody appealed by Mon 7 Dec."


@pytest.mark.parametrize("kind", [StageKind.APPEAL, StageKind.CONSULT])
def test_it_is_not_up_to_a_party_of_which_nobody_can_answer(kind: StageKind) -> None:
    asked = APPEAL if kind is StageKind.APPEAL else replace(APPEAL, kind=kind, against="")
    body = BODY if kind is StageKind.APPEAL else stage("body", after=("appeal",))
    flow = workflow(stage("board", refusal=Refusal.CONTINUES), asked, body)
    benches = [bench("board", "Okafor"), authors("Ama"), authors(party=IBM), bench("body", "Roy")]
    assert progress_of(flow, benches, [REFUSED], now=SOON).court == (NORTHFIELD,)
