"""Seats in which only authors would sit, where authors neither decide nor object."""

import pytest

from cowork.domain.specifications import forms
from cowork.domain.workflows import facts, loading, undeciding
from tests.domain.workflows.test_loading import stage, text

AUTHORS = '{ key = "writers", side = "university", participants = "author", title = "Writers"%s }'
FAULT = 'Stage "ask", seat "writers": authors neither decide nor object. Ask them in a stage of kind "consult".'


def asked(kind: str, more: str = "") -> str:
    rule = ', rule = "any"' if kind in ("decide", "endorse", "check", "vote") else ""
    term = "due_days = 5\n" if kind in ("consult", "notice") else ""
    seat = AUTHORS % (rule + more)
    return text(f'[[stage]]\nkey = "ask"\ntitle = "Ask"\nkind = "{kind}"\n{term}seat = [{seat}]\n', stage())


@pytest.mark.parametrize("kind", ["decide", "endorse", "check", "vote", "notice"])
def test_authors_alone_fill_no_seat_that_decides_or_objects(kind: str) -> None:
    found = asked(kind)
    assert facts.faults(found, forms.shipped()) == (FAULT,)
    assert undeciding.faults(loading.load(found)) == (FAULT,), "what runs already is read as before"


def test_they_are_asked_in_a_consultation_and_may_be_named_beside_others() -> None:
    assert facts.faults(asked("consult"), forms.shipped()) == ()
    assert facts.faults(asked("inform"), forms.shipped()) == ()
    assert facts.faults(asked("check", ', office = "dean"'), forms.shipped()) == ()
