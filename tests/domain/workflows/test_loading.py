"""Reading workflows: what a sound one becomes, and every fault as a sentence with its place."""

import tomllib
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowork.domain.conditions import Test as Fact
from cowork.domain.ids import Side
from cowork.domain.workflows.definition import ALL, Rule, StageKind, Threshold, ThresholdKind
from cowork.domain.workflows.loading import MAX_TEXT, BadWorkflow, load, problems, shipped
from cowork.domain.workflows.reading import MAX_STAGES

FACTS = frozenset({"identity.credit_bearing", "business.fee", "outcomes.items"})
HEADING = """
key = "short"
version = 1
title = "Short"
description = "Two stages."
source = "Written for a test."
"""
SEAT = """
[[stage.seat]]
key = "dean"
side = "university"
office = "dean"
title = "Dean"
rule = "any"
"""
OPENING = f"""
[[stage]]
key = "head"
title = "Head"
kind = "endorse"
{SEAT}"""


def stage(lines: str = "", key: str = "dean", seats: str = SEAT) -> str:
    return f'[[stage]]\nkey = "{key}"\ntitle = "A stage"\nkind = "decide"\n{lines}\n{seats}'


def text(*parts: str) -> str:
    """A workflow of a sound first stage and whatever else is given."""
    return "\n".join((HEADING, OPENING, *parts))


class TestSoundWorkflows:
    def test_every_construct_is_read(self) -> None:
        lines = """
        guidance = "Look at the fee."
        after = ["head"]
        when = { fact = "business.fee", at-least = 1 }
        reads = ["identity", "business"]
        due_days = 10
        """
        seats = SEAT.replace('rule = "any"', "rule = { at-least = 2 }") + SEAT.replace('"dean"', '"chair"').replace('"any"', '"all"')
        flow = load(text(stage(lines, seats=seats)), FACTS)
        first, second = flow.stages
        assert (first.kind, first.after, first.when, first.reads, first.due_days) == (StageKind.ENDORSE, (), None, None, None)
        assert (second.after, second.reads, second.due_days) == (("head",), ("identity", "business"), 10)
        assert second.when == Fact("business.fee", "at-least", 1)
        assert [(seat.rule, seat.side) for seat in second.seats] == [
            (Rule(Threshold(ThresholdKind.COUNT, 2)), Side.UNIVERSITY),
            (ALL, Side.UNIVERSITY),
        ]

    def test_without_after_a_stage_follows_the_one_before_it_in_the_file(self) -> None:
        assert [entry.after for entry in load(text(stage(), stage(key="last"))).stages] == [(), ("head",), ("dean",)]

    def test_an_empty_after_runs_from_the_start(self) -> None:
        assert load(text(stage("after = []"))).stages[1].after == ()

    def test_a_stage_may_wait_for_one_further_down(self) -> None:
        assert load(text(stage('after = ["last"]'), stage("after = []", key="last"))).stages[1].after == ("last",)

    def test_the_digest_is_that_of_the_text(self) -> None:
        assert load(text()).digest == load(text()).digest
        assert load(text()).digest != load(text() + "# a remark").digest

    def test_without_the_forms_facts_their_names_are_not_checked(self) -> None:
        assert problems(text(stage('when = { fact = "any.thing", is = 1 }\nreads = ["whatever"]'))) == ()


OFFICE = '`office` names kinds of office such as "dean": one in quotes, or a list.'
KEY = 'is a short name of lower-case letters, digits and hyphens, such as "quality-office".'
RULE = "`rule` is one of “any”, “all”, “majority”, “two-thirds”, or a table such as { at-least = 2 }."
AT_LEAST = "`at-least` is a whole number from 1 to 1,000."
DAYS = "`due_days` is a whole number from 1 to 365."
STAGE_KEYS = (
    "key, title, kind, guidance, after, when, reads, requires, edits, statement, needed, needed_parties, of, quorum, closes, "
    "refusal, due_days, least_days, lapse, apart, idle_days, escalate_to, outcome, valid_days, against, votes, ballot, seat"
)
NO_READS = (
    "`reads` is empty, so no edit could ever void a decision. Name sections, such as those that no later stage edits, "
    "or leave it out to read all."
)
ITSELF = "`after` names the stage itself, so it could never open: name an earlier one."


@pytest.mark.parametrize(
    ("added", "place", "fault"),
    [
        (stage("colour = 1"), 'Stage "dean"', f"`colour` is not known here. Known are: {STAGE_KEYS}."),
        (stage(key="head"), "Workflow", '2 stages have the key "head". Each needs its own.'),
        (stage(seats=SEAT + SEAT), 'Stage "dean"', '2 seats have the key "dean". Each needs its own.'),
        (stage(seats=""), 'Stage "dean"', "there is no seat. Add at least one."),
        (stage("seat = 1", seats=""), 'Stage "dean"', "write each seat as a table of its own that begins with [[stage.seat]]."),
        (stage('after = ["nobody"]'), 'Stage "dean"', '`after` names "nobody", but there is no such stage.'),
        (stage('after = ["dean"]'), 'Stage "dean"', ITSELF),
        (stage('after = ["head", "head"]'), 'Stage "dean"', "`after` names something twice."),
        (stage("after = [1]"), 'Stage "dean"', '`after` is a list of keys in quotes, such as ["dean"].'),
        (stage("due_days = 0"), 'Stage "dean"', DAYS),
        (stage("due_days = 366"), 'Stage "dean"', DAYS),
        (stage("due_days = true"), 'Stage "dean"', DAYS),
        (stage("reads = []"), 'Stage "dean"', NO_READS),
        (stage('reads = ["cost"]'), 'Stage "dean"', '`reads` names the section "cost", which the form does not have.'),
        (stage('when = { fact = "a.b", is = 1 }'), 'Stage "dean"', '`when` asks about "a.b", which the form does not have.'),
        (stage("when = { any = [] }"), 'Stage "dean"', "in `when`, `any` stands alone and holds a list of at least one condition."),
        (stage('guidance = " "'), 'Stage "dean"', "`guidance` is missing: write it as text in quotes."),
        (stage('guidance = "\\u202Ex"'), 'Stage "dean"', "`guidance` holds characters that cannot be shown. Type it anew."),
        (stage(seats=SEAT.replace("any", "blue")), 'Stage "dean", seat "dean"', RULE),
        (stage(seats=SEAT.replace('"any"', "{ at-least = 0 }")), 'Stage "dean", seat "dean"', AT_LEAST),
        (stage(seats=SEAT.replace('"any"', "{ at-least = true }")), 'Stage "dean", seat "dean"', AT_LEAST),
        (stage(seats=SEAT.replace("university", "college")), 'Stage "dean", seat "dean"', "`side` is one of: university, employer, both."),
        (stage(seats=SEAT.replace('office = "dean"', 'office = "The Dean"')), 'Stage "dean", seat "dean"', OFFICE),
        (
            stage().replace("decide", "ponder"),
            'Stage "dean"',
            "`kind` is one of: decide, endorse, check, vote, consult, notice, inform, end, appeal.",
        ),
        (stage(key="x" * 61), f'Stage "{"x" * 60}"', f"`key` {KEY}"),
        (stage().replace("A stage", "x" * 121), 'Stage "dean"', "`title` has 121 characters, but at most 120 are possible."),
    ],
)
def test_one_fault_is_one_sentence_with_its_place(added: str, place: str, fault: str) -> None:
    assert problems(text(added), FACTS) == (f"{place}: {fault}",)


def test_stages_behind_a_circle_are_named() -> None:
    found = problems(text(stage('after = ["two"]', key="one"), stage('after = ["one"]', key="two"), stage(key="three")))
    assert 'Stage "three": it can never be reached, because a stage before it cannot open.' in found
    assert any("in a circle" in fault for fault in found)


def test_stages_behind_one_that_waits_for_nothing_known_are_named() -> None:
    assert problems(text(stage('after = ["nobody"]'), stage(key="last"))) == (
        'Stage "dean": `after` names "nobody", but there is no such stage.',
        'Stage "last": it can never be reached, because a stage before it cannot open.',
    )


def test_a_workflow_that_decides_nothing_is_refused() -> None:
    told = HEADING + stage(seats=SEAT.replace('rule = "any"', "")).replace("decide", "inform")
    assert problems(told) == ("Workflow: no stage decides anything: consulting and informing approve nothing. Add a stage that decides.",)


def test_every_fault_is_told_at_once_and_load_carries_them_all() -> None:
    bad = 'extra = 1\n[[stage]]\nkey = "a"'
    with pytest.raises(BadWorkflow) as caught:
        load(bad)
    assert caught.value.problems == problems(bad)
    assert len(caught.value.problems) > 6
    assert str(caught.value).splitlines() == list(problems(bad))


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("", "there is no stage"),
        ("key = ", "not valid TOML"),
        ('key = "a"\nkey = "b"', "not valid TOML"),
        ("x = " + "[" * 20_000, "nested too deeply"),
        ("x = " + "9" * 5_000, "not valid TOML"),
        ("x = '\ud800'", "not valid TOML"),
        ("x = '\0'", "not valid TOML"),
        ("#" * (MAX_TEXT + 1), "only 200,000 are read"),
        ("stage = 3", "write each stage as a table of its own"),
        ("stage = [3]", "write each stage as a table of its own"),
        ("[[stage]]\n" * (MAX_STAGES + 1), f"there are {MAX_STAGES + 1} stages, but at most {MAX_STAGES} are possible"),
    ],
)
def test_whatever_the_text_is_the_answer_is_a_sentence(source: str, words: str) -> None:
    assert any(words in fault for fault in problems(source))


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.sampled_from(["dean", "any", "", "A b"]),
        lambda parts: (
            st.lists(parts, max_size=3)
            | st.dictionaries(st.sampled_from(["key", "stage", "seat", "rule", "when", "after", "at-least", "fact"]), parts, max_size=4)
        ),
    ),
    st.sampled_from(["key", "stage", "version"]),
)
def test_no_value_in_any_place_raises_anything(value: object, name: str) -> None:
    assert problems(f"{name} = {toml(value)}")


def toml(value: object) -> str:
    """The value as inline TOML."""
    match value:
        case None:
            return '"none"'
        case bool():
            return str(value).lower()
        case dict():
            return "{ " + ", ".join(f"{key} = {toml(part)}" for key, part in value.items()) + " }"
        case list():
            return "[" + ", ".join(toml(part) for part in value) + "]"
        case float():
            return f"{value:.3f}" if abs(value) < 1e9 else "inf"
        case str():
            return f'"{value}"'
    return str(value)


def test_the_library_is_read_whole_and_every_key_is_its_file() -> None:
    names = sorted(entry.name for entry in files("cowork.domain.workflows").joinpath("library").iterdir())
    assert sorted(f"{flow.key}.toml" for flow in shipped()) == [name for name in names if name.endswith(".toml")]
    assert len(shipped()) >= 6


def test_shipped_workflows_suit_the_shipped_form() -> None:
    form = files("cowork.domain.specifications").joinpath("library", "microcredential.toml").read_text(encoding="utf-8")
    facts = {f"{section['key']}.{field['key']}" for section in tomllib.loads(form)["section"] for field in section["field"]}
    for entry in files("cowork.domain.workflows").joinpath("library").iterdir():
        if entry.name.endswith(".toml"):
            assert problems(entry.read_text(encoding="utf-8"), facts) == ()
