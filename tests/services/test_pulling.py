"""One template of an employer, adopted by universities: later changes are taken or left one by one."""

import pytest

from cowork.domain.errors import Conflict, Invalid, NotFound, Refused
from cowork.domain.ids import ProposalId, TemplateId
from cowork.domain.proposals import Right, Role
from cowork.domain.templates import Reach
from cowork.services import audit, checks, proposals, pulling, specifications, starting, templates
from cowork.services.proposals import ParticipantCommand
from cowork.services.pulling import PullCommand
from tests.services.test_section_rights import say
from tests.services.test_templates import ADMIN, OTHER, RIVAL, UNIVERSITY, published, start
from tests.world import World

PARTNER = "author@harbour.example"
NORTHFIELD_ADMIN = "admin@northfield.example"


def adopted(world: World) -> tuple[TemplateId, ProposalId]:
    """A template of Harbour, in a proposal of Northfield with an author on each side."""
    key = published(world)
    proposal = ProposalId(start(world, key))
    proposals.add_participant(world.context, world.actor(UNIVERSITY), proposal, ParticipantCommand(PARTNER, Role.AUTHOR))
    return key, proposal


def change(world: World, key: TemplateId, **sections: dict[str, object]) -> int:
    """A later version of the template."""
    admin = world.actor(ADMIN)
    for section, answers in sections.items():
        saves = templates.sheet(world.context, admin, key).state.saves
        templates.save_section(world.context, admin, key, saves, section, answers)
    return templates.publish(world.context, admin, key, templates.sheet(world.context, admin, key).state.saves, "Sharper")


def paths(world: World, proposal: ProposalId, who: str = UNIVERSITY) -> list[str]:
    return [one.pull.path for one in pulling.page(world.context, world.actor(who), proposal).offered]


def take(world: World, proposal: ProposalId, *wanted: str, settled: bool = True, who: str = UNIVERSITY) -> int:
    page = pulling.page(world.context, world.actor(who), proposal)
    command = PullCommand(page.version.number, page.newest.number, frozenset(wanted), settled)
    return pulling.pull(world.context, world.actor(who), proposal, command)


def content(world: World, proposal: ProposalId) -> dict[str, dict[str, object]]:
    return specifications.draft(world.context, world.actor(UNIVERSITY), proposal).content  # type: ignore[return-value]


def test_nothing_waits_before_the_template_changes(world: World) -> None:
    _, proposal = adopted(world)
    assert paths(world, proposal) == []
    assert pulling.page(world.context, world.actor(UNIVERSITY), proposal).difference.keys() == ("identity",), "the title is our own"


def test_changes_are_taken_and_left_one_by_one_in_one_version(world: World) -> None:
    key, proposal = adopted(world)
    world.save(UNIVERSITY, proposal, "need", audience="Our own analysts.")
    change(world, key, need={"problem": "A sharper problem.", "audience": "Their analysts."}, delivery={"duration_weeks": 10})
    view = starting.origin(world.context, world.actor(UNIVERSITY), proposal)
    assert view is not None
    assert view.newer == 2
    offered = {one.pull.path: one.pull.clashes for one in pulling.page(world.context, world.actor(UNIVERSITY), proposal).offered}
    assert offered == {"need.problem": False, "need.audience": True, "delivery.duration_weeks": False}
    before = specifications.draft(world.context, world.actor(UNIVERSITY), proposal).version.number
    assert take(world, proposal, "need.problem", "delivery.duration_weeks") == 2
    after = content(world, proposal)
    assert (after["need"]["problem"], after["need"]["audience"]) == ("A sharper problem.", "Our own analysts.")
    assert after["delivery"]["duration_weeks"] == 10
    assert specifications.draft(world.context, world.actor(UNIVERSITY), proposal).version.number == before + 1
    assert paths(world, proposal) == [], "what was left does not come again"
    assert checks.check(world.context)[1] == ()
    assert audit.verify(world.context).faults == ()


def test_what_is_put_off_comes_again_and_a_clash_is_taken_on_purpose(world: World) -> None:
    key, proposal = adopted(world)
    world.save(UNIVERSITY, proposal, "need", audience="Our own analysts.")
    change(world, key, need={"problem": "A sharper problem.", "audience": "Their analysts."})
    assert take(world, proposal, "need.problem", settled=False) == 1
    assert paths(world, proposal) == ["need.audience"]
    assert take(world, proposal, "need.audience", settled=False) == 1
    assert content(world, proposal)["need"]["audience"] == "Their analysts."


def test_leaving_everything_makes_no_version_and_follows_the_newest(world: World) -> None:
    key, proposal = adopted(world)
    change(world, key, need={"problem": "A sharper problem."})
    before = specifications.draft(world.context, world.actor(UNIVERSITY), proposal).version.number
    assert take(world, proposal) == 0
    assert specifications.draft(world.context, world.actor(UNIVERSITY), proposal).version.number == before
    assert paths(world, proposal) == []
    with pytest.raises(Invalid, match="Tick at least one"):
        take(world, proposal, settled=False)


def test_a_stale_page_takes_nothing(world: World) -> None:
    key, proposal = adopted(world)
    change(world, key, need={"problem": "A sharper problem."})
    page = pulling.page(world.context, world.actor(UNIVERSITY), proposal)
    command = PullCommand(page.version.number, page.newest.number, frozenset({"need.problem"}), True)
    world.save(UNIVERSITY, proposal, "need", sector="Elsewhere")
    with pytest.raises(Conflict):
        pulling.pull(world.context, world.actor(UNIVERSITY), proposal, command)
    change(world, key, need={"problem": "Sharper still."})
    with pytest.raises(Conflict):
        pulling.pull(world.context, world.actor(UNIVERSITY), proposal, command)


def test_each_side_takes_only_what_it_writes(world: World) -> None:
    key, proposal = adopted(world)
    change(world, key, workload={"total_hours": 111})
    page = pulling.page(world.context, world.actor(PARTNER), proposal)
    assert [(one.pull.path, bool(one.why_not)) for one in page.offered] == [("workload.total_hours", True)]
    with pytest.raises(Invalid, match="is written by the university"):
        take(world, proposal, "workload.total_hours", who=PARTNER)
    assert take(world, proposal, "workload.total_hours") == 1


def test_whoever_was_narrowed_by_their_own_party_is_told_that(world: World) -> None:
    key, proposal = adopted(world)
    change(world, key, need={"sector": "Ports"})
    say(world, NORTHFIELD_ADMIN, proposal, "need", UNIVERSITY, Right.COMMENT)
    with pytest.raises(Invalid, match="Your organisation has not given you the right to edit “Need”"):
        take(world, proposal, "need.sector")


def test_an_entry_with_a_column_of_the_other_side_is_theirs_to_take(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    key, proposal = adopted(world)
    change(world, key, outcomes={"items": [{"id": "new", "text": "Explain a forecast", "bloom": "apply"}]})
    with monkeypatch.context() as patched:
        # No list of the shipped form that templates hold has such a column.
        patched.setattr(pulling, "writable_columns", lambda _case, field: {column.key for column in field.columns} - {"bloom"})
        with pytest.raises(Invalid, match="which the other side writes"):
            take(world, proposal, "outcomes.items.new", settled=False)
    assert take(world, proposal, "outcomes.items.new", settled=False) == 1


def test_strangers_learn_nothing_and_readers_change_nothing(world: World) -> None:
    key, proposal = adopted(world)
    change(world, key, need={"problem": "A sharper problem."})
    for who in (OTHER, RIVAL, "nobody@northfield.example"):
        with pytest.raises(NotFound):
            pulling.page(world.context, world.actor(who), proposal)
        with pytest.raises(NotFound):
            pulling.pull(world.context, world.actor(who), proposal, PullCommand(1, 2, frozenset(), True))
    assert paths(world, proposal, "admin@northfield.example") == ["need.problem"]
    with pytest.raises(Refused):
        take(world, proposal, "need.problem", who="admin@northfield.example")


def test_a_template_that_is_taken_back_is_compared_no_more_and_what_was_started_stays(world: World) -> None:
    key, proposal = adopted(world)
    change(world, key, need={"problem": "CANARY"})
    templates.give(world.context, world.actor(ADMIN), key, Reach.OWN, frozenset())
    with pytest.raises(NotFound):
        pulling.page(world.context, world.actor(UNIVERSITY), proposal)
    view = starting.origin(world.context, world.actor(UNIVERSITY), proposal)
    assert view is not None
    assert (view.title, view.newer) == ("", 0)
    assert len(content(world, proposal)["outcomes"]["items"]) == 5  # type: ignore[arg-type]
