"""Where a proposal came from, what changed there since, and what is similar to it."""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from cowork.domain.conditions import Content
from cowork.domain.errors import Conflict, Invalid
from cowork.domain.ids import ProposalId
from cowork.domain.policy import Action
from cowork.domain.specifications import display
from cowork.domain.specifications.compare import compare_answers
from cowork.domain.specifications.form import FieldType
from cowork.domain.specifications.pulling import Pull, PullKind
from cowork.services import pulling, similar, specifications
from cowork.services.pulling import Offered, PullCommand, PullPage
from cowork.web import access
from cowork.web.parameters import number
from cowork.web.proposals.pages import proposal_frame
from cowork.web.specifications import changes

blueprint = Blueprint("origins", __name__)

Page = str | tuple[str, int] | Response
Problems = list[tuple[str, str]]
KIND_WORDS = {PullKind.ADDED: "Added", PullKind.CHANGED: "Changed", PullKind.REMOVED: "Removed"}


@dataclass(frozen=True, slots=True)
class Line:
    """One answer, or one column of a row. `marks` show what changed there; `mine` is what stands here, where that is neither."""

    label: str
    marks: tuple[changes.Mark, ...]
    mine: str


@dataclass(frozen=True, slots=True)
class Change:
    """A change that can be taken. `place` names it for people; `clashes` says that it was changed here, too."""

    path: str
    id: str
    place: str
    section: str
    kind: str
    lines: tuple[Line, ...]
    clashes: bool
    why_not: str
    ticked: bool


def shown_changes(page: PullPage, ticked: frozenset[str], context: Content) -> tuple[Change, ...]:
    return tuple(_change(page, one, one.pull.path in ticked, number, context) for number, one in enumerate(page.offered))


def _change(page: PullPage, one: Offered, ticked: bool, number: int, content: Content) -> Change:
    pull = one.pull
    place = pull.field.label
    if pull.field.type is FieldType.ROWS:
        row = next((value for value in (pull.theirs, pull.base, pull.mine) if isinstance(value, dict)), {})
        place = f"{pull.field.label}: {(display.row_name(row, pull.field.columns) or 'an entry')[:80]}"
    lines = tuple(_lines(page, pull, content))
    return Change(
        pull.path, f"take-{number}", place, pull.section.label, KIND_WORDS[pull.kind], lines, pull.clashes, one.why_not, ticked
    )


def _lines(page: PullPage, pull: Pull, content: Content) -> Iterator[Line]:
    """The answer that changed, or the columns of the row."""
    of_list = pull.field.type is FieldType.ROWS
    old, new = ([value] if of_list and value is not None else value for value in (pull.base, pull.theirs))
    path = f"{pull.section.key}.{pull.field.key}"
    found = compare_answers(page.case.form, content, path, old, new, access.context().differ)
    mine = pull.mine if isinstance(pull.mine, dict) else {}
    for change in (column for one in found for row in one.rows for column in row.columns) if of_list else found:
        values = (mine.get(change.field.key) if of_list else pull.mine, change.old, change.new)
        here, *others = (display.shown(change.field, value, content) for value in values)
        yield Line(change.field.label, changes.marks(change.segments), here if here not in others else "")


@access.route(blueprint, "/proposals/<string:proposal>/origin", Action.READ_PROPOSAL)
def show(proposal: str) -> Page:
    """The changes of the template since, and how it differs from here."""
    return _page(proposal, [], frozenset())


def _page(proposal: str, problems: Problems, ticked: frozenset[str], stale: str = "") -> str:
    page = pulling.page(access.context(), access.actor(), ProposalId(proposal))
    offered = shown_changes(page, ticked, {**page.case.readable(page.version.content), **page.newest.content})
    return render_template(
        "starting/origin.html", page=page, frame=proposal_frame(page.case, "changes"), changes=offered, problems=problems, stale=stale,
        may_take=page.case.may(Action.EDIT_PROPOSAL) and any(not change.why_not for change in offered),
        may_settle=page.case.may(Action.EDIT_PROPOSAL) and bool(page.since),
        sections=[changes.shown_section(section) for section in page.difference.sections],
    )  # fmt: skip


@access.route(blueprint, "/proposals/<string:proposal>/origin", Action.EDIT_PROPOSAL, methods=("POST",))
def pull(proposal: str) -> Page:
    """Take the ticked changes as one version."""
    taken, key = frozenset(request.form.getlist("take")), ProposalId(proposal)
    command = PullCommand(number(request.form.get("version")), number(request.form.get("newest")), taken, "later" not in request.form)
    try:
        count = pulling.pull(access.context(), access.actor(), key, command)
    except Invalid as error:
        return _page(proposal, list(error.problems), taken), 422
    except Conflict as error:
        return _page(proposal, [], taken, str(error)), 409
    words = "One change is taken." if count == 1 else f"{count} changes are taken."
    flash(words if count else "You left what changed there. Your text stays as it is.", "success")
    return redirect(f"/proposals/{proposal}/origin" if "later" in request.form else f"/proposals/{proposal}/draft", 303)


@access.route(blueprint, "/similar", Action.LIST_PROPOSALS)
def look() -> Page:
    """What is similar to what is being typed, as a piece of a page."""
    outcomes = tuple(request.args.getlist("outcome"))[: similar.MOST_OUTCOMES]
    found = similar.look(access.context(), access.actor(), request.args.get("title", "")[:300], outcomes, request.args.get("but", "")[:64])
    return render_template("starting/similar_found.html", found=found, typed=bool(request.args.get("title", "").strip()))


@access.route(blueprint, "/proposals/<string:proposal>/similar", Action.READ_PROPOSAL)
def of_proposal(proposal: str) -> Page:
    """What is similar to a proposal as it was saved last."""
    found = similar.of_proposal(access.context(), access.actor(), ProposalId(proposal))
    case = specifications.history(access.context(), access.actor(), ProposalId(proposal))[0]
    return render_template("starting/similar.html", frame=proposal_frame(case, "draft"), found=found, typed=True)
