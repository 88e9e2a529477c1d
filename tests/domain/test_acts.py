"""Acts on a running review: what they must say, and when they have no place."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowork.domain import acts
from cowork.domain.acts import ConditionStanding, ExtraStageCommand
from cowork.domain.conditions import Test as Asked
from cowork.domain.errors import Conflict, Invalid
from cowork.domain.ids import OrganisationId, PersonId
from cowork.domain.workflows import interventions
from cowork.domain.workflows.definition import Requirement, StageKind, Window, Workflow
from cowork.domain.workflows.loading import load
from cowork.domain.workflows.progress import Hold, Outcome, Progress, StageProgress, StageStanding, Verdict
from tests.domain.workflows import builders
from tests.steering import STEERED

ANNA, BEN, CARL = PersonId("anna"), PersonId("ben"), PersonId("carl")
WORKFLOW: Workflow = load(STEERED)
KEYS = tuple(stage.key for stage in WORKFLOW.stages)


def standing_so(found: list[StageStanding]) -> Progress:
    """The stages in their order, each standing so."""
    return progress(Outcome.IN_REVIEW, **dict(zip(KEYS, found, strict=True)))


def progress(outcome: Outcome = Outcome.IN_REVIEW, /, **standings: StageStanding) -> Progress:
    stages = tuple(
        StageProgress(stage, standings.get(stage.key, StageStanding.WAITING), (), None, None, None) for stage in WORKFLOW.stages
    )
    return Progress(outcome, stages, (), (), "", ())


@given(st.text(max_size=60), st.integers(1, 40))
def test_a_reason_is_as_long_as_it_has_to_be_without_the_space_around_it(text: str, least: int) -> None:
    if len(text.strip()) >= least:
        assert acts.reason_of(text, "Say why.", least) == text.strip()
    else:
        with pytest.raises(Invalid, match=r"Say why\."):
            acts.reason_of(text, "Say why.", least)


def test_a_reason_has_an_end() -> None:
    with pytest.raises(Invalid, match="Shorten the reason"):
        acts.reason_of("x" * (acts.MAX_REASON + 1), "Say why.")


@given(st.sampled_from(list(ConditionStanding)), st.sampled_from([ANNA, BEN, CARL]), st.booleans(), st.booleans())
def test_nobody_closes_their_own_condition_unless_they_set_it(
    standing: ConditionStanding, person: PersonId, sits: bool, administers: bool
) -> None:
    allowed = not acts.why_not_close(standing, person, owner=ANNA, set_by=BEN, sits=sits, administers=administers)
    if standing in (ConditionStanding.CLOSED, ConditionStanding.WAIVED) or person == ANNA:
        assert not allowed
    elif person == BEN:
        assert allowed
    else:
        assert allowed is (sits or administers)


@pytest.mark.parametrize(("standing", "person", "allowed"), [("open", ANNA, True), ("reported", ANNA, False), ("open", BEN, False)])
def test_only_its_owner_reports_a_condition_once(standing: str, person: PersonId, allowed: bool) -> None:
    assert (acts.why_not_report(standing, ANNA, person) == "") is allowed


def test_only_an_open_stage_is_passed() -> None:
    acts.may_be_overridden(progress(department=StageStanding.OPEN), "department")
    for found, stage in ((progress(), "department"), (progress(), "unknown"), (progress(Outcome.REJECTED), "department")):
        with pytest.raises(Conflict):
            acts.may_be_overridden(found, stage)


stages = st.lists(st.sampled_from(KEYS), unique=True, max_size=3).map(tuple)


@given(after=stages, before=stages, kind=st.sampled_from(acts.EXTRA_KINDS), days=st.one_of(st.none(), st.integers(0, 300)))
def test_a_stage_that_is_accepted_fits_into_the_route(
    after: tuple[str, ...], before: tuple[str, ...], kind: StageKind, days: int | None
) -> None:
    command = ExtraStageCommand("Ethics", kind, OrganisationId("n"), ("anna@n.example",), "", after, before, days)
    found = progress(department=StageStanding.MET, quality=StageStanding.OPEN)
    problems = acts.extra_stage_problems(command, WORKFLOW, found)
    if {"department", "quality"} & set(before):
        assert problems
    if not problems:
        key = acts.next_extra_key(WORKFLOW)
        stage = interventions.extra_stage(acts.stage_table(command, key, "university"))
        amended = interventions.with_stage(WORKFLOW, stage, before)
        assert key not in amended.before(key), "it waits for itself"
        assert set(before) <= amended.behind(key)
        assert amended.stage(key).seats[0].people == ("anna@n.example",)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "Ethics\u202e"}, "title"),
        ({"title": "Eth\x07ics"}, "title"),
        ({"kind": StageKind.VOTE}, "kind"),
        ({"emails": ()}, "emails"),
        ({"office": "dean"}, "emails"),
        ({"before": ("unknown",)}, "before"),
        ({"before": ("department",)}, "before"),
        ({"after": ("dean",), "before": ("quality",)}, "before"),
        ({"due_days": 0}, "due_days"),
        ({"kind": StageKind.CONSULT, "due_days": None}, "due_days"),
    ],
)
def test_a_stage_that_does_not_fit_is_refused_at_its_field(changes: dict[str, object], field: str) -> None:
    good: dict[str, object] = {"title": "Ethics", "kind": StageKind.CHECK, "emails": ("anna@n.example",), "due_days": 5, "office": ""}
    command = ExtraStageCommand(party=OrganisationId("n"), **{**good, **changes})  # type: ignore[arg-type]  # one wrong value at a time
    found = progress(department=StageStanding.OPEN)
    assert [where for where, _ in acts.extra_stage_problems(command, WORKFLOW, found)] == [field]


def test_who_writes_or_sits_there_already_is_not_added() -> None:
    acts.may_be_added(CARL, None, {ANNA}, {BEN})
    for person, words in ((ANNA, "Nobody decides on a proposal they write"), (BEN, "is asked here already")):
        with pytest.raises(Invalid, match=words):
            acts.may_be_added(person, None, {ANNA}, {BEN})


@given(st.dates(date(2020, 1, 1), date(2040, 12, 31)), st.integers(1, 12), st.integers(1, 28), st.integers(1, 12), st.integers(1, 28))
def test_the_day_a_window_opens_is_the_first_that_lies_in_one(day: date, month: int, first: int, until: int, last: int) -> None:
    windows = (Window((month, first), (until, last)),)
    opens = acts.opens_on(windows, day)
    assert opens is not None
    assert opens >= day
    assert windows[0].holds(opens)
    assert not any(windows[0].holds(day + timedelta(days=n)) for n in range((opens - day).days))
    assert (acts.why_not_submit(windows, day) == "") is windows[0].holds(day)


def test_without_windows_it_is_always_open_and_a_window_that_never_comes_says_so() -> None:
    assert acts.why_not_submit((), date(2026, 3, 2)) == ""
    assert "at any time" in acts.why_not_submit((Window((2, 30), (2, 30)),), date(2026, 3, 2))


standings = st.lists(st.sampled_from(list(StageStanding)), min_size=len(KEYS), max_size=len(KEYS))


@given(standings, standings)
def test_every_stage_that_is_needed_afterwards_opens_reopens_or_stays(before: list[StageStanding], after: list[StageStanding]) -> None:
    was, will = standing_so(before), standing_so(after)
    changes = acts.route_changes(was, will)
    needed = [s.stage.title for s in will.stages if s.standing is not StageStanding.SKIPPED]
    assert sorted((*changes.opened, *changes.reopened, *changes.again, *changes.waits, *changes.stays)) == sorted(needed)
    assert {*changes.closed} == {s.stage.title for s in was.stages if s.standing is not StageStanding.SKIPPED} - {*needed}
    assert acts.route_changes(was, was).opened == acts.route_changes(was, was).closed == acts.route_changes(was, was).reopened == ()


def test_a_stage_that_begins_anew_or_waits_again_does_not_stay_as_it_is() -> None:
    was = progress(department=StageStanding.MET, quality=StageStanding.OPEN, business=StageStanding.OPEN)
    will = progress(department=StageStanding.MET, quality=StageStanding.OPEN)
    changes = acts.route_changes(opened(was, 2), opened(will, 5))
    assert (changes.again, changes.waits) == (("Quality check",), ("Business check",))
    assert changes.stays == ("Department’s check", "Dean’s decision")
    assert acts.route_changes(opened(was, 2), opened(was, 2)).again == ()


def opened(found: Progress, day: int) -> Progress:
    at = datetime(2026, 3, day, tzinfo=UTC)
    return replace(found, stages=tuple(replace(s, opened_at=at if s.standing is StageStanding.OPEN else None) for s in found.stages))


def test_what_was_replied_is_no_approval() -> None:
    said = builders.decision("dean", "Ada", verdict=Verdict.COMMENT)
    consulted = replace(builders.stage("dean"), kind=StageKind.CONSULT, due_days=5)
    was, will = (builders.progress_of(builders.workflow(consulted), [builders.bench("dean", "Ada", "Bob")], made) for made in ([said], []))
    changes = acts.route_changes(was, will)
    assert (changes.stale, changes.replies) == ((), (("Ada", "Dean’s decision"),))


def test_only_open_stages_leave_sections_open_and_none_while_it_is_held() -> None:
    found = progress(quality=StageStanding.OPEN)
    assert acts.sections_open(found) == {"need", "business"}
    assert acts.sections_open(progress(quality=StageStanding.MET)) == frozenset()
    held = replace(found, held=Hold(datetime(2026, 3, 2, tzinfo=UTC), None, "Anna", "Stop."))
    assert acts.sections_open(held) == frozenset()


def test_a_stage_that_waits_for_what_it_requires_lets_authors_bring_it() -> None:
    wanted = (Requirement("the case is there", Asked("business.case", "present", True)),)
    gate = replace(builders.stage("case", after=("idea",)), edits=("business",), requires=wanted)
    flow = builders.workflow(builders.stage("idea"), gate)
    benches = [builders.bench("idea", "Ada"), builders.bench("case", "Bob")]
    assert acts.sections_open(builders.progress_of(flow, benches, [])) == frozenset()
    assert acts.sections_open(builders.progress_of(flow, benches, [builders.decision("idea", "Ada")])) == {"business"}
