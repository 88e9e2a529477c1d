"""Code lists: every list a form names can be shown, and no value stands for two things."""

import pytest

from cowork.domain.specifications import codelists, forms


@pytest.mark.parametrize("name", sorted(codelists.names()))
def test_a_list_has_distinct_values_with_labels(name: str) -> None:
    found = codelists.options(name)
    assert len({option.value for option in found}) == len(found) > 0
    assert all(option.value and option.label.strip() for option in found)
    assert set(codelists.uris(name)) <= {option.value for option in found}


def test_countries_and_languages_carry_the_codes_people_expect() -> None:
    assert {option.value: option.label for option in codelists.options("iso3166-1")}["IE"] == "Ireland"
    assert {option.value: option.label for option in codelists.options("iso639-1")}["cy"] == "Welsh"


def test_an_unknown_list_is_a_key_error() -> None:
    for name in ("planets", "../bloom"):
        with pytest.raises(KeyError):
            codelists.options(name)


def test_a_value_the_form_no_longer_knows_shows_as_itself() -> None:
    country = forms.shipped().section("identity").field("country")
    assert codelists.label(country, "IE") == "Ireland"
    assert codelists.label(country, "XX") == "XX"
