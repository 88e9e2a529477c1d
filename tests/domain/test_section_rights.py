"""Section rights, by properties over every proposal, person and rule that can be drawn."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from cowork.domain.identity import Actor, Belonging
from cowork.domain.ids import OrganisationId, PersonId, ProposalId, Side
from cowork.domain.policy import Action, proposal_verdict, section_rule_verdict
from cowork.domain.proposals import ParticipantFacts, PartyFacts, ProposalFacts, Right, Role, SectionRule, Standing
from cowork.domain.section_rights import (
    MOST,
    ORDER,
    OTHER,
    can_grant,
    includes,
    is_granted,
    is_widened,
    narrower,
    nobody_edits,
    owners,
    parts_of,
    right_in,
    right_of,
    rule_for,
    section_with,
    usual,
    writes_for,
    writes_some,
)
from cowork.domain.specifications.form import Field, FieldType, Owner, Section

NORTH, HARBOUR, RIVAL = OrganisationId("north"), OrganisationId("harbour"), OrganisationId("rival")
SIDES = {NORTH: Side.UNIVERSITY, HARBOUR: Side.EMPLOYER, RIVAL: Side.EMPLOYER}
PEOPLE = [PersonId(name) for name in ("ada", "ben", "cho")]


def section(key: str, *owned: Owner) -> Section:
    fields = tuple(Field(f"f{at}", f"F {at}", FieldType.TEXT, owner=owner) for at, owner in enumerate(owned))
    return Section(key, key.title(), "", owned[0], fields)


MODULES, NEED = section("modules", Owner.UNIVERSITY), section("need", Owner.EMPLOYER)
SHARED, MIXED = section("outcomes", Owner.BOTH), section("mixed", Owner.UNIVERSITY, Owner.EMPLOYER)
SECTIONS = [MODULES, NEED, SHARED, MIXED]


@st.composite
def rules(draw: st.DrawFn) -> SectionRule:
    granted = draw(st.booleans())
    organisation = draw(st.sampled_from(list(SIDES)))
    person = None if granted else draw(st.none() | st.sampled_from(PEOPLE))
    right = Right.EDIT if granted else draw(st.sampled_from(list(Right)))
    return SectionRule(draw(st.sampled_from(SECTIONS)).key, organisation, person, right, granted)


@st.composite
def subjects(draw: st.DrawFn) -> ProposalFacts:
    parties = tuple(PartyFacts(key, key, SIDES[key], key == NORTH) for key in SIDES)
    part = st.builds(ParticipantFacts, st.sampled_from(PEOPLE), st.just("name"), st.sampled_from(list(SIDES)), st.sampled_from(list(Role)))
    participants = tuple(draw(st.lists(part, max_size=5, unique_by=lambda p: (p.person, p.organisation))))
    unique = draw(st.lists(rules(), max_size=8, unique_by=lambda r: (r.section, r.organisation, r.person, r.granted)))
    return ProposalFacts(
        ProposalId("p"), draw(st.sampled_from(list(Standing))), parties, participants, frozenset(), frozenset(), frozenset(), tuple(unique)
    )


@st.composite
def actors(draw: st.DrawFn) -> Actor:
    belongs = draw(st.dictionaries(st.sampled_from(list(SIDES)), st.booleans()))
    memberships = {key: Belonging(key, key, SIDES[key], admin) for key, admin in belongs.items()}
    return Actor(draw(st.sampled_from(PEOPLE)), "Ada", "ada@example.org", "UTC", "system", memberships, frozenset())


def test_each_right_includes_those_before_it() -> None:
    assert ORDER == (Right.READ, Right.COMMENT, Right.SUGGEST, Right.EDIT)
    assert [includes(Right.SUGGEST, right) for right in ORDER] == [True, True, True, False]
    assert narrower(Right.EDIT, Right.COMMENT) is Right.COMMENT


@given(actors(), subjects(), st.sampled_from(SECTIONS))
def test_only_authors_write_and_only_what_their_side_owns_or_was_granted(actor: Actor, subject: ProposalFacts, where: Section) -> None:
    sides = writes_for(actor, subject, where)
    own = {SIDES[p.organisation] for p in parts_of(actor, subject) if p.role is Role.AUTHOR}
    granted = {OTHER[SIDES[p.organisation]] for p in parts_of(actor, subject) if is_granted(subject, p.organisation, where.key)}
    assert sides <= own | granted
    if not own:
        assert not sides


@given(actors(), subjects(), st.sampled_from(SECTIONS))
def test_who_writes_in_a_section_has_the_right_to_edit_it(actor: Actor, subject: ProposalFacts, where: Section) -> None:
    sides = writes_for(actor, subject, where)
    if sides:
        assert right_in(actor, subject, where) is Right.EDIT
    if right_in(actor, subject, where) is Right.EDIT:
        assert any(writes_some(side, where) or can_grant(side, where) for side in sides)


@given(subjects(), st.sampled_from(SECTIONS))
def test_a_rule_never_gives_more_than_the_role_can_have(subject: ProposalFacts, where: Section) -> None:
    for part in subject.participants:
        assert includes(MOST[part.role], right_of(subject, part, where))


@given(subjects(), st.sampled_from(SECTIONS))
def test_without_rules_everybody_has_what_their_role_gives(subject: ProposalFacts, where: Section) -> None:
    plain = replace(subject, rules=())
    for part in plain.participants:
        held = right_of(plain, part, where)
        assert held is usual(plain, part.organisation, part.role, where)
        if part.role is Role.AUTHOR:
            assert held is (Right.EDIT if writes_some(SIDES[part.organisation], where) else Right.SUGGEST)
    assert not is_widened(Actor(PEOPLE[0], "A", "a@b.c", "UTC", "system", {}, frozenset()), plain)


@given(subjects(), st.sampled_from(SECTIONS), st.sampled_from(list(Right)))
def test_what_is_said_for_a_person_counts_before_what_is_said_for_all(subject: ProposalFacts, where: Section, right: Right) -> None:
    for part in subject.participants:
        own = SectionRule(where.key, part.organisation, part.person, right)
        others = tuple(r for r in subject.rules if (r.section, r.organisation, r.person, r.granted) != (*_place(own), False))
        for_all = SectionRule(where.key, part.organisation, None, Right.READ)
        others = tuple(r for r in others if (r.section, r.organisation, r.person, r.granted) != (*_place(for_all), False))
        said = replace(subject, rules=(*others, for_all, own))
        assert rule_for(said, part.organisation, part.person, where.key) == own
        assert includes(right, right_of(said, part, where))
        if right is Right.READ:
            assert right_of(said, part, where) is Right.READ


def _place(rule: SectionRule) -> tuple[str, OrganisationId, PersonId | None]:
    return rule.section, rule.organisation, rule.person


@given(subjects(), st.sampled_from(PEOPLE))
def test_a_party_cannot_take_for_its_people_what_the_other_side_owns(subject: ProposalFacts, person: PersonId) -> None:
    part = ParticipantFacts(person, "name", HARBOUR, Role.AUTHOR)
    own_words = (SectionRule("modules", HARBOUR, person, Right.EDIT), SectionRule("modules", HARBOUR, None, Right.EDIT))
    taken = replace(subject, participants=(part,), rules=own_words)
    assert right_of(taken, part, MODULES) is Right.SUGGEST
    given_ = replace(taken, rules=(*own_words, SectionRule("modules", HARBOUR, None, Right.EDIT, granted=True)))
    assert right_of(given_, part, MODULES) is Right.EDIT


@given(actors(), subjects(), st.sampled_from(SECTIONS))
def test_rights_open_nothing_to_whoever_may_not_read_or_comment(actor: Actor, subject: ProposalFacts, where: Section) -> None:
    """The policy stays what decides: rules neither make somebody a reader nor an author."""
    plain = replace(subject, rules=())
    for action in (Action.READ_PROPOSAL, Action.EDIT_PROPOSAL, Action.SUBMIT_PROPOSAL, Action.DECIDE, Action.MANAGE_PARTICIPANTS):
        assert proposal_verdict(action, actor, subject) == proposal_verdict(action, actor, plain)
    if proposal_verdict(Action.READ_PROPOSAL, actor, subject).allowed and includes(right_in(actor, subject, where), Right.COMMENT):
        assert proposal_verdict(Action.COMMENT, actor, subject).allowed


@given(actors(), subjects(), rules())
def test_nobody_sets_their_own_rights_or_those_of_another_party(actor: Actor, subject: ProposalFacts, rule: SectionRule) -> None:
    ruling = section_rule_verdict(actor, subject, rule)
    if ruling.allowed:
        assert rule.person != actor.person or rule.granted
        if rule.granted:
            assert any(SIDES[key] is not SIDES[rule.organisation] for key in actor.memberships)
        else:
            assert rule.organisation in actor.memberships
    else:
        assert len(ruling.reason) > 20


def test_a_section_has_the_owners_of_its_fields_and_columns() -> None:
    column = Field("c", "C", FieldType.TEXT, owner=Owner.EMPLOYER)
    listed = Section("list", "List", "", Owner.BOTH, (Field("rows", "Rows", FieldType.ROWS, columns=(column,)),))
    assert owners(listed) == {Owner.BOTH, Owner.EMPLOYER}
    assert can_grant(Side.EMPLOYER, listed)
    assert not can_grant(Side.UNIVERSITY, listed)
    assert section_with(SECTIONS, MIXED.fields[1]) is not None
    assert section_with([listed], MODULES.fields[0]) is None


def test_it_is_known_when_nobody_is_left_to_edit() -> None:
    part = ParticipantFacts(PEOPLE[0], "Ada", NORTH, Role.AUTHOR)
    parties = tuple(PartyFacts(key, key, SIDES[key], key == NORTH) for key in SIDES)
    subject = ProposalFacts(ProposalId("p"), Standing.DRAFT, parties, (part,), frozenset())
    assert not nobody_edits(subject, MODULES)
    assert nobody_edits(replace(subject, rules=(SectionRule("modules", NORTH, None, Right.COMMENT),)), MODULES)
