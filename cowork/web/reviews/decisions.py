"""The decision asked of a reader: the verdicts with what follows from each, and what they typed when it was refused."""

from collections.abc import Sequence
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest

from cowork.domain.errors import Invalid
from cowork.domain.ids import Digest
from cowork.domain.reviews import DecideCommand, choices
from cowork.domain.workflows.definition import Dissent
from cowork.domain.workflows.progress import Outcome, Progress, StageProgress, StageStanding, Turn, Verdict
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
}
LONGEST_KEY = 100


@dataclass(frozen=True, slots=True)
class Typed:
    """A decision as it was typed, with the reasons for which it was refused: (field, sentence)."""

    verdict: str
    reason: str
    sections: tuple[str, ...]
    errors: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class DecisionForm:
    """What the `decision_form` macro shows. `others` are further seats of the reader that are asked now."""

    action: str
    version: int
    digest: str
    stage: str
    stage_title: str
    seat: str
    office: str
    guidance: str
    choices: tuple[tuple[str, str, str], ...]
    sections: tuple[tuple[str, str], ...]
    held: str
    verdict: str
    reason: str
    chosen: tuple[str, ...]
    errors: tuple[tuple[str, str], ...]
    others: tuple[str, ...]


def decision_form(context: Context, found: ReviewPage, typed: Typed | None = None) -> DecisionForm | None:
    """The form for the reader's first open turn; None when nothing is asked of them."""
    if not found.turns or found.review is None:
        return None
    turn, *others = found.turns
    case, review = found.draft.case, found.review
    stage = review.workflow.stage(turn.stage)
    after = if_approved(context, case, review, turn)
    return DecisionForm(
        action=f"/proposals/{case.state.id}/decisions",
        version=review.version.number,
        digest=review.version.digest,
        stage=turn.stage,
        stage_title=stage.title,
        seat=turn.seat,
        office=office_of(review, turn),
        guidance=stage.guidance,
        choices=_choices(review, turn, after, [p.name for p in case.state.facts.participants if p.person in case.state.facts.authors()]),
        sections=tuple((section.key, section.label) for section, _ in case.form.asked(found.draft.content)),
        held=_held(case.state.open_objections),
        verdict=typed.verdict if typed else "",
        reason=typed.reason if typed else "",
        chosen=typed.sections if typed else (),
        errors=typed.errors if typed else (),
        others=tuple(f"{review.workflow.stage(other.stage).title}, as {office_of(review, other)}" for other in others),
    )


def office_of(review: Review, turn: Turn) -> str:
    """The office in which a turn is asked, with its organisation."""
    bench = next(b for b in review.benches if (b.stage, b.seat, b.party) == (turn.stage, turn.seat, turn.party))
    return f"{bench.office_title}, {bench.party_name}"


def _held(objections: int) -> str:
    if not objections:
        return ""
    words = "1 objection is" if objections == 1 else f"{objections} objections are"
    return f"{words} open. The proposal is not approved before that is resolved; you can decide all the same."


def _choices(review: Review, turn: Turn, after: Progress, authors: Sequence[str]) -> tuple[tuple[str, str, str], ...]:
    people = list(dict.fromkeys(authors))
    names = _listed(people) if len(people) <= 3 else f"its {len(people)} authors"
    stage = review.workflow.stage(turn.stage)
    seat = next(seat for seat in stage.seats if seat.key == turn.seat)
    counts = seat.rule.dissent is Dissent.COUNTS
    consequences = {
        Verdict.APPROVE: consequence(review.progress, after, turn),
        Verdict.APPROVE_WITH_CONDITIONS: "Approves; it is final when what you ask for is done",
        Verdict.REQUEST_CHANGES: "Counts against it" if counts else f"Goes back to {names or 'its authors'}, who can edit it again",
        Verdict.REJECT: "Counts against it" if counts else "Ends this proposal for everybody; it is kept as a record",
        Verdict.NO_OBJECTION: "You have looked and let it pass",
        Verdict.OBJECT: "Holds it until you take the objection back",
        Verdict.ABSTAIN: "You take part, but neither for nor against",
        Verdict.RECUSE: "You leave this decision to the others, on record",
        Verdict.COMMENT: "You have said what you had to say",
        Verdict.TABLE: "It stays with you; the authors are told why",
    }
    return tuple((verdict.value, LABELS[verdict], consequences[verdict]) for verdict in choices(stage, seat))


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
    return Typed(form.get("verdict", "")[:LONGEST_KEY], form.get("reason", ""), tuple(form.getlist("sections")[:LONGEST_KEY]))


def command_of(form: MultiDict[str, str]) -> DecideCommand:
    """The decision that was posted. Raises BadRequest for what no page of ours posts, Invalid where no verdict was chosen."""
    version, digest = number(form.get("version")), form.get("digest", "")
    stage, seat = form.get("stage", ""), form.get("seat", "")
    if not digest or any(len(text) > LONGEST_KEY for text in (digest, stage, seat)):
        raise BadRequest
    typed = typed_of(form)
    try:
        verdict = Verdict(typed.verdict)
    except ValueError:
        raise Invalid([("verdict", "Choose one of the verdicts.")]) from None
    return DecideCommand(stage, seat, verdict, version, Digest(digest), typed.reason, typed.sections)
