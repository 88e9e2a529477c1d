"""Suggesting other wording, and taking over or turning down what was suggested."""

from dataclasses import replace

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from cowork.domain.comments import Anchor
from cowork.domain.errors import Conflict, Invalid
from cowork.domain.ids import OrganisationId, ProposalId, ThreadId
from cowork.domain.policy import Action
from cowork.domain.suggestions import SuggestionKind
from cowork.services import accepting, moving, suggesting
from cowork.services.accepting import AcceptCommand
from cowork.services.moving import MovePreview
from cowork.services.suggesting import SuggestCommand
from cowork.web import access
from cowork.web.comments.asking import Asked, posted_value, suggest_page
from cowork.web.comments.views import back_to, posted_anchor
from cowork.web.parameters import number
from cowork.web.specifications import moves
from cowork.web.specifications.forms import readable_names

blueprint = Blueprint("suggestions", __name__)

Answer = Response | str | tuple[str, int]


@access.route(blueprint, "/proposals/<string:proposal>/suggest", Action.COMMENT)
def ask(proposal: ProposalId) -> Answer:
    """The page on which to suggest something."""
    args = request.args
    again = ThreadId(args["again"]) if args.get("again") else None
    found = suggesting.prepare(access.context(), access.actor(), proposal, again)
    if found.again is None and "at" not in args:
        flash("Choose the answer that you would word differently: each has a pencil beside its question.", "info")
        return redirect(f"/proposals/{proposal}/review", 303)
    place = args.get("at", "").split(".")
    if found.again is not None:
        thread, made = found.again, found.again.suggestion
        asked = Asked(
            thread.section or "", thread.field or "", thread.row or "", thread.column or "", made.kind if made else None,
            value=str(made.value) if made and made.kind is SuggestionKind.PASSAGE else "", lane=thread.lane or "",
        )  # fmt: skip
    else:
        section, field, row, column = [*place, "", "", "", ""][:4]
        asked = Asked(section, field, row, column, kind=_kind(args.get("kind")), quote=args.get("quote", ""), start=args.get("start", ""))
    page = suggest_page(found, asked)
    return render_template("comments/suggest.html", page=page, frame=page.frame)


@access.route(blueprint, "/proposals/<string:proposal>/suggestions", Action.COMMENT, methods=("POST",))
def suggest(proposal: ProposalId) -> Answer:
    """Propose other wording."""
    form = request.form
    found = suggesting.prepare(access.context(), access.actor(), proposal)
    posted = readable_names(form)
    kind = _kind(form.get("kind")) or SuggestionKind.FIELD
    asked = Asked(
        form.get("section", ""), form.get("field", ""), form.get("row", ""), form.get("column", ""), kind, form.get("quote", ""),
        form.get("start", ""), form.get("value", ""), form.get("body", ""), form.get("lane", ""), "as_writer" in form,
    )  # fmt: skip
    anchor = posted_anchor() if kind is SuggestionKind.PASSAGE else Anchor(asked.section, asked.field, asked.row or None)
    lane = OrganisationId(asked.lane) if asked.lane else None
    value = posted_value(found, asked, posted)
    command = SuggestCommand(kind, anchor, value, lane, number(form.get("version")), asked.body, asked.as_writer)
    try:
        thread = suggesting.suggest(access.context(), access.actor(), proposal, command)
    except Invalid as error:
        whole = kind in (SuggestionKind.FIELD, SuggestionKind.ROW, SuggestionKind.ADD)
        page = suggest_page(found, replace(asked, posted=posted if whole else None, errors=error.problems))
        return render_template("comments/suggest.html", page=page, frame=page.frame), 422
    flash("Your suggestion is sent. Those who write this answer can take it over.", "success")
    return redirect(f"/proposals/{proposal}/review#thread-{thread}", 303)


@access.route(blueprint, "/proposals/<string:proposal>/suggestions/accept", Action.EDIT_PROPOSAL, methods=("POST",))
def accept(proposal: ProposalId) -> Answer:
    """Take over one suggestion or several as one version."""
    form = request.form
    threads = tuple(ThreadId(key) for key in form.getlist("suggestion"))
    command = AcceptCommand(threads, form.get("body", ""), "confirmed" in form, form.get(moves.SEEN, ""))
    first = f"thread-{threads[0]}" if threads else "main"
    try:
        made = accepting.accept(access.context(), access.actor(), proposal, command)
    except (Invalid, Conflict) as error:
        flash(str(error), "error")
        return back_to(proposal, first)
    if isinstance(made, MovePreview):
        words = moving.OVERTAKEN if made.overtaken else ""
        page = moves.move_page(made, request.path, f"/proposals/{proposal}/review#{first}", form, words)
        html = render_template("specifications/move.html", page=page, frame=page.frame)
        return (html, 409) if words else html
    count = len(made.taken)
    left = f" {len(made.left)} no longer fitted and stay open." if made.left else ""
    taken = "The suggestion is" if count == 1 else f"{count} suggestions are"
    flash(" ".join(filter(None, (f"{taken} taken over: version {made.version}.{left}", made.sentence))), "success")
    return back_to(proposal, f"thread-{made.taken[0]}")


@access.route(blueprint, "/proposals/<string:proposal>/suggestions/<string:thread>/reject", Action.ANSWER_SUGGESTION, methods=("POST",))
def reject(proposal: ProposalId, thread: ThreadId) -> Answer:
    """Turn a suggestion down, with an answer."""
    try:
        suggesting.reject(access.context(), access.actor(), proposal, thread, request.form.get("body", ""))
    except (Invalid, Conflict) as error:
        flash(str(error), "error")
        return back_to(proposal, f"thread-{thread}")
    flash("The suggestion is turned down, with your answer. The thread can be reopened.", "success")
    return back_to(proposal, f"thread-{thread}")


def _kind(text: str | None) -> SuggestionKind | None:
    return SuggestionKind(text) if text in set(SuggestionKind) else None
