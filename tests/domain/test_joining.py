"""What can be asked for, and of whom."""

from hypothesis import given
from hypothesis import strategies as st

from cowork.domain.ids import OrganisationId, PersonId, Side
from cowork.domain.joining import Wish, answering, is_for_the_other_side, why_not
from cowork.domain.proposals import ProposalFacts, Right, Role
from cowork.domain.section_rights import MOST, includes, right_of
from cowork.domain.specifications.form import Section
from tests.domain.test_section_rights import PEOPLE, SECTIONS, SIDES, subjects


@given(subjects(), st.sampled_from(PEOPLE), st.sampled_from(list(SIDES)), st.sampled_from(SECTIONS), st.sampled_from(list(Right)))
def test_a_right_that_can_be_asked_for_is_more_than_is_held_and_within_the_role(
    subject: ProposalFacts, person: PersonId, house: OrganisationId, where: Section, right: Right
) -> None:
    wish = Wish(house, None, where, right)
    held = next((p for p in subject.participants if (p.person, p.organisation) == (person, house)), None)
    if not why_not(subject, person, wish):
        assert held is not None
        assert not includes(right_of(subject, held, where), right)
        assert includes(MOST[held.role], right)


@given(subjects(), st.sampled_from(list(SIDES)), st.sampled_from(SECTIONS), st.sampled_from(list(Right)))
def test_only_what_the_other_side_owns_is_asked_of_it(
    subject: ProposalFacts, house: OrganisationId, where: Section, right: Right
) -> None:
    wish = Wish(house, None, where, right)
    whom = answering(subject, wish)
    if is_for_the_other_side(subject, wish):
        assert SIDES[whom] is not SIDES[house]
        assert right is Right.EDIT
    else:
        assert whom == house
    assert answering(subject, Wish(house, Role.AUTHOR)) == house
    assert set(SIDES.values()) == set(Side)
