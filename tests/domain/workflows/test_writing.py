"""What is written is read again as it was: every workflow, and every table that is no workflow yet."""

import tomllib
from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cowork.domain.conditions import All, Any, Not
from cowork.domain.conditions import Test as Fact
from cowork.domain.ids import Digest, Side
from cowork.domain.proposals import Role
from cowork.domain.toml import WIDTH, dumps
from cowork.domain.workflows import loading
from cowork.domain.workflows.definition import (
    APPELLANTS,
    DECIDING,
    BackTo,
    Base,
    ByVerdict,
    Chair,
    Dissent,
    Lapse,
    Naming,
    Parties,
    Refusal,
    RefusedAs,
    Requirement,
    Rule,
    Seat,
    Stage,
    StageKind,
    Threshold,
    ThresholdKind,
    Weighing,
    Window,
    Workflow,
)
from cowork.domain.workflows.loading import load, problems
from cowork.domain.workflows.refusals import going_on
from cowork.domain.workflows.terms import Span, Term, Unit
from cowork.domain.workflows.writing import published, to_toml, unstamped
from tests.domain.workflows.casting import reachable

NASTY = ['"', '"""', "\\", "'''", "a\tb", "[[stage]]", "# no comment", "é𝕳 مرحبا", "{{ x }}", "<b>", "=1+1", "\u2028", "\x7f"]

words = st.text(st.characters(categories=("L", "N", "P", "S", "Zs"), codec="utf-8"), max_size=40) | st.sampled_from(NASTY)
texts = st.lists(words, min_size=1, max_size=30).map(lambda parts: " ".join(" ".join(parts).split())).filter(str.isprintable)
titles = texts.map(lambda text: text[:100].strip()).filter(bool)
paragraphs = texts.filter(bool).map(lambda text: text[:1_900].strip())
keys = st.from_regex(r"[a-z][a-z0-9]{0,6}(-[a-z0-9]{1,4}){0,2}", fullmatch=True)
emails = st.sampled_from(["dean@x.example", "o'hara+1@y.example", "é@z.example", '"a"@b.example'])
scalars = st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(st.characters(codec="utf-8", exclude_characters="\0"))
facts = st.sampled_from(["identity.title", "proposal.round", "complete.legal"])
tests = st.one_of(
    st.builds(Fact, facts, st.sampled_from(["is", "is-not", "contains"]), scalars),
    st.builds(Fact, facts, st.just("in"), st.lists(scalars, max_size=4)),
    st.builds(Fact, facts, st.just("present"), st.booleans()),
    st.builds(Fact, facts, st.sampled_from(["at-least", "at-most"]), st.integers() | st.floats(allow_nan=False)),
    st.builds(Fact, facts, st.just("has-row"), st.dictionaries(st.text(st.characters(codec="utf-8"), max_size=9), scalars, min_size=1)),
)
conditions = st.recursive(
    tests,
    lambda inner: st.builds(Not, inner)
    | st.builds(All, st.lists(inner, min_size=1, max_size=3).map(tuple))
    | st.builds(Any, st.lists(inner, min_size=1, max_size=3).map(tuple)),
    max_leaves=8,
)
sections = st.lists(st.sampled_from(["identity", "legal", "need", "employer_statements"]), min_size=1, unique=True).map(tuple)
counts = st.builds(Threshold, st.just(ThresholdKind.COUNT), st.integers(1, 1_000))
percents = st.builds(Threshold, st.just(ThresholdKind.PERCENT), st.integers(1, 100)) | st.builds(
    Threshold, st.just(ThresholdKind.MORE_THAN), st.integers(1, 99)
)
shares = st.builds(Threshold, st.sampled_from([ThresholdKind.MAJORITY, ThresholdKind.TWO_THIRDS, ThresholdKind.ALL]))

parts = shares | st.just(Threshold(ThresholdKind.ONE_THIRD))


@st.composite
def rules(draw: st.DrawFn) -> Rule:
    approvals = draw(counts | percents | shares)
    base = Base.MEMBERS if approvals.kind is ThresholdKind.COUNT else draw(st.sampled_from([Base.MEMBERS, Base.PRESENT, Base.VOTES]))
    fails_at = draw(st.none() | counts | percents | parts)
    tie = [Chair.BREAKS_TIES] if approvals.kind is ThresholdKind.MAJORITY else []
    dissent = Dissent.COUNTS if fails_at is not None else draw(st.sampled_from(Dissent))
    quorum = draw(st.none() | counts | percents | parts)
    least = counts if base is Base.MEMBERS and approvals.kind is not ThresholdKind.ALL else percents | parts
    return Rule(
        approvals, base, quorum, fails_at, draw(st.sampled_from([Chair.VOTES, Chair.SILENT, *tie])), dissent, draw(st.booleans()),
        draw(st.booleans()), None if approvals.kind is ThresholdKind.COUNT else draw(st.none() | counts | least),
        () if quorum is None else tuple(draw(st.lists(keys, max_size=2, unique=True))),
    )  # fmt: skip


def others(offices: tuple[str, ...]) -> st.SearchStrategy[tuple[str, ...]]:
    """Offices whose holders sit in the place of those of other ones."""
    some = st.lists(keys.filter(lambda key: key not in offices), max_size=2, unique=True).map(tuple)
    return some if offices else st.just(())


@st.composite
def seats(draw: st.DrawFn, kind: StageKind, weighed: bool) -> Seat:
    offices = tuple(draw(st.lists(keys, max_size=3, unique=True)))
    people = tuple(draw(st.lists(emails, max_size=2, unique=True)))
    chosen = draw(st.sets(st.sampled_from(Role), min_size=0 if offices or people else 1))
    roles = tuple(role.value for role in Role if role in chosen)
    rule = draw(rules())
    with_them = sorted(offices)[: len(rule.quorum_with)] * draw(st.integers(1, 2))
    rule = replace(rule, quorum_with=tuple(sorted(with_them) if len(set(with_them)) < len(with_them) else with_them))
    if kind not in DECIDING:
        rule = replace(rule if kind is StageKind.CONSULT else Rule(Threshold(ThresholdKind.ALL)), dissent=Dissent.COUNTS)
    if kind is StageKind.NOTICE and draw(st.booleans()):
        rule = replace(rule, fails_at=draw(counts | percents | parts), of=draw(st.sampled_from([Base.MEMBERS, Base.PARTIES])))
    weight = draw(st.integers(1, 1_000)) if weighed else None
    parties = draw(st.sampled_from([one for one in Parties if one is not Parties.OTHERS]))
    named = tuple(draw(st.lists(keys, min_size=1, max_size=3, unique=True))) if parties is Parties.NAMED else ()
    if parties is not Parties.LEAD and rule.of is not Base.PARTIES and draw(st.integers(0, 3)) == 3:
        if kind in DECIDING or kind is StageKind.CONSULT:
            rule = replace(rule, each_party=draw(st.integers(0, 3)), each_side=draw(st.integers(0, 3)))
        all_keys = Threshold(ThresholdKind.ALL)
        return Seat(
            draw(keys), draw(st.sampled_from([*Side, None])), offices, draw(titles), rule, people, roles, parties, all_keys, weight, True,
            draw(others(offices)), named,
        )  # fmt: skip
    if (kind in DECIDING or kind is StageKind.CONSULT) and draw(st.integers(0, 5)) == 5:
        least = draw(st.integers(1, 50))
        naming = Naming(draw(keys), least, draw(st.none() | st.integers(least, 50)), draw(keys | st.just("")))
        few = rule.approvals.kind is ThresholdKind.COUNT and naming.most is not None and rule.approvals.number > naming.most
        rule = replace(rule, approvals=Threshold(ThresholdKind.COUNT, 1) if few else rule.approvals, quorum_with=())
        return Seat(draw(keys), draw(st.sampled_from([*Side, None])), (), draw(titles), rule, weight=weight, naming=naming)
    return Seat(
        draw(keys), draw(st.sampled_from([*Side, None])), offices, draw(titles), rule, people, roles, parties,
        Threshold(ThresholdKind.ALL) if weight else draw(st.just(Threshold(ThresholdKind.ALL)) | counts | percents | parts), weight,
        otherwise=draw(others(offices)), named=named,
    )  # fmt: skip


def refusals(kind: StageKind, before: list[str]) -> st.SearchStrategy[Refusal | BackTo | ByVerdict]:
    """What a stage of this kind can do when it is refused; `before` are the stages that it can go back to."""
    words = st.sampled_from([Refusal.ENDS, Refusal.CONTINUES])
    back = st.builds(BackTo, st.sampled_from(before or [""]), st.integers(1, 100), words)
    each = st.builds(BackTo, st.sampled_from(before or [""]))
    one = st.one_of(words, back, each) if before else words
    if kind is StageKind.NOTICE:
        return one | st.just(Refusal.HOLDS)
    two = st.tuples(one, one).filter(lambda both: both[0] != both[1]).map(lambda both: ByVerdict(*both))
    return one | two if kind in DECIDING else st.just(Refusal.ENDS)


@st.composite
def ends(draw: st.DrawFn, key: str, earlier: list[str]) -> Stage:
    after = tuple(draw(st.lists(st.sampled_from(earlier), unique=True, max_size=3))) if earlier else ()
    when, outcome = draw(conditions), draw(st.sampled_from(RefusedAs))
    return Stage(key, draw(titles), StageKind.END, (), after, draw(st.just("") | paragraphs), when, outcome=outcome)


@st.composite
def weighings(draw: st.DrawFn, days: int | None) -> Weighing:
    made = Weighing(draw(counts | percents | parts), draw(st.none() | counts | percents | parts))
    made = replace(made, parties=draw(st.none() | counts | percents | parts))
    if ThresholdKind.COUNT in (made.needed.kind, made.parties and made.parties.kind) or draw(st.booleans()):
        return made
    return replace(made, of=Base.VOTES, closes_at_term=days is not None and draw(st.booleans()))


def least(days: int | None, spans: bool) -> st.SearchStrategy[Term | None]:
    """No longer than the term, and counted like it."""
    if not spans:
        return st.none() | st.integers(1, days or 365)
    most = days // 31 if days else 24
    months = st.builds(Span, st.just(Unit.MONTHS), st.integers(1, most)) if most else st.nothing()
    return st.none() | st.builds(Span, st.just(Unit.CALENDAR), st.integers(1, days or 365)) | months


@st.composite
def appeals(draw: st.DrawFn, key: str, board: str) -> Stage:
    """An appeal of the authors against the refusal of a stage."""
    return Stage(
        key, draw(titles), StageKind.APPEAL, (APPELLANTS,), (board,), draw(st.just("") | paragraphs), draw(st.none() | conditions),
        due_days=draw(st.integers(1, 365)), against=board,
    )  # fmt: skip


@st.composite
def stages(draw: st.DrawFn, key: str, earlier: list[str], kind: StageKind, made: list[Stage]) -> Stage:
    weighed = kind in DECIDING and draw(st.integers(0, 4)) == 4
    held = tuple(draw(st.lists(seats(kind, weighed), min_size=1, max_size=3, unique_by=lambda seat: seat.key)))
    term, spans = st.integers(1, 365), draw(st.booleans())
    timed = kind in (StageKind.CONSULT, StageKind.NOTICE) or any(seat.rule.closes_at_term for seat in held)
    days = draw(term if timed else st.none() | term)
    after = tuple(draw(st.lists(st.sampled_from(earlier), unique=True, max_size=3))) if earlier else ()
    before = sorted(reachable(made, after))
    return Stage(
        key=key, title=draw(titles), kind=kind, seats=held,
        after=after,
        guidance=draw(st.just("") | paragraphs), when=draw(st.none() | conditions), reads=draw(st.none() | sections),
        due_days=Span(Unit.CALENDAR, days) if days and spans else days,
        needed=None if weighed else draw(st.none() | st.integers(1, len(held))),
        weighing=draw(weighings(days)) if weighed else None,
        requires=tuple(draw(st.lists(st.builds(Requirement, titles, conditions), max_size=2))),
        edits=draw(st.just(()) | sections), statement=draw(st.just("") | paragraphs) if kind in DECIDING else "",
        least_days=draw(least(days, spans)) if kind in (StageKind.VOTE, StageKind.NOTICE) else None,
        apart=tuple(draw(st.lists(st.sampled_from(before), unique=True))) if before and kind in DECIDING else (),
        lapse=draw(st.sampled_from(Lapse)) if kind in DECIDING and days is not None else Lapse.OPEN,
        valid_days=draw(st.none() | st.integers(1, 3_650)) if kind in DECIDING else None,
        refusal=draw(refusals(kind, before)), idle_days=draw(st.none() | term), escalate_to=draw(st.just("") | keys),
    )  # fmt: skip


days_of_the_year = st.dates(date(2028, 1, 1), date(2028, 12, 31)).map(lambda day: (day.month, day.day))
windows = st.builds(Window, days_of_the_year, days_of_the_year) | st.integers(1, 31).flatmap(
    lambda day: st.builds(Window, st.just((0, day)), st.integers(1, 31).map(lambda other: (0, other)))
)


@st.composite
def workflows(draw: st.DrawFn) -> Workflow:
    names = draw(st.lists(keys, min_size=1, max_size=4, unique=True))
    kinds = [draw(st.sampled_from(sorted(DECIDING))), *(draw(st.sampled_from(StageKind)) for _ in names[1:])]
    made: list[Stage] = []
    for name, kind in zip(names, kinds, strict=True):
        earlier = [stage.key for stage in made if stage.kind is not StageKind.END]
        refusable = [stage.key for stage in made if going_on(stage)]
        if kind is StageKind.APPEAL and refusable:
            made.append(draw(appeals(name, draw(st.sampled_from(refusable)))))
            continue
        usual = StageKind.CHECK if kind is StageKind.APPEAL else kind
        made.append(draw(ends(name, earlier) if kind is StageKind.END else stages(name, earlier, usual, made)))
    return Workflow(
        draw(keys), draw(st.integers(1, 1_000_000)), draw(titles), draw(paragraphs), draw(paragraphs), tuple(draw(st.permutations(made))),
        Digest(""), tuple(draw(st.lists(windows, max_size=3))), draw(st.none() | st.integers(1, 365)),
    )  # fmt: skip


def same(one: Workflow, other: Workflow) -> bool:
    return replace(one, digest=Digest("")) == replace(other, digest=Digest(""))


@given(workflows())
def test_a_written_workflow_is_read_as_it_was(flow: Workflow) -> None:
    text = to_toml(flow)
    assert problems(text) == ()
    assert same(load(text), flow)
    assert to_toml(load(text)) == text, "it is canonical: written again, it is the same text"


@pytest.mark.parametrize("flow", loading.shipped(), ids=lambda flow: flow.key)
def test_every_shipped_workflow_is_read_as_it_was(flow: Workflow) -> None:
    text = to_toml(flow)
    assert same(load(text), flow)
    assert max(len(line) for line in text.splitlines()) < WIDTH + 40


toml_text = st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=12) | st.sampled_from(NASTY)
toml_values = st.recursive(
    st.one_of(
        scalars.filter(lambda value: not isinstance(value, str)), toml_text, st.dates(), st.times(),
        st.datetimes(timezones=st.sampled_from([None, UTC])),
    ),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(toml_text, inner, max_size=3),
    max_leaves=15,
)  # fmt: skip
tables = st.dictionaries(st.sampled_from(["key", "title", "stage", "window", "seat", "odd key", "", "é", "x\ny"]), toml_values, max_size=6)


@given(tables)
def test_any_table_is_read_as_it_was(table: dict[str, object]) -> None:
    assert tomllib.loads(dumps(table)) == table


def test_a_half_finished_workflow_is_kept_with_everything_wrong_in_it() -> None:
    table = {"title": 'A "new" way\n[[stage]]', "stage": [{"due_days": "soon", "seat": []}, {"seat": [{"rule": {"at-least": "two"}}]}]}
    assert tomllib.loads(dumps(table)) == table
    assert problems(dumps(table)) != ()


def test_dates_and_times_are_written_as_toml_has_them() -> None:
    table = {"day": date(2026, 3, 1), "at": time(9, 30), "moment": datetime(2026, 3, 1, 9, 30, tzinfo=UTC)}
    assert dumps(table) == "day = 2026-03-01\nat = 09:30:00\nmoment = 2026-03-01T09:30:00+00:00\n"


def test_what_toml_does_not_have_is_refused() -> None:
    with pytest.raises(TypeError, match="TOML has no NoneType"):
        dumps({"key": None})


@given(workflows(), st.integers(1, 999))
def test_a_published_text_has_its_number_and_its_publisher(flow: Workflow, version: int) -> None:
    text = published(to_toml(flow), version, "northfield (id1)")
    assert same(load(text), replace(flow, version=version))
    again = published(unstamped(text), version + 1, "northfield (id1)")
    assert again.count("Published in Cowork") == 1
    assert load(again).version == version + 1


@pytest.mark.parametrize("source", loading.sources())
def test_publishing_keeps_comments_and_layout(source: str) -> None:
    text, own = published(source, 7_000, "northfield (id1)"), f"version = {load(source).version}"
    assert text.partition("\n\n")[2].replace("version = 7000", own) == source
    assert unstamped(text).replace("version = 7000", own) == source


ODD = ['version = 1 # first\nkey = "a"\n', 'key = """\nversion = 3\n"""\n', 'x = [\n[1],\n]\nversion = 2\n', 'key = "a"\n']


@pytest.mark.parametrize("source", ODD)
def test_a_version_in_an_odd_place_is_found_all_the_same(source: str) -> None:
    assert tomllib.loads(published(source, 9, "x")) == {**tomllib.loads(source), "version": 9}
