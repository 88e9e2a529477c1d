"""Section rights through the use cases: who sets them, what they stop and what they open."""

from contextlib import suppress

import pytest

from cowork.domain.comments import Anchor, OpenThreadCommand
from cowork.domain.errors import Invalid, NotFound, Refused
from cowork.domain.ids import OrganisationId, PersonId, ProposalId, ThreadId
from cowork.domain.proposals import Right, Role
from cowork.services import audit, comments, moving, proposals, section_rights, specifications
from cowork.services.cases import Case
from cowork.services.proposals import ParticipantCommand
from cowork.services.section_rights import RightsCommand
from cowork.services.specifications import SaveCommand, may_comment_on, may_suggest, writable_columns, writable_fields, writable_sections
from tests.steering import ADMIN, AUTHOR, PARTNER, PARTNER_ADMIN, steered
from tests.world import World


def case_of(world: World, email: str, proposal: ProposalId) -> Case:
    return proposals.case(world.context, world.actor(email), proposal)


def say(
    world: World, by: str, proposal: ProposalId, section: str, email: str | None, right: Right | None, party: str = "northfield"
) -> int:
    """`by` says what somebody (None: everybody) of a party may do in a section."""
    person = world.actor(email).person if email else None
    command = RightsCommand(section, {(world.organisations[party], person): right}, {})
    return section_rights.set_rights(world.context, world.actor(by), proposal, command)


def grant(world: World, by: str, proposal: ProposalId, section: str, granted: bool = True, party: str = "harbour") -> int:
    command = RightsCommand(section, {}, {world.organisations[party]: granted})
    return section_rights.set_rights(world.context, world.actor(by), proposal, command)


def remark(world: World, email: str, proposal: ProposalId, section: str | None) -> ThreadId:
    command = OpenThreadCommand("A remark.", Anchor(section), None, False, 1)
    return comments.open_thread(world.context, world.actor(email), proposal, command)


def test_a_narrowed_author_neither_writes_nor_comments_there_and_goes_on_elsewhere(world: World) -> None:
    proposal = world.complete_draft()
    thread = remark(world, PARTNER, proposal, "delivery")
    assert say(world, ADMIN, proposal, "delivery", AUTHOR, Right.READ) == 1
    case = case_of(world, AUTHOR, proposal)
    assert "delivery" not in writable_sections(case)
    assert not may_suggest(case, case.form.section("delivery"))
    with pytest.raises(Refused, match="has not given you the right to edit"):
        world.save(AUTHOR, proposal, "delivery", cohort="12")
    with pytest.raises(Refused, match="may read “Delivery”"):
        remark(world, AUTHOR, proposal, "delivery")
    with pytest.raises(Refused, match="not comment"):
        comments.reply(world.context, world.actor(AUTHOR), proposal, thread, "An answer")
    with pytest.raises(Refused, match="not comment"):
        comments.resolve(world.context, world.actor(AUTHOR), proposal, thread)
    assert world.save(AUTHOR, proposal, "identity", title="Another title").changed
    remark(world, AUTHOR, proposal, None)
    assert say(world, ADMIN, proposal, "delivery", AUTHOR, None) == 1
    assert "delivery" in writable_sections(case_of(world, AUTHOR, proposal))


def test_who_raised_a_thread_can_end_it_whatever_their_rights_have_become(world: World) -> None:
    proposal = world.complete_draft()
    thread = remark(world, AUTHOR, proposal, "need")
    say(world, ADMIN, proposal, "need", AUTHOR, Right.READ)
    comments.resolve(world.context, world.actor(AUTHOR), proposal, thread)
    comments.reopen(world.context, world.actor(AUTHOR), proposal, thread)


def test_a_university_lets_the_employer_edit_its_assessments_and_takes_it_back(world: World) -> None:
    proposal = world.complete_draft()
    before = case_of(world, PARTNER, proposal)
    assessments = before.form.section("assessments")
    assert assessments.owner.value == "university"
    assert not writable_fields(before, assessments)
    assert may_suggest(before, assessments)
    with pytest.raises(Refused, match="written by the university"):
        world.save(PARTNER, proposal, "assessments", items=[])
    assert grant(world, AUTHOR, proposal, "assessments") == 1
    after = case_of(world, PARTNER, proposal)
    assert writable_fields(after, assessments) == {field.key for field in assessments.fields}
    assert all(writable_columns(after, field) == {column.key for column in field.columns} for field in assessments.fields)
    rows = specifications.draft(world.context, world.actor(PARTNER), proposal).content["assessments"]["items"]
    assert isinstance(rows, list)
    renamed = [{**row, "title": f"{row['title']}, revised"} for row in rows]
    assert world.save(PARTNER, proposal, "assessments", items=renamed).changed
    assert grant(world, AUTHOR, proposal, "assessments", False) == 1
    with pytest.raises(Refused):
        world.save(PARTNER, proposal, "assessments", items=rows)
    kinds = [entry.kind for entry in audit.activity(world.context, world.actor(AUTHOR), proposal).entries]
    assert kinds.count("section-granted") == 2
    assert audit.verify(world.context).faults == ()


def test_a_grant_opens_no_lane(world: World) -> None:
    proposal = world.complete_draft()
    hidden = [
        (section, field) for section in case_of(world, AUTHOR, proposal).form.sections for field in section.fields
        if field.lane.value == "university"
    ]  # fmt: skip
    assert hidden, "the shipped form has fields that universities alone read"
    for section, field in hidden:
        grant(world, AUTHOR, proposal, section.key)
        case = case_of(world, PARTNER, proposal)
        assert field.key not in writable_fields(case, section)
        assert field.key not in case.readable({section.key: {field.key: "CANARY"}}).get(section.key, {})
        with suppress(Refused):
            world.save(PARTNER, proposal, section.key, **{field.key: "CANARY"})
    assert "CANARY" not in str(specifications.draft(world.context, world.actor(AUTHOR), proposal).version.content)


def test_a_party_narrows_within_what_it_was_granted(world: World) -> None:
    proposal = world.complete_draft()
    grant(world, AUTHOR, proposal, "assessments")
    say(world, PARTNER_ADMIN, proposal, "assessments", PARTNER, Right.COMMENT, "harbour")
    case = case_of(world, PARTNER, proposal)
    assert not writable_fields(case, case.form.section("assessments"))
    assert may_comment_on(case, case.form.section("assessments"))
    assert not may_suggest(case, case.form.section("assessments"))


def test_nobody_takes_what_is_not_theirs_to_give(world: World) -> None:
    proposal = world.complete_draft()
    with pytest.raises(Invalid, match="Nobody sets their own rights"):
        say(world, AUTHOR, proposal, "need", AUTHOR, Right.EDIT)
    with pytest.raises(Invalid, match="sets the rights of its own people"):
        say(world, AUTHOR, proposal, "need", PARTNER, Right.READ, "harbour")
    with pytest.raises(Invalid, match="granted by the other side"):
        grant(world, PARTNER, proposal, "assessments")
    with pytest.raises(Invalid, match="nothing to grant"):
        grant(world, PARTNER, proposal, "assessments", party="northfield")
    with pytest.raises(Invalid, match="one of the parties"):
        grant(world, AUTHOR, proposal, "assessments", party="rival")
    with pytest.raises(Invalid, match="Choose among those who take part"):
        say(world, AUTHOR, proposal, "need", "nobody@northfield.example", Right.READ)
    with pytest.raises(NotFound):
        say(world, AUTHOR, proposal, "nowhere", None, Right.READ)
    with pytest.raises(NotFound):
        say(world, "admin@rival.example", proposal, "need", None, Right.READ, "rival")


def test_a_reader_let_comment_in_a_section_comments_there_alone(world: World) -> None:
    proposal = world.complete_draft()
    reader = "nobody@northfield.example"
    proposals.add_participant(world.context, world.actor(AUTHOR), proposal, ParticipantCommand(reader, Role.READER))
    with pytest.raises(Refused, match="as a reader"):
        remark(world, reader, proposal, "need")
    say(world, AUTHOR, proposal, "need", reader, Right.EDIT)
    remark(world, reader, proposal, "need")
    for section in ("delivery", None):
        with pytest.raises(Refused, match="may read"):
            remark(world, reader, proposal, section)
    with pytest.raises(Refused):
        world.save(reader, proposal, "need", problem="Mine")


def test_a_commenter_suggests_but_where_it_was_said_that_they_only_comment(world: World) -> None:
    proposal = world.complete_draft()
    person = "nobody@northfield.example"
    proposals.add_participant(world.context, world.actor(AUTHOR), proposal, ParticipantCommand(person, Role.COMMENTER))
    say(world, AUTHOR, proposal, "need", None, Right.EDIT)
    say(world, AUTHOR, proposal, "delivery", person, Right.COMMENT)
    case = case_of(world, person, proposal)
    assert may_suggest(case, case.form.section("need"))
    assert not may_suggest(case, case.form.section("delivery"))
    assert may_comment_on(case, case.form.section("delivery"))
    assert not writable_fields(case, case.form.section("need"))


def test_rights_end_with_a_part(world: World) -> None:
    proposal = world.complete_draft()
    person = "nobody@northfield.example"
    add = ParticipantCommand(person, Role.AUTHOR)
    proposals.add_participant(world.context, world.actor(AUTHOR), proposal, add)
    say(world, AUTHOR, proposal, "need", person, Right.READ)
    key: tuple[PersonId, OrganisationId] = (world.actor(person).person, world.organisations["northfield"])
    proposals.remove_participant(world.context, world.actor(AUTHOR), proposal, *key)
    proposals.add_participant(world.context, world.actor(AUTHOR), proposal, add)
    assert case_of(world, person, proposal).state.facts.rules == ()


def test_saying_the_same_again_changes_nothing_and_notes_nothing(world: World) -> None:
    proposal = world.complete_draft()
    assert say(world, ADMIN, proposal, "need", AUTHOR, Right.COMMENT) == 1
    count = case_of(world, AUTHOR, proposal).state.event_count
    assert say(world, ADMIN, proposal, "need", AUTHOR, Right.COMMENT) == 0
    assert case_of(world, AUTHOR, proposal).state.event_count == count


def test_what_a_stage_leaves_open_in_review_is_written_by_those_who_may_edit_it(world: World) -> None:
    """The stage “quality” leaves need and business open; section rights say to whom."""
    proposal = steered(world)
    world.decide("head@northfield.example", proposal)
    opened = specifications.draft(world.context, world.actor(AUTHOR), proposal).writable
    assert "business" in opened
    say(world, ADMIN, proposal, "business", AUTHOR, Right.SUGGEST)
    assert "business" not in specifications.draft(world.context, world.actor(AUTHOR), proposal).writable
    case = case_of(world, AUTHOR, proposal)
    assert may_suggest(case, case.form.section("business")), "edits come as suggestions while it is in review"
    with pytest.raises(Refused, match="right to edit"):
        moving.preview(world.context, world.actor(AUTHOR), proposal, SaveCommand("business", 1, {"fee": 10}))


def test_nothing_is_suggested_to_what_has_ended(world: World) -> None:
    proposal = world.complete_draft()
    section = case_of(world, PARTNER, proposal).form.section("assessments")
    assert may_suggest(case_of(world, PARTNER, proposal), section)
    world.submit(proposal)
    assert may_suggest(case_of(world, PARTNER, proposal), section)
    world.approve_all(proposal)
    assert not may_suggest(case_of(world, PARTNER, proposal), section)
