"""Hours and credits: exact, shown, never rounded silently."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowork.domain.specifications.codelists import options
from cowork.domain.specifications.workload import credits_for, hours_for, schemes, shown, workload
from tests.domain.specifications.builders import cloud

amounts = st.decimals(Decimal("0.5"), Decimal(400), places=1)


def test_every_scheme_that_can_be_chosen_can_be_converted() -> None:
    assert {option.value for option in options("credit-schemes")} == set(schemes())


@given(amounts, st.sampled_from(sorted(schemes())))
def test_credits_turned_to_hours_and_back_enclose_themselves(amount: Decimal, key: str) -> None:
    scheme = schemes()[key]
    hours = hours_for(amount, scheme)
    assert credits_for(hours.least, scheme).least <= amount <= credits_for(hours.most, scheme).most
    assert hours.least <= hours.most


def test_hours_that_match_their_credits_are_said_to_fit() -> None:
    found = workload(cloud())
    assert (found.sum, found.total, found.adds_up) == (Decimal(125), Decimal(125), True)
    assert [(check.fits, check.sentence) for check in found.credits] == [
        (True, "5 ECTS credits stand for 125 to 150 hours; the total is 125, that is 25 hours a credit.")
    ]


def test_local_credits_are_checked_beside_ects() -> None:
    content = cloud()
    content["workload"] |= {"scheme": "uk", "local_credits": 10}
    first, second = workload(content).credits
    assert (first.fits, second.fits) == (True, False)
    assert second.sentence.startswith(
        "10 UK credits stand for 100 hours; the total is 125, that is 12.5 hours a credit, outside the band of 10."
    )


@pytest.mark.parametrize(("ects", "fits"), [(5, True), (4, False), (4.16, False), (4.2, True), (5.01, False)])
def test_the_band_is_exact_at_its_edges(ects: float, fits: bool) -> None:
    content = cloud()
    content["workload"]["ects"] = ects
    assert workload(content).credits[0].fits is fits


def test_without_credit_nothing_is_checked_but_equivalents_are_shown() -> None:
    content = cloud()
    content["identity"]["credit_bearing"] = "non-credit"
    found = workload(content)
    assert found.credits == ()
    assert "125 hours are ≈ 4.17 to 5 ECTS credits" in found.equivalents


def test_what_is_rounded_says_so() -> None:
    assert shown(Decimal("4.5")) == "4.5"
    assert shown(Decimal(125) / Decimal(30)) == "≈ 4.17"
    content = cloud()
    content["workload"] |= {"contact_hours": 1, "independent_hours": 1, "workbased_hours": 1, "assessment_hours": 0}
    assert [part.share for part in workload(content).parts] == ["≈ 33.3 %", "≈ 33.3 %", "≈ 33.3 %", "0 %"]


def test_missing_hours_leave_the_question_open() -> None:
    content = cloud()
    del content["workload"]["total_hours"]
    found = workload(content)
    assert (found.total, found.adds_up, found.equivalents) == (None, None, ())
    assert found.credits[0].fits is None


def test_decimal_hours_add_up_without_binary_dust() -> None:
    content = cloud()
    content["workload"] |= {"contact_hours": 0.1, "independent_hours": 0.2, "workbased_hours": 0, "assessment_hours": 0, "total_hours": 0.3}
    assert workload(content).adds_up is True
