"""The decision asked of a reader: the verdicts with what follows from each, and what they typed when it was refused."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import zip_longest
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest

from cowork.domain import files
from cowork.domain.conditions import facts_in
from cowork.domain.errors import Invalid
from cowork.domain.ids import Digest, PersonId, Side
from cowork.domain.reviews import MAX_CONDITIONS, REPLIES, ConditionCommand, DecideCommand, choices
from cowork.domain.workflows import once, refusals
from cowork.domain.workflows.definition import BackTo, Dissent, Refusal, RefusedAs, Stage, StageKind
from cowork.domain.workflows.evaluation import read_digests
from cowork.domain.workflows.progress import DISSENTS, Outcome, Progress, StageProgress, StageStanding, Turn, Verdict
from cowork.domain.workflows.rule_words import listed
from cowork.services.cases import Case
from cowork.services.context import Context
from cowork.services.foreseeing import if_approved
from cowork.services.reviewing import Review
from cowork.services.reviews import ReviewPage
from cowork.web.parameters import number

LABELS = {
    Verdict.APPROVE: "Approve",
    Verdict.APPROVE_WITH_CONDITIONS: "Approve with conditions",
    Verdict.REQUEST_CHANGES: "Request changes",
    Verdict.REJECT: "Reject",
    Verdict.NO_OBJECTION: "No objection",
    Verdict.OBJECT: "Object",
    Verdict.ABSTAIN: "Abstain",
    Verdict.RECUSE: "Recuse myself",
    Verdict.COMMENT: "No further comments",
    Verdict.TABLE: "Put off",
    Verdict.APPEAL: "Appeal",
    Verdict.VOTED: "Voted in secret",
}
DONE = {
    Verdict.APPROVE: "approval",
    Verdict.APPROVE_WITH_CONDITIONS: "approval with conditions",
    Verdict.REQUEST_CHANGES: "request for changes",
    Verdict.REJECT: "rejection",
    Verdict.NO_OBJECTION: "answer",
    Verdict.OBJECT: "objection",
    Verdict.ABSTAIN: "abstention",
    Verdict.RECUSE: "recusal",
    Verdict.COMMENT: "answer",
    Verdict.TABLE: "wish to put it off",
    Verdict.APPEAL: "appeal",
    Verdict.VOTED: "vote",
}
GROUNDS = {Verdict.REJECT: "rejected it", Verdict.REQUEST_CHANGES: "asked for changes", Verdict.APPEAL: "appealed"}
LONGEST_KEY = 100
USUAL = 3
"""How many verdicts stand open in the form; the others are behind "More"."""


@dataclass(frozen=True, slots=True)
class TypedCondition:
    """A row of the conditions as it was typed: what is asked, of whom (a person's key), until when (a day)."""

    text: str = ""
    owner: str = ""
    due: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.text.strip() or self.due)


@dataclass(frozen=True, slots=True)
class Typed:
    """A decision as it was typed, with the reasons for which it was refused: (field, sentence).

    `turn` is the stage, the seat and the person whose vote it is; empty for the first that is asked of the reader.
    """

    verdict: str = ""
    reason: str = ""
    sections: tuple[str, ...] = ()
    errors: tuple[tuple[str, str], ...] = ()
    back_to: str = ""
    conditions: tuple[TypedCondition, ...] = ()
    turn: tuple[str, str, str] = ("", "", "")


@dataclass(frozen=True, slots=True)
class DecisionForm:
    """What the `decision_form` macro shows.

    `choices` are the usual verdicts, `more` the others; `back` are the stages a request for changes can go back to, `back_usual` what
    it does where none is chosen (empty: it goes to the authors); `statement` is
    what an approval signs; `on_behalf` is for whom the reader acts (empty: themselves), `principal` that person's key; `others` are
    further decisions that the reader is asked for now, each with its address; `is_reply`: a consultation asks, and decides nothing;
    `appeal` is the stage that authors can appeal against, `until` when (empty: none is); `grounds` are why it was refused and, for whoever
    hears an appeal, why that was lodged: (person, what they did, their reason); `secret`: nobody learns how the reader votes, so no reason
    is asked.
    """

    action: str
    version: int
    digest: str
    files: str
    stage: str
    stage_title: str
    seat: str
    office: str
    guidance: str
    choices: tuple[tuple[str, str, str], ...]
    more: tuple[tuple[str, str, str], ...]
    sections: tuple[tuple[str, str], ...]
    back: tuple[tuple[str, str], ...]
    owners: tuple[tuple[str, str], ...]
    statement: str
    on_behalf: str
    principal: str
    held: str
    typed: Typed
    conditions: tuple[TypedCondition, ...]
    others: tuple[tuple[str, str], ...]
    pending: int = 0
    back_usual: str = ""
    is_reply: bool = False
    appeal: str = ""
    until: datetime | None = None
    grounds: tuple[tuple[str, str, str], ...] = ()
    secret: bool = False

    @property
    def errors(self) -> tuple[tuple[str, str], ...]:
        return self.typed.errors


def decision_form(context: Context, found: ReviewPage, typed: Typed | None = None) -> DecisionForm | None:
    """The form for one of the reader's open turns: the one that was typed for, else the first. None when nothing is asked of them."""
    if not found.turns or found.review is None:
        return None
    typed = typed or Typed()
    turn = _turn(found.turns, typed.turn)
    case, review = found.draft.case, found.review
    stage = review.workflow.stage(turn.stage)
    names = {party.organisation: party.name for party in case.state.facts.parties}
    writers = case.state.facts.authors()
    authors = [p.name for p in case.state.facts.participants if p.person in writers]
    after = review.progress if stage.secret else if_approved(context, case, review, turn)
    offered = _choices(review, turn, after, authors, turn.principal in writers)
    consulted = stage.kind in REPLIES or stage.secret
    usual = USUAL if len(offered) > USUAL and not stage.secret else len(offered)
    return DecisionForm(
        action=f"/proposals/{case.state.id}/{'replies' if stage.kind in REPLIES else 'decisions'}",
        version=review.version.number,
        digest=review.version.digest,
        files=files.seen(read_digests(stage, _side(case, turn), review.submission.digests)),
        stage=turn.stage,
        stage_title=stage.title,
        seat=turn.seat,
        office=office_of(review, turn),
        guidance=stage.guidance,
        choices=offered[:usual],
        more=offered[usual:],
        sections=() if consulted else tuple((section.key, section.label) for section, _ in case.questions.asked(found.draft.content)),
        back=() if consulted else back_stages(review, turn),
        back_usual=after_refusal(review, stage, RefusedAs.CHANGES_REQUESTED),
        is_reply=stage.kind is StageKind.CONSULT,
        appeal=_appeal(review, stage),
        until=turn.due_at if stage.kind is StageKind.APPEAL else None,
        grounds=grounds_of(review, stage),
        owners=tuple((p.person, f"{p.name}, {names[p.organisation]}") for p in case.state.facts.participants if p.organisation in names),
        statement=stage.statement,
        on_behalf=holder_of(review, turn) if turn.principal != turn.person else "",
        principal=turn.principal,
        held=_held(case.state.open_objections),
        typed=typed,
        conditions=typed.conditions or (TypedCondition(),),
        others=tuple(_other(case.state.id, review, other) for other in found.turns if other != turn),
        pending=len(found.pending),
        secret=stage.secret,
    )


def _appeal(review: Review, stage: Stage) -> str:
    """The title of the stage that an appeal is against; empty of any other stage."""
    return review.workflow.stage(stage.against).title if stage.against else ""


def grounds_of(review: Review, stage: Stage) -> tuple[tuple[str, str, str], ...]:
    """The reasons that authors who can appeal need to know, and those that whoever hears an appeal decides on."""
    asked = facts_in(stage.when) if stage.when is not None else frozenset()
    appeals = [one for one in review.workflow.stages if one.against and (one is stage or f"stage.{one.key}" in asked)]
    against = {one.against: DISSENTS for one in appeals}
    lodged = {one.key: {Verdict.APPEAL} for one in appeals if one is not stage}
    wanted = {**against, **lodged}
    standing = {
        decision.id
        for one in review.progress.stages
        for seat in one.seats
        for decision in (*seat.positions, *seat.counted)
        if decision.verdict in wanted.get(one.stage.key, ())
    }
    made = [full for full in review.decisions if full.id in standing and full.reason]
    return tuple((full.decision.person_name, GROUNDS[full.decision.verdict], full.reason) for full in made)


def _side(case: Case, turn: Turn) -> Side | None:
    party = case.state.facts.party(turn.party)
    return party.side if party else None


def _turn(turns: Sequence[Turn], wanted: tuple[str, str, str]) -> Turn:
    return next((turn for turn in turns if (turn.stage, turn.seat, turn.principal) == wanted), turns[0])


def _other(proposal: str, review: Review, turn: Turn) -> tuple[str, str]:
    """Another decision that the reader is asked for, in words, and where it is made."""
    behalf = f", for {holder_of(review, turn)}" if turn.principal != turn.person else ""
    asked = urlencode({"stage": turn.stage, "seat": turn.seat, "principal": turn.principal})
    words = f"{review.workflow.stage(turn.stage).title}, as {office_of(review, turn)}{behalf}"
    return words, f"/proposals/{proposal}/review?{asked}#decide"


def back_stages(review: Review, turn: Turn) -> tuple[tuple[str, str], ...]:
    """The earlier stages that a request for changes can send the proposal back to: those that this proposal has passed.

    None from a vote, where nobody sends it back alone.
    """
    seat = next(seat for seat in review.workflow.stage(turn.stage).seats if seat.key == turn.seat)
    if seat.rule.dissent is Dissent.COUNTS:
        return ()
    earlier = review.workflow.before(turn.stage)
    skipped = {s.stage.key for s in review.progress.stages if s.standing is StageStanding.SKIPPED or s.stage.kind is StageKind.INFORM}
    return tuple((s.key, s.title) for s in review.workflow.stages if s.key in earlier and s.key not in skipped)


def holder_of(review: Review, turn: Turn) -> str:
    """The name of the person whose vote a turn is."""
    bench = review.bench_of(turn)
    return next((holder.name for holder in bench.holders if holder.person == turn.principal), "")


def what_it_is(review: Review | None, stage: str, verdict: Verdict | None = None) -> str:
    """What somebody gives at a stage, in a word: a consultation asks for a reply, authors appeal or answer, a secret ballot asks for a
    vote, everybody else decides.
    """
    found = next((one for one in review.workflow.stages if one.key == stage), None) if review is not None else None
    if found is None:
        return "decision"
    if found.kind is StageKind.APPEAL:
        return "appeal" if verdict is Verdict.APPEAL else "answer"
    return "vote" if found.secret else "reply" if found.kind is StageKind.CONSULT else "decision"


def office_of(review: Review, turn: Turn) -> str:
    """The office in which a turn is asked, if any, with its organisation; every one in which what they say counts."""
    bench, asking = review.bench_of(turn), review.progress.stage(turn.stage)
    titles = [bench.office_title]
    if asking.stage.votes_once:
        own = [place for place in asking.seats if any(holder.person == turn.principal for holder in place.missing)]
        titles = list(dict.fromkeys(place.seat.title for place in own)) or titles
    return placed(listed(titles, "and"), bench.names()[turn.party])


def placed(office: str, party: str) -> str:
    """An office with its organisation; the organisation alone where nobody's office is asked."""
    return f"{office}, {party}" if office else party


def _held(objections: int) -> str:
    if not objections:
        return ""
    words = "1 objection is" if objections == 1 else f"{objections} objections are"
    return f"{words} open. The proposal is not approved before that is resolved; you can decide all the same."


def _choices(review: Review, turn: Turn, after: Progress, authors: Sequence[str], writes: bool) -> tuple[tuple[str, str, str], ...]:
    people = list(dict.fromkeys(authors))
    names = _listed(people) if len(people) <= 3 else f"its {len(people)} authors"
    stage = review.workflow.stage(turn.stage)
    seat = next(seat for seat in stage.seats if seat.key == turn.seat)
    counts = once.dissent_counts(review.progress.stage(turn.stage), seat, turn.principal)
    consequences = {
        Verdict.APPROVE: "The whole form opens, with everything that was typed"
        if review.workflow.outline and after.outcome is Outcome.APPROVED
        else consequence(review.progress, after, turn),
        Verdict.APPROVE_WITH_CONDITIONS: "Approves; it is final when what you ask for is done",
        Verdict.REQUEST_CHANGES: _against(review, stage, RefusedAs.CHANGES_REQUESTED)
        if counts
        else after_refusal(review, stage, RefusedAs.CHANGES_REQUESTED) or f"Goes back to {names or 'its authors'}, or to an earlier stage",
        Verdict.REJECT: _against(review, stage, RefusedAs.REJECTED)
        if counts
        else after_refusal(review, stage, RefusedAs.REJECTED) or "Ends this proposal for everybody; it is kept as a record",
        Verdict.NO_OBJECTION: "You have looked and let it pass",
        Verdict.OBJECT: "Holds it until you take the objection back",
        Verdict.ABSTAIN: "You take part, but neither for nor against",
        Verdict.RECUSE: f"You leave this {'reply' if stage.kind is StageKind.CONSULT else 'decision'} to the others, on record",
        Verdict.COMMENT: "You have said what you had to say",
        Verdict.TABLE: "It stays with you; the authors are told why",
        Verdict.APPEAL: "Goes to whoever hears appeals, with your reasons",
    }
    words = LABELS
    if stage.secret:
        consequences[Verdict.APPROVE] = "Counts for it"
    if stage.kind is StageKind.APPEAL:
        consequences[Verdict.NO_OBJECTION] = "The decision is final once every author accepts it, or the term ends"
        words = {**LABELS, Verdict.NO_OBJECTION: "Accept the decision"}
    return tuple((verdict.value, words[verdict], consequences[verdict]) for verdict in choices(stage, seat, writes))


def _against(review: Review, stage: Stage, how: RefusedAs) -> str:
    """What one dissent of several does, and what follows where the vote fails so and the round goes on."""
    follows = after_refusal(review, stage, how)
    return f"Counts against it. If the vote fails so: {follows[0].lower()}{follows[1:]}" if follows else "Counts against it"


def after_refusal(review: Review, stage: Stage, how: RefusedAs) -> str:
    """What the refusal of this stage leads to now, where that is not the end of the round."""
    follows = refusals.after(refusals.consequence(stage, how), len(review.progress.stage(stage.key).referred))
    if isinstance(follows, BackTo):
        return f"Goes back to {review.workflow.stage(follows.stage).title}"
    if follows is Refusal.CONTINUES and any(one.against == stage.key for one in review.workflow.stages):
        return "Is final unless an author appeals in time"
    return "Is recorded; the route goes on" if follows is Refusal.CONTINUES else ""


def consequence(before: Progress, after: Progress, turn: Turn) -> str:
    """What an approval leads to, in a few words."""
    if after.outcome is Outcome.APPROVED:
        return "Approves the specification; the official document is made"
    standing = {stage.stage.key: stage.standing for stage in before.stages}
    opened = [s.stage.title for s in after.stages if s.standing is StageStanding.OPEN and standing[s.stage.key] is StageStanding.WAITING]
    if opened:
        return f"Goes to {_listed(opened)}"
    here = next(stage for stage in after.stages if stage.stage.key == turn.stage)
    if here.standing is StageStanding.OPEN:
        return f"{here.stage.title} still needs {_still(here)}"
    others = [s.stage.title for s in after.stages if s.standing is StageStanding.OPEN]
    if others:
        return f"Ends {here.stage.title}; {_listed(others)} {'is' if len(others) == 1 else 'are'} still open"
    return "Completes the route; an open objection still holds approval"


def _still(stage: StageProgress) -> str:
    open_seats = [seat for seat in stage.seats if not seat.met]
    return _listed([f"{seat.bench.office_title} of {seat.bench.party_name}" for seat in open_seats])


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}" if words else ""


def typed_of(form: MultiDict[str, str]) -> Typed:
    """What was typed, whatever it is."""
    texts, owners, days = form.getlist("condition"), form.getlist("condition_owner"), form.getlist("condition_due")
    rows = [
        TypedCondition(text, owner[:LONGEST_KEY], day[:LONGEST_KEY])
        for text, owner, day in zip_longest(texts, owners, days, fillvalue="")
    ]
    return Typed(
        verdict=form.get("verdict", "")[:LONGEST_KEY],
        reason=form.get("reason", ""),
        sections=tuple(form.getlist("sections")[:LONGEST_KEY]),
        back_to=form.get("back_to", "")[:LONGEST_KEY],
        conditions=tuple(rows[: MAX_CONDITIONS + 1]),
        turn=(form.get("stage", ""), form.get("seat", ""), form.get("principal", "")),
    )


def with_row(typed: Typed) -> Typed:
    """The same with one more row for a condition."""
    return replace(typed, verdict=Verdict.APPROVE_WITH_CONDITIONS.value, conditions=(*typed.conditions, TypedCondition()))


def command_of(form: MultiDict[str, str]) -> DecideCommand:
    """The decision that was posted. Raises BadRequest for what no page of ours posts, Invalid where no verdict was chosen."""
    version, digest = number(form.get("version")), form.get("digest", "")
    stage, seat, principal = form.get("stage", ""), form.get("seat", ""), form.get("principal", "")
    if not digest or any(len(text) > LONGEST_KEY for text in (digest, stage, seat, principal)):
        raise BadRequest
    typed = typed_of(form)
    try:
        verdict = Verdict(typed.verdict)
    except ValueError:
        raise Invalid([("verdict", "Choose a verdict.")]) from None
    asks = verdict is Verdict.REQUEST_CHANGES
    return DecideCommand(
        stage, seat, verdict, version, Digest(digest), typed.reason, typed.sections if asks else (),
        back_to=(typed.back_to or None) if asks else None,
        conditions=conditions_of(typed) if verdict is Verdict.APPROVE_WITH_CONDITIONS else (),
        principal=PersonId(principal) if principal else None,
        files=form.get("files"),
    )  # fmt: skip


def conditions_of(typed: Typed) -> tuple[ConditionCommand, ...]:
    """The rows that hold something. Raises Invalid for a day that is none."""
    found, problems = [], []
    for position, row in enumerate(typed.conditions, 1):
        if row.is_empty:
            continue
        try:
            due = date.fromisoformat(row.due) if row.due else None
        except ValueError:
            due = None
            problems.append(("conditions", f"Write the day of condition {position} as in 2026-03-31."))
        found.append(ConditionCommand(row.text, PersonId(row.owner), due))
    if problems:
        raise Invalid(problems)
    return tuple(found)
