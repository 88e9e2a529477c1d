"""Events are stored under names that never change, hold no texts, and say whose own lane they belong to."""

import dataclasses
import json
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowork.domain import access_events, events, evidence_events, organisation_events
from cowork.domain.events import DecisionMade, Event, ThreadOpened, VersionSaved, kind_of, lane_of, payload_of
from cowork.domain.ids import DecisionId, Digest, OfficeId, OrganisationId, PersonId, RoundId, ThreadId
from cowork.domain.specifications.canonical import canonical
from cowork.domain.workflows.progress import Verdict

MODULES = (events, organisation_events, evidence_events, access_events)
FOUND = [found for module in MODULES for found in vars(module).values()]
KINDS = list(dict.fromkeys(found for found in FOUND if isinstance(found, type) and dataclasses.is_dataclass(found)))
DIGEST = Digest("d" * 64)


def test_every_type_of_event_belongs_to_a_proposal_or_an_organisation() -> None:
    assert set(KINDS) == set(get_args(Event))


def test_no_two_types_of_event_are_stored_under_one_name() -> None:
    assert len({kind_of(kind) for kind in KINDS}) == len(KINDS)


def test_names_are_stored_in_kebab_case() -> None:
    assert kind_of(VersionSaved) == "version-saved"
    assert kind_of(organisation_events.OfficeTermStarted) == "office-term-started"


def test_a_payload_is_plain_json_without_what_is_absent() -> None:
    made = DecisionMade(
        DecisionId("d"), RoundId("r"), "dean", "dean", OrganisationId("northfield"), None, Verdict.APPROVE, 3, DIGEST, ("need", "legal")
    )
    assert payload_of(made) == {
        "decision": "d", "round": "r", "stage": "dean", "seat": "dean", "party": "northfield", "verdict": Verdict.APPROVE.value,
        "version": 3, "digest": DIGEST, "sections": ["need", "legal"],
    }  # fmt: skip
    assert json.loads(canonical(payload_of(made))) == payload_of(made)


@given(st.text(min_size=1), st.booleans())
def test_a_thread_in_a_lane_is_known_to_its_own_organisation_alone(lane: str, objection: bool) -> None:
    private = ThreadOpened(ThreadId("t"), 1, "need", None, OrganisationId(lane), objection)
    shared = dataclasses.replace(private, lane=None)
    assert lane_of(kind_of(ThreadOpened), payload_of(private)) == lane
    assert lane_of(kind_of(ThreadOpened), payload_of(shared)) is None


@pytest.mark.parametrize("kind", KINDS, ids=kind_of)
def test_every_event_with_a_lane_is_hidden_by_it(kind: type[object]) -> None:
    names = {field.name for field in dataclasses.fields(kind)}  # type: ignore[arg-type]  # KINDS holds dataclasses only
    hidden = lane_of(kind_of(kind), {"lane": "northfield"})
    assert (hidden == "northfield") == ("lane" in names)


def test_an_office_that_nobody_names_is_left_out() -> None:
    started = organisation_events.OfficeTermStarted(OfficeId("o"), PersonId("p"), "2026-01-01", None)
    assert "ends" not in payload_of(started)
