"""From parsed TOML to the dataclasses of `definition`, collecting every fault on the way as a sentence with its place."""

import re
from calendar import monthrange
from dataclasses import replace

from cowork.domain.ids import Digest
from cowork.domain.workflows import order, rules, secrecy, suggestions, terms
from cowork.domain.workflows.definition import (
    APPELLANTS,
    DECIDING,
    NEVER_REFUSED,
    Lapse,
    Refusal,
    RefusedAs,
    Requirement,
    Seat,
    Stage,
    StageKind,
    Weighing,
    Window,
    Workflow,
)
from cowork.domain.workflows.reading_refusals import RefusalReading
from cowork.domain.workflows.reading_seats import MAX_SEATS, MAX_TITLE
from cowork.domain.workflows.reading_values import KEY, LONGEST_TERM, MAX_PARAGRAPH, Table, place_of
from cowork.domain.workflows.terms import Term

MAX_STAGES = 60
MAX_VERSION = 1_000_000
LONGEST_VALIDITY = 3_650
_DAY = re.compile(r"(\d\d)-(\d\d)")
_WORKFLOW_KEYS = ("key", "version", "title", "description", "source", "outline", "window", "idle_days", "stage")
_STAGE_KEYS = (
    "key", "title", "kind", "guidance", "after", "when", "reads", "requires", "edits", "statement", "needed", "needed_parties", "of",
    "quorum", "closes", "refusal", "due_days", "least_days", "lapse", "apart", "idle_days", "escalate_to", "outcome", "valid_days",
    "against", "votes", "ballot", "seat",
)  # fmt: skip
_LEAP_YEAR = 2028
_SEATLESS = {StageKind.END: (), StageKind.APPEAL: (APPELLANTS,)}
"""Kinds of stage that say nothing of who sits there, and who does."""
_OF_ENDS = frozenset({"key", "title", "kind", "guidance", "after", "when", "outcome"})
_OF_APPEALS = frozenset({"key", "title", "kind", "guidance", "after", "when", "due_days", "against"})


class Reading(RefusalReading):
    """One pass over one text, from its heading to the order of its stages; `faults` are all that were found."""

    def workflow(self, raw: Table, digest: Digest) -> Workflow:
        """The workflow; usable only when `faults` is empty afterwards."""
        place = "Workflow"
        self._known_keys(raw, _WORKFLOW_KEYS, place)
        heading = Workflow(
            key=self._key(raw, "key", place),
            version=self._number(raw, "version", place, MAX_VERSION) or 0,
            title=self._text(raw, "title", place, MAX_TITLE),
            description=self._text(raw, "description", place, MAX_PARAGRAPH),
            source=self._text(raw, "source", place, MAX_PARAGRAPH),
            stages=(),
            digest=digest,
            windows=self._windows(raw),
            idle_days=self._number(raw, "idle_days", place, LONGEST_TERM) if "idle_days" in raw else None,
            outline=self._yes(raw, "outline", place),
        )
        stages = self._stages(raw)
        for where, fault in (*order.faults(stages), *secrecy.faults_between(stages)):
            self._fault(where, fault)
        return replace(heading, stages=stages)

    def stage(self, raw: Table) -> Stage:
        """One stage by itself, as it is added to a round that runs."""
        return self._stage(raw, place_of("stage", raw, 1), ())

    # Stages and seats

    def _stages(self, raw: Table) -> tuple[Stage, ...]:
        tables = self._tables(raw, "stage", "Workflow", MAX_STAGES)
        stages: list[Stage] = []
        for number, table in enumerate(tables, 1):
            place = place_of("stage", table, number)
            before = (stages[-1].key,) if stages and stages[-1].key else ()
            stages.append(self._stage(table, place, before))
        self._no_twins([stage.key for stage in stages], "Workflow", "stages")
        if stages and all(stage.kind in NEVER_REFUSED | {StageKind.END, StageKind.APPEAL} for stage in stages):
            self._fault("Workflow", "no stage decides anything: consulting and informing approve nothing. Add a stage that decides")
        return tuple(stages)

    def _stage(self, raw: Table, place: str, before: tuple[str, ...]) -> Stage:
        self._known_keys(raw, _STAGE_KEYS, place)
        after = self._words(raw, "after", place, KEY)
        kind = self._word(raw, "kind", place, StageKind, StageKind.DECIDE)
        seats = self._seats(raw, place, kind) if kind not in _SEATLESS else _SEATLESS[kind]
        is_weighed = any(seat.weight is not None for seat in seats)
        for name in ("quorum", "of", "closes", "needed_parties"):
            if name in raw and not is_weighed:
                self._fault(place, f"the `{name}` of a stage is about weights, so give its seats a `weight`, or write it into `rule`")
        stage = Stage(
            key=self._key(raw, "key", place),
            title=self._text(raw, "title", place, MAX_TITLE),
            kind=kind,
            seats=seats,
            after=before if after is None else after,
            guidance=self._optional_text(raw, "guidance", place),
            when=self._condition(raw, "when", place) if "when" in raw else None,
            reads=self._sections(raw, "reads", place),
            due_days=self._term(raw, "due_days", place) if "due_days" in raw else None,
            needed=self._needed(raw, place, len(seats)) if "needed" in raw and not is_weighed else None,
            weighing=self._weighing(raw, place) if is_weighed else None,
            requires=self._requirements(raw, place),
            edits=self._sections(raw, "edits", place) or (),
            statement=self._optional_text(raw, "statement", place),
            refusal=self._refusal(raw, place, kind) if kind not in _SEATLESS else Refusal.ENDS,
            idle_days=self._number(raw, "idle_days", place, LONGEST_TERM) if "idle_days" in raw else None,
            escalate_to=self._key(raw, "escalate_to", place) if "escalate_to" in raw else "",
            apart=self._words(raw, "apart", place, KEY) or (),
            least_days=self._term(raw, "least_days", place) if "least_days" in raw else None,
            lapse=self._word(raw, "lapse", place, Lapse, Lapse.OPEN) if "lapse" in raw else Lapse.OPEN,
            outcome=self._outcome(raw, place, kind),
            valid_days=self._number(raw, "valid_days", place, LONGEST_VALIDITY) if "valid_days" in raw else None,
            against=self._against(raw, place, kind),
            votes_once=self._votes(raw, place, kind, seats),
            secret=self._secret(raw, place),
        )
        if kind not in _SEATLESS:
            self._fits(stage, place)
        return stage

    def _fits(self, stage: Stage, place: str) -> None:
        """Report what each value alone does not show."""
        if stage.needed is not None and stage.needed > len(stage.seats):
            self._fault(place, f"`needed` asks for {stage.needed} seats, but there are {len(stage.seats)}")
        if stage.kind in (StageKind.CONSULT, StageKind.NOTICE) and stage.due_days is None:
            self._fault(place, f'a stage of kind "{stage.kind.value}" ends by its term, so it needs `due_days`')
        if stage.due_days is None and any(one.closes_at_term for one in (stage.weighing, *(seat.rule for seat in stage.seats)) if one):
            self._fault(place, "a vote that closes at the end of the term needs `due_days`")
        if stage.least_days is not None and stage.kind not in (StageKind.VOTE, StageKind.NOTICE):
            self._fault(place, f'only votes and notices are open for a least time, so one of kind "{stage.kind.value}" has no `least_days`')
        elif stage.least_days is not None and stage.due_days is not None:
            self._least_fits(stage.least_days, stage.due_days, place)
        if stage.lapse is not Lapse.OPEN and stage.kind not in DECIDING:
            self._fault(place, f'a stage of kind "{stage.kind.value}" needs no decision that could be missing, so leave `lapse` out')
        elif stage.lapse is not Lapse.OPEN and stage.due_days is None:
            self._fault(place, "`lapse` says what the end of the term does, so it needs `due_days`")
        if stage.valid_days is not None and stage.kind not in DECIDING:
            self._fault(place, f'nobody approves at a stage of kind "{stage.kind.value}", so no approval runs out: leave `valid_days` out')
        if stage.apart and stage.kind not in DECIDING:
            self._fault(place, f'nobody decides at a stage of kind "{stage.kind.value}", so leave `apart` out')
        if stage.statement and stage.kind not in DECIDING:
            self._fault(place, f'nobody approves at a stage of kind "{stage.kind.value}", so there is no `statement` to sign')
        for where, fault in secrecy.faults(stage) if stage.secret else ():
            self._fault(f'{place}, seat "{where}"' if where else place, fault)

    def _least_fits(self, least: Term, due: Term, place: str) -> None:
        """A vote that is open for longer than its term could never close with it."""
        if not terms.are_alike(least, due):
            self._fault(place, "`least_days` and `due_days` count different days: write both as working days, or both by the calendar")
        elif not terms.is_within(least, due):
            self._fault(place, f"`least_days` is longer than the term, which ends after {terms.in_words(due)}")

    def _needed(self, raw: Table, place: str, seats: int) -> int | None:
        """How many of the seats are needed; a share of them only makes sense by weight."""
        value = raw["needed"]
        if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MAX_SEATS:
            return value
        if seats <= 1:
            self._fault(place, "`needed` counts seats, and there is one, so leave it out; a share of its people stands in its `rule`")
        else:
            self._fault(place, f"`needed` counts seats, so it is a whole number from 1 to {seats}; for a share give each a `weight` of 1")
        return None

    def _secret(self, raw: Table, place: str) -> bool:
        """Whether nobody learns how somebody else voted."""
        if "ballot" in raw and raw["ballot"] != "secret":
            self._fault(place, '`ballot` is "secret": who has voted is shown, how they voted is not. Leave it out otherwise')
        return "ballot" in raw

    def _votes(self, raw: Table, place: str, kind: StageKind, seats: tuple[Seat, ...]) -> bool:
        """Whether what somebody says in one seat counts in each of theirs."""
        if "votes" not in raw:
            return False
        if raw["votes"] in suggestions.SECRET:
            self._fault(place, 'a vote of which nobody learns who voted how is written as `ballot = "secret"`')
        elif raw["votes"] != "once":
            self._fault(place, '`votes` is "once": one vote counts in every seat of the stage where somebody sits. Leave it out otherwise')
        elif kind not in DECIDING and kind is not StageKind.NOTICE:
            self._fault(place, f'nobody votes at a stage of kind "{kind.value}", so leave `votes` out')
        elif len(seats) < 2:
            self._fault(place, "a vote counts in several seats where there are several, but there is one: leave `votes` out")
        elif len({seat.rule.objections_block for seat in seats}) > 1:
            self._fault(place, 'everybody is asked once, so write `objections = "block"` in the `rule` of every seat, or of none')
        return True

    def _outcome(self, raw: Table, place: str, kind: StageKind) -> RefusedAs | None:
        """How the round ends at an end, which has nothing beside its condition."""
        if kind is not StageKind.END:
            if "outcome" in raw:
                self._fault(place, 'only a stage of kind "end" has an `outcome`. What a refusal does is said in `refusal`')
            return None
        for name in raw:
            if name in _STAGE_KEYS and name not in _OF_ENDS:
                self._fault(place, f"the round ends here and nobody is asked, so leave `{name}` out")
        if "when" not in raw:
            self._fault(place, "without a condition it ends every round that comes here. Say in `when` which ones")
        return self._word(raw, "outcome", place, RefusedAs, RefusedAs.REJECTED)

    def _against(self, raw: Table, place: str, kind: StageKind) -> str:
        """The stage that an appeal is against; what else stands there has no place in one."""
        if kind is not StageKind.APPEAL:
            if "against" in raw:
                self._fault(place, 'only a stage of kind "appeal" is `against` another one: leave it out, or write `kind = "appeal"`')
            return ""
        for name in raw:
            if name in _STAGE_KEYS and name not in _OF_APPEALS:
                self._fault(place, f"only the authors can appeal, and decide nothing by it, so leave `{name}` out")
        if "due_days" not in raw:
            self._fault(place, "the refusal becomes final when the term of the appeal ends, so it needs `due_days`")
        return self._key(raw, "against", place)

    def _weighing(self, raw: Table, place: str) -> Weighing | None:
        found = rules.read_weighing(raw)
        if isinstance(found, str):
            self._fault(place, found)
            return None
        return found

    def _requirements(self, raw: Table, place: str) -> tuple[Requirement, ...]:
        if "requires" not in raw:
            return ()
        found = []
        for number, table in enumerate(self._tables(raw, "requires", place, MAX_SEATS), 1):
            inner = f"{place}, requirement {number}"
            self._known_keys(table, ("title", "that"), inner)
            condition = self._condition(table, "that", inner)
            title = self._text(table, "title", inner, MAX_TITLE)
            if condition is not None:
                found.append(Requirement(title, condition))
        return tuple(found)

    def _windows(self, raw: Table) -> tuple[Window, ...]:
        if "window" not in raw:
            return ()
        found = []
        for number, table in enumerate(self._tables(raw, "window", "Workflow", MAX_SEATS), 1):
            place = f"Workflow, window {number}"
            self._known_keys(table, ("opens", "closes"), place)
            opens, closes = self._day(table, "opens", place), self._day(table, "closes", place)
            if bool(opens[0]) is not bool(closes[0]):
                self._fault(place, '`opens` and `closes` are both days of the year ("09-01") or both days of the month (1)')
            found.append(Window(opens, closes))
        return tuple(found)

    def _day(self, raw: Table, name: str, place: str) -> tuple[int, int]:
        """A day of the year "MM-DD" as (month, day), or a day of every month as (0, day)."""
        value = raw.get(name)
        if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 31:
            return 0, value
        match = _DAY.fullmatch(value) if isinstance(value, str) else None
        if match and 1 <= int(match[1]) <= 12 and 1 <= int(match[2]) <= monthrange(_LEAP_YEAR, int(match[1]))[1]:
            return int(match[1]), int(match[2])
        self._fault(place, f'`{name}` is a day of the year such as "09-01" (month-day) or a day of every month from 1 to 31')
        return 0, 1
