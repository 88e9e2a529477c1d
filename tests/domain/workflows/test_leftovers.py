"""Whatever is typed into the form of a stage is in the draft made of it, or said to be left out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowork.domain.toml import dumps
from cowork.domain.workflows.drafting import fields_of, filled
from cowork.domain.workflows.fillins import RULE_KINDS
from cowork.domain.workflows.leftovers import leftovers
from cowork.domain.workflows.rules import MOST_PER_CENT, PARTS
from tests.domain.workflows.test_drafting import KINDS, small

LINES = ("number", "least", "quorum-number", "each-party", "each-side", "with", "fails-at")
RULE_FIELDS = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(("", *RULE_KINDS)),
        "quorum": st.sampled_from(("", "people", *MOST_PER_CENT, *PARTS)),
        "of": st.sampled_from(("members", "present", "votes", "parties")),
        "chair": st.sampled_from(("votes", "breaks-ties", "silent")),
        "dissent": st.sampled_from(("", "ends", "counts")),
        **{name: st.sampled_from(("", f"typed-{name}")) for name in LINES},
    }
)


@given(
    RULE_FIELDS, st.sampled_from(("each", "named", "lead")), st.sampled_from(("", "back", "ends")), st.sampled_from(("", "back")),
    st.sampled_from(("previous", "start", "chosen")), st.sampled_from(("all", "chosen")),
)  # fmt: skip
def test_nothing_that_is_typed_is_lost_in_silence(
    rule: dict[str, str], parties: str, every: str, changes: str, after: str, reads: str
) -> None:
    typed = {
        **fields_of(small(), 1, KINDS), **{f"seat-0-rule-{name}": [text] for name, text in rule.items()},
        "seat-0-parties": [parties], "seat-0-named": ["typed-party"], "refusal-all": [every], "refusal-changes": [changes],
        "refusal-to": ["typed-back"], "refusal-times": ["typed-times"], "after-by": [after], "after": ["typed-after"],
        "reads-by": [reads], "reads": ["typed-reads"],
    }  # fmt: skip
    kept, left = dumps(filled(small(), 1, typed, KINDS)), leftovers(typed)
    words = [text for values in typed.values() for text in values if text.startswith("typed-")]
    for word in words:
        assert (word in kept) is not (word in [one.text for one in left]), f"{word} is kept, or said to be left out"
    for name, usual in (("of", "members"), ("chair", "votes"), ("dissent", ""), ("quorum", "")):
        said = [one.text for one in left if one.field == f"seat-0-rule-{name}"]
        assert rule[name] == usual or f'"{rule[name]}"' in kept or f"{rule[name]} = " in kept or name == "quorum" or said == [rule[name]]


@pytest.mark.parametrize("part", [0, 1, 2])
def test_what_stands_in_a_draft_leaves_nothing_out(part: int) -> None:
    assert leftovers(fields_of(small(), part, KINDS)) == ()


def test_it_says_where_and_why() -> None:
    typed = {**fields_of(small(), 1, KINDS), "seat-0-rule-kind": ["majority"], "seat-0-rule-number": ["5"]}
    (left,) = leftovers(typed)
    assert (left.label, left.text, left.why, left.seat) == ("Number", "5", "because the rule that is chosen takes none", 0)
