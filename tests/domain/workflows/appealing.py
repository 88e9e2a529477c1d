"""Appeals, and stages at which a round ends, in the naive telling of the rules; and random histories with appeals."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from random import Random
from typing import Any

from cowork.domain.conditions import Test as Fact
from cowork.domain.conditions import facts_in, holds
from cowork.domain.ids import PersonId
from cowork.domain.workflows.definition import APPELLANTS, DECIDING, ByVerdict, Refusal, Stage, StageKind, Workflow
from cowork.domain.workflows.progress import Bench, Decision, Holder


def nothing_refused(s: Stage, facts: Mapping[str, Mapping[str, object]]) -> bool:
    """Whether there is nothing to appeal against: that stage is over, and was not refused."""
    return s.kind == "appeal" and s.against in facts["stage"] and s.against not in facts["refused"]


def about_this(model: Any, s: Stage, made: list[Decision]) -> list[Decision]:
    """What was said, at an appeal only since the last vote of the refusal that it is against, or since the end of the term that was it."""
    one = model.so_far.get(s.against)
    if s.kind != "appeal":
        return made
    if one is None or one.standing != "refused":
        return [d for d in made if d.stage != s.key]
    board = model.flow.stage(s.against)
    votes = [d.at for c in model.tables(board, one.opened) for d in c.positions() if d.at <= one.ended]
    since = one.ended if model.ran_out(board, one.opened, one.ended) else max(votes, default=one.ended)
    return [d for d in made if d.stage != s.key or d.at >= since]


def ran(model: Any, s: Stage, opened: datetime) -> tuple[str, datetime | None]:
    """Lodged by the first author who appeals in time; else refused with the term, or once every author has said that they accept."""
    tables, due = model.tables(s, opened), model.due(s, opened)
    asked = [c for c in tables if c.seated(model.now)]
    moments = {t for c in tables for t in (*c.moments, c.history[1]) if t and t > opened} | {opened} | ({due} if due else set())
    for t in sorted(t for t in moments if t <= model.now):
        if any(c.met_by(t) for c in tables):
            return "met", t
        if (due and t >= due) or (asked and all(c.answered_by(t) for c in asked)):
            return "refused", t
    return "open", None


def end(model: Any, s: Stage, found: Mapping[str, Any], stand: Any) -> Any:
    """The round ends where the route comes, if the condition is true once everything that it asks of stages is known."""
    facts, ends = model.facts(found), [found[key].over for key in s.after]
    assert s.when is not None
    waits = any(fact.startswith(("stage.", "refused.")) and fact.split(".")[1] not in facts["stage"] for fact in facts_in(s.when))
    here = None if None in ends else max([model.given.submitted_at, *(e for e in ends if e), *model.begun_again(s)])
    if not waits and not holds(s.when, facts):
        return stand("skipped", over=here)
    return stand("refused", here, here, None, how=s.outcome, does=Refusal.ENDS) if here and not waits else stand("waiting")


def with_appeals(chance: Random, flow: Workflow) -> Workflow:
    """The workflow with an appeal against one of its stages, and now and then somebody who hears it."""
    fitting = [s for s in flow.stages if s.kind in DECIDING]
    if not fitting:
        return flow
    board = chance.choice(fitting)
    ways: list[Refusal | ByVerdict] = [Refusal.CONTINUES, ByVerdict(Refusal.CONTINUES, Refusal.ENDS)]
    goes_on = chance.choice(ways)
    appeal = Stage("appeal", "Appeal", StageKind.APPEAL, (APPELLANTS,), (board.key,), due_days=chance.choice([1, 2, 5]), against=board.key)
    heard = Fact("stage.appeal", "is", "lodged")
    body = Stage("body", "Body", StageKind.DECIDE, (replace(board.seats[0], key="body"),), ("appeal",), when=heard)
    stages = [replace(s, refusal=goes_on) if s is board else s for s in flow.stages]
    return replace(flow, stages=(*stages, appeal, *([body] if chance.random() < 0.7 else [])))


def benches(chance: Random, flow: Workflow, given: tuple[Bench, ...]) -> tuple[Bench, ...]:
    """The benches with those of the authors of every party, and of whoever hears the appeal."""
    board = next((s.against for s in flow.stages if s.against), "")
    parties = {b.party: b for b in given if not b.joint}
    authors = [
        replace(
            b, stage="appeal", seat="authors", office=None, office_title="Authors", conflicted=(), substitutes=(), namers=(),
            holders=tuple(Holder(PersonId(f"a{n}-{party}"), "Author") for n in range(chance.choice([0, 1, 2]))),
        )
        for party, b in parties.items()
    ]  # fmt: skip
    first = flow.stage(board).seats[0].key if board else ""
    bodies = [replace(b, stage="body", seat="body") for b in given if (b.stage, b.seat) == (board, first)]
    keys = {s.key for s in flow.stages}
    return (*given, *(authors if "appeal" in keys else []), *(bodies if "body" in keys else []))
