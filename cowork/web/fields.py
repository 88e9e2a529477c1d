"""Putting what a use case refused onto the fields of the form that was sent."""

from typing import Any

from cowork.domain.errors import Invalid


def blame(form: Any, error: Invalid) -> list[tuple[str, str]]:
    """Give each problem to its field, and return all of them as (field id or "", sentence) for the error summary.

    A problem whose path names no field of the form stands in the summary alone.
    """
    found = []
    for path, sentence in error.problems:
        field = form._fields.get(path)
        if field is not None:
            field.errors = [*field.errors, sentence]
        found.append((field.id if field is not None else "", sentence))
    return found
