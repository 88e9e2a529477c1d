"""Code lists that fields name by `codelist`: countries, languages, levels, methods. Files under ``library/codelists/``."""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from cowork.domain.specifications.form import Field, Option

_FOLDER = files("cowork.domain.specifications").joinpath("library", "codelists")


@cache
def names() -> frozenset[str]:
    """The names of all code lists."""
    return frozenset(entry.name.removesuffix(".json") for entry in _FOLDER.iterdir() if entry.name.endswith(".json"))


@cache
def options(name: str) -> tuple[Option, ...]:
    """The values and labels of a list, in the order to show them. KeyError for an unknown name."""
    return tuple(Option(entry["value"], entry["label"]) for entry in _entries(name))


@cache
def uris(name: str) -> Mapping[str, str]:
    """For each value that has one, the address that identifies its concept elsewhere. KeyError for an unknown name."""
    return {entry["value"]: entry["uri"] for entry in _entries(name) if "uri" in entry}


@cache
def also(name: str) -> Mapping[str, str]:
    """For each value that has some, its other names, set apart by semicolons. KeyError for an unknown name."""
    return {entry["value"]: entry["also"] for entry in _entries(name) if "also" in entry}


def choices(field: Field) -> tuple[Option, ...]:
    """The options of a choice field, whether written in the form or taken from a code list."""
    return options(field.codelist) if field.codelist else field.options


def label(field: Field, value: str) -> str:
    """The label of a choice; the value itself where the form no longer knows it."""
    return next((option.label for option in choices(field) if option.value == value), value)


@cache
def _entries(name: str) -> tuple[dict[str, str], ...]:
    if name not in names():
        raise KeyError(name)
    return tuple(json.loads(_FOLDER.joinpath(f"{name}.json").read_text("utf-8")))
