"""Changing the route of a running review: a stage for this proposal alone, and who is asked."""

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from cowork.domain.acts import EXTRA_KINDS, ExtraStageCommand, RouteChanges
from cowork.domain.errors import Invalid, Refused
from cowork.domain.ids import Digest, OrganisationId, ProposalId
from cowork.domain.policy import Action
from cowork.domain.workflows.definition import Stage, StageKind
from cowork.domain.workflows.layout import RouteDrawing, layout
from cowork.domain.workflows.progress import Progress, StageStanding
from cowork.services import migrating, rerouting
from cowork.services.rerouting import StagePage
from cowork.web import access
from cowork.web.proposals.pages import ProposalFrame, proposal_frame
from cowork.web.reviews.decisions import placed

blueprint = Blueprint("rerouting", __name__)

Answer = Response | str | tuple[str, int]

KIND_WORDS: dict[StageKind, str] = {
    StageKind.CONSULT: "Comments: what they think, without an approval",
    StageKind.CHECK: "A check: whether something particular is in order",
    StageKind.ENDORSE: "An endorsement",
    StageKind.DECIDE: "A decision",
}
MOST_DIGITS = 4
LONGEST_DIGEST = 64


@dataclass(frozen=True, slots=True)
class TypedStage:
    """A stage as it was typed. `office` is "organisation:kind", empty where people are asked by address."""

    title: str = ""
    kind: str = StageKind.CHECK.value
    party: str = ""
    emails: str = ""
    office: str = ""
    after: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    due_days: str = "10"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class NewStagePage:
    """The form of a new stage. `later` are the stages that can wait for it; `drawing` and `progress` the route with it, once asked for."""

    frame: ProposalFrame
    typed: TypedStage
    kinds: tuple[tuple[str, str], ...]
    parties: tuple[tuple[str, str], ...]
    offices: tuple[tuple[str, str], ...]
    stages: tuple[Stage, ...]
    later: tuple[Stage, ...]
    errors: tuple[tuple[str, str], ...]
    why_not: str
    drawing: RouteDrawing | None
    progress: Progress | None


@dataclass(frozen=True, slots=True)
class ReviewersForm:
    """Who is asked, bench by bench, and the form that adds or removes one. `seats` is (value, words, names)."""

    frame: ProposalFrame
    seats: tuple[tuple[str, str, str], ...]
    place: str
    email: str
    reason: str
    errors: tuple[tuple[str, str], ...]
    why_not: str


def typed_of(form: MultiDict[str, str]) -> TypedStage:
    """What was typed, whatever it is."""
    return TypedStage(
        form.get("title", ""), form.get("kind", ""), form.get("party", ""), form.get("emails", ""), form.get("office", ""),
        tuple(form.getlist("after")), tuple(form.getlist("before")), form.get("due_days", ""), form.get("reason", ""),
    )  # fmt: skip


def command_of(typed: TypedStage) -> ExtraStageCommand:
    """The stage that was typed. Raises Invalid for what cannot be read at all."""
    organisation, _, office = typed.office.partition(":")
    days = typed.due_days.strip()
    if days and not (days.isascii() and days.isdigit() and len(days) <= MOST_DIGITS):
        raise Invalid([("due_days", "Give the term as a number of working days, or leave it empty.")])
    if typed.kind not in {kind.value for kind in EXTRA_KINDS}:
        raise Invalid([("kind", "Choose what is asked of these people.")])
    return ExtraStageCommand(
        title=typed.title.strip(),
        kind=StageKind(typed.kind),
        party=OrganisationId(organisation or typed.party),
        emails=tuple(dict.fromkeys(typed.emails.lower().replace(",", " ").replace(";", " ").split())),
        office=office,
        after=typed.after,
        before=typed.before,
        due_days=int(days) if days else None,
        reason=typed.reason,
    )


def _page(found: StagePage, typed: TypedStage, errors: tuple[tuple[str, str], ...] = ()) -> NewStagePage:
    facts, review = found.case.state.facts, found.review
    waiting = {s.stage.key for s in review.progress.stages if s.standing is StageStanding.WAITING}
    return NewStagePage(
        frame=proposal_frame(found.case, "route"),
        typed=typed,
        kinds=tuple((kind.value, KIND_WORDS[kind]) for kind in EXTRA_KINDS),
        parties=tuple((party.organisation, party.name) for party in facts.parties),
        offices=tuple((f"{party.organisation}:{card.kind}", f"{card.title}, {party.name}") for party, card in found.offices),
        stages=review.workflow.stages,
        later=tuple(stage for stage in review.workflow.stages if stage.key in waiting),
        errors=errors,
        why_not=found.why_not,
        drawing=layout(found.after.workflow) if found.after else None,
        progress=found.after.progress if found.after else None,
    )


def _shown(proposal: ProposalId, typed: TypedStage, errors: tuple[tuple[str, str], ...] = (), *, preview: bool = False) -> str:
    command = command_of(typed) if preview else None
    found = rerouting.stage_page(access.context(), access.actor(), proposal, command)
    page = _page(found, typed, errors)
    return render_template("reviews/stage.html", page=page, frame=page.frame)


@access.route(blueprint, "/proposals/<string:proposal>/stages/new", Action.READ_PROPOSAL)
def new_stage(proposal: ProposalId) -> Answer:
    """The form of a stage for this proposal alone."""
    return _shown(proposal, TypedStage())


@access.route(blueprint, "/proposals/<string:proposal>/stages/new", Action.ADD_STAGE, methods=("POST",))
def add_stage(proposal: ProposalId) -> Answer:
    """Show the route with the stage, or add it."""
    typed = typed_of(request.form)
    if reason := rerouting.stage_page(access.context(), access.actor(), proposal).why_not:
        raise Refused(reason)
    try:
        if request.form.get("act") != "add":
            return _shown(proposal, typed, preview=True)
        progress = rerouting.add_stage(access.context(), access.actor(), proposal, command_of(typed))
    except Invalid as error:
        return _shown(proposal, typed, error.problems), 422
    flash(f"The stage is added. {progress.sentence}", "success")
    return redirect(f"/proposals/{proposal}/route", 303)


@access.route(blueprint, "/proposals/<string:proposal>/reviewers", Action.READ_PROPOSAL)
def reviewers(proposal: ProposalId) -> Answer:
    """Who is asked, for the parties that the reader administers."""
    return _reviewers(proposal)


def _reviewers(proposal: ProposalId, errors: tuple[tuple[str, str], ...] = ()) -> str:
    found = rerouting.reviewers(access.context(), access.actor(), proposal)
    why_not = found.case.why_not(Action.CHOOSE_REVIEWERS)
    seats = tuple(
        (
            f"{stage.stage.key}:{seat.seat.key}:{party}",
            f"{stage.stage.title}: {placed(seat.bench.office_title, seat.bench.names()[party])}",
            ", ".join(holder.name for holder in seat.members if seat.bench.party_of(holder) == party),
        )
        for stage, seat, party in found.seats
    )
    form = request.form
    page = ReviewersForm(
        proposal_frame(found.case, "route"), seats, form.get("place", ""), form.get("email", ""), form.get("reason", ""), errors, why_not
    )
    return render_template("reviews/reviewers.html", page=page, frame=page.frame)


@access.route(blueprint, "/proposals/<string:proposal>/reviewers", Action.CHOOSE_REVIEWERS, methods=("POST",))
def change_reviewers(proposal: ProposalId) -> Answer:
    """Add somebody to those who are asked in a seat, or remove them."""
    stage, _, rest = request.form.get("place", "").partition(":")
    seat, _, party = rest.partition(":")
    remove = request.form.get("act") == "remove"
    email, reason = request.form.get("email", ""), request.form.get("reason", "")
    try:
        if not party:
            raise Invalid([("place", "Choose the stage and the seat.")])
        progress = rerouting.change_reviewer(
            access.context(), access.actor(), proposal, (stage, seat, party), email, reason, remove=remove
        )
    except Invalid as error:
        return _reviewers(proposal, error.problems), 422
    flash(f"{email} is {'no longer asked' if remove else 'asked'} there. {progress.sentence}", "success")
    return redirect(f"/proposals/{proposal}/reviewers", 303)


@dataclass(frozen=True, slots=True)
class MigrationForm:
    """Another version of the workflow, and what it changes. `versions` is (digest, words)."""

    frame: ProposalFrame
    now: str
    versions: tuple[tuple[str, str], ...]
    target: str
    changes: RouteChanges | None
    sentence: str
    drawing: RouteDrawing | None
    progress: Progress | None
    seen: str
    reason: str
    errors: tuple[tuple[str, str], ...]
    why_not: str


@access.route(blueprint, "/proposals/<string:proposal>/route/migrate", Action.READ_PROPOSAL)
def migration(proposal: ProposalId) -> Answer:
    """What another version of the workflow would change in this review."""
    return _migration(proposal, request.args.get("workflow"))


def _migration(proposal: ProposalId, to: str | None, errors: tuple[tuple[str, str], ...] = ()) -> str:
    target = Digest(to[:LONGEST_DIGEST]) if to else None
    found = migrating.page(access.context(), access.actor(), proposal, target)
    newest = "This review runs under the only version of its workflow, so there is nothing to change."
    after = found.after
    page = MigrationForm(
        frame=proposal_frame(found.case, "route"),
        now=f"{found.review.workflow.title}, version {found.review.workflow.version}",
        versions=tuple((card.digest, f"{card.title}, version {card.version}") for card in found.versions),
        target=found.target.digest if found.target else "",
        changes=found.changes,
        sentence=after.progress.sentence if after else "",
        drawing=layout(after.workflow) if after else None,
        progress=after.progress if after else None,
        seen=found.seen,
        reason=request.form.get("reason", ""),
        errors=errors,
        why_not=found.case.why_not(Action.MIGRATE_REVIEW) or migrating.why_not(found.review) or ("" if found.versions else newest),
    )
    return render_template("reviews/migrate.html", page=page, frame=page.frame)


@access.route(blueprint, "/proposals/<string:proposal>/route/migrate", Action.MIGRATE_REVIEW, methods=("POST",))
def migrate(proposal: ProposalId) -> Answer:
    """Let the review go on under another version of its workflow."""
    to, seen, reason = (request.form.get(name, "") for name in ("workflow", "seen", "reason"))
    try:
        progress = migrating.migrate(access.context(), access.actor(), proposal, Digest(to[:LONGEST_DIGEST]), seen, reason)
    except Invalid as error:
        unknown = any(field == "workflow" for field, _ in error.problems)
        return _migration(proposal, None if unknown else to, error.problems), 422
    flash(f"The review goes on under the other version of its workflow. {progress.sentence}", "success")
    return redirect(f"/proposals/{proposal}/route", 303)
