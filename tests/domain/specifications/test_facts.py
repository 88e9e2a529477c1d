"""The typed view for exports."""

from hypothesis import given

from cowork.domain.specifications.facts import Facts
from tests.domain.specifications.builders import cloud
from tests.domain.specifications.strategies import raw_contents


def test_facts_read_the_core_answers() -> None:
    facts = Facts.of(cloud())
    assert (facts.title, facts.level_framework, facts.level, facts.country) == ("Cloud Operations", "eqf", "6", "IE")
    assert (facts.credit_bearing, facts.total_hours, facts.ects, facts.local_credits) == (True, 125, 5, None)
    assert facts.outcomes[0].text == "Configure a virtual network"
    assert [(a.weight, a.summative, a.outcomes) for a in facts.assessments] == [(60, True, ("o1", "o2")), (40, True, ("o3",))]
    assert facts.skills[0].uri == "https://example.org/skill/1"
    assert facts.partners[0].name == "Acme Cloud"


def test_missing_answers_are_empty_facts() -> None:
    facts = Facts.of({})
    assert (facts.title, facts.languages, facts.outcomes, facts.total_hours, facts.credit_bearing) == ("", (), (), None, False)


@given(raw_contents)
def test_answers_of_an_odd_shape_count_as_missing(raw: dict[str, dict[str, object]]) -> None:
    facts = Facts.of({"identity": raw["about"], "outcomes": {"items": raw["plan"].get("goals")}})
    assert isinstance(facts.title, str)
    assert all(isinstance(outcome.text, str) for outcome in facts.outcomes)
