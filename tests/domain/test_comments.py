"""What a comment must be, what it may be about, and who may be kept from seeing it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowork.domain.comments import MAX_BODY, Anchor, OpenThreadCommand, check_anchor, check_lane, clean_body
from cowork.domain.errors import Invalid
from cowork.domain.ids import OrganisationId
from cowork.domain.specifications import forms

FORM = forms.shipped()
NORTHFIELD, IBM = OrganisationId("northfield"), OrganisationId("ibm")


def command(lane: OrganisationId | None, objection: bool = False) -> OpenThreadCommand:
    return OpenThreadCommand("Why?", Anchor(), lane, objection, 1)


@given(st.text(max_size=200))
def test_a_body_is_kept_as_it_was_written_or_refused_because_nothing_is_in_it(body: str) -> None:
    try:
        kept = clean_body(body)
    except Invalid:
        assert not body.replace("\x00", "").strip()
    else:
        assert kept == kept.strip() != ""
        assert "\x00" not in kept
        assert clean_body(kept) == kept


def test_a_body_may_be_as_long_as_it_says_and_no_longer() -> None:
    assert len(clean_body("a" * MAX_BODY)) == MAX_BODY
    with pytest.raises(Invalid, match="10,000"):
        clean_body("a" * (MAX_BODY + 1))


def test_a_comment_is_about_the_proposal_a_section_or_a_field() -> None:
    section = FORM.sections[0]
    for anchor in (Anchor(), Anchor(section.key), Anchor(section.key, section.fields[0].key)):
        check_anchor(FORM, anchor)


FIRST = FORM.sections[0]


@pytest.mark.parametrize("anchor", [Anchor("nowhere"), Anchor(FIRST.key, "nothing"), Anchor(None, FIRST.fields[0].key)])
def test_a_comment_is_not_about_what_the_form_does_not_have(anchor: Anchor) -> None:
    with pytest.raises(Invalid, match="Choose what the comment is about"):
        check_anchor(FORM, anchor)


def test_the_own_lane_is_open_to_members_and_the_shared_one_to_all() -> None:
    check_lane(command(NORTHFIELD), frozenset({NORTHFIELD}))
    check_lane(command(None, objection=True), frozenset())


def test_nobody_writes_in_the_lane_of_another_party() -> None:
    with pytest.raises(Invalid, match="your own organisation"):
        check_lane(command(IBM), frozenset({NORTHFIELD}))


def test_what_holds_approval_is_seen_by_everybody() -> None:
    with pytest.raises(Invalid, match="every party must see it"):
        check_lane(command(NORTHFIELD, objection=True), frozenset({NORTHFIELD}))
