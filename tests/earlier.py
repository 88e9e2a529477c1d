"""The shipped form as its version 2 was, to which older proposals stay pinned: job tasks had a column that the employer owned."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from cowork.domain.specifications import forms
from cowork.services import saving

AFTER = """key = "evidence"
label = "Evidence of need"
type = "links"
refers = "need.evidence"

"""
CONFIRMED = """[[section.field.column]]
key = "confirmed"
label = "The employer confirms this row"
type = "yesno"
copied = false
owner = "employer"

"""


def text() -> str:
    """The form as it is now with that column."""
    now = forms.sources()["microcredential"]
    assert now.count(AFTER) == 1
    return now.replace(AFTER, AFTER + CONFIRMED).replace("version = 3\n", "version = 2\n")


@contextmanager
def in_use() -> Iterator[None]:
    """Proposals that begin inside are pinned to it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(saving, "_newest_text", lambda _session, _parties: text())
        yield
