"""Digests: bound to what is shared, deaf to blanks and key order, silent about private lanes."""

import json

from hypothesis import given

from cowork.domain.specifications.canonical import canonical
from cowork.domain.specifications.digests import digest, document, lane_commitments, private_digest, section_digests
from cowork.domain.specifications.form import readable
from tests.domain.specifications.builders import SMALL, Contents
from tests.domain.specifications.strategies import contents


@given(contents, contents)
def test_the_digest_differs_exactly_when_what_is_shared_differs(one: Contents, other: Contents) -> None:
    shared = [readable(SMALL, content, frozenset()) for content in (one, other)]
    assert (digest(SMALL, one) == digest(SMALL, other)) is (shared[0] == shared[1])


@given(contents, contents)
def test_a_section_digest_differs_exactly_when_its_shared_answers_differ(one: Contents, other: Contents) -> None:
    before, after = section_digests(SMALL, one), section_digests(SMALL, other)
    for key in ("about", "plan"):
        same = readable(SMALL, one, frozenset()).get(key) == readable(SMALL, other, frozenset()).get(key)
        assert (before[key] == after[key]) is same


def test_an_empty_an_absent_and_a_blank_section_have_one_digest() -> None:
    blank: Contents = {"about": {"title": "", "tags": [], "story": None}}
    assert section_digests(SMALL, {}) == section_digests(SMALL, {"about": {}}) == section_digests(SMALL, blank)
    assert digest(SMALL, {}) == digest(SMALL, blank)


def test_a_private_lane_has_a_digest_of_its_own_and_leaves_the_shared_one_alone() -> None:
    open_only: Contents = {"about": {"title": "T"}}
    with_secret: Contents = {"about": {"title": "T", "secret": "S"}}
    assert set(section_digests(SMALL, open_only)) == {"about", "plan"}
    assert set(section_digests(SMALL, with_secret)) == {"about", "about@university", "plan"}
    assert section_digests(SMALL, open_only)["about"] == section_digests(SMALL, with_secret)["about"]


def test_two_sections_with_the_same_answers_do_not_share_a_digest() -> None:
    found = section_digests(SMALL, {})
    assert found["about"] != found["plan"]


@given(contents)
def test_the_exported_document_names_its_form_and_holds_nothing_private(content: Contents) -> None:
    exported = json.loads(canonical(document(SMALL, content)))
    assert exported["format"] == "cowork-specification/1"
    assert exported["form"] == {"key": "small", "version": 1, "digest": SMALL.digest}
    assert "secret" not in exported["content"].get("about", {})
    assert "budget" not in exported["content"].get("plan", {})


def test_a_commitment_to_private_answers_needs_its_salt() -> None:
    content: Contents = {"about": {"secret": "S"}, "plan": {"budget": 5}}
    assert private_digest(SMALL, {"about": {"title": "T"}}, "salt") is None
    assert private_digest(SMALL, content, "salt") == private_digest(SMALL, content, "salt") != private_digest(SMALL, content, "pepper")
    assert private_digest(SMALL, content, "salt") != private_digest(SMALL, {"about": {"secret": "S"}, "plan": {"budget": 6}}, "salt")


def test_the_commitment_of_one_lane_does_not_depend_on_the_other() -> None:
    one = lane_commitments(SMALL, {"about": {"secret": "S"}, "plan": {"budget": 5}}, "salt")
    other = lane_commitments(SMALL, {"about": {"secret": "S"}, "plan": {"budget": 6}}, "salt")
    assert one["university"] == other["university"]
    assert one["employer"] != other["employer"]
