"""Letters of support: writing, looking at, signing, discarding and withdrawing them."""

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from cowork.domain.errors import Conflict, Invalid
from cowork.domain.ids import LetterId, ProposalId
from cowork.domain.letters import MAX_BODY
from cowork.domain.policy import Action
from cowork.services import letters
from cowork.services.letters import LetterPage
from cowork.web import access
from cowork.web.fields import blame
from cowork.web.files.forms import LetterForm, SignForm, signature_in
from cowork.web.files.pages import letter_view
from cowork.web.parameters import number
from cowork.web.reviews.acting import act_page

blueprint = Blueprint("letters", __name__)

Answer = Response | str | tuple[str, int]
Problems = list[tuple[str, str]]


@access.route(blueprint, "/proposals/<string:proposal>/letters", Action.WRITE_LETTER, methods=("POST",))
def begin(proposal: str) -> Response:
    """Begin a letter for one's own organisation."""
    letter = letters.begin(access.context(), access.actor(), ProposalId(proposal))
    flash("Your letter is begun. Only your organisation sees it until it is signed.", "info")
    return redirect(f"/proposals/{proposal}/letters/{letter}", 303)


@access.route(blueprint, "/proposals/<string:proposal>/letters/<string:letter>", Action.KEEP_LETTER)
def write(proposal: str, letter: str) -> str:
    """The letter, to write and to sign."""
    page = letters.page(access.context(), access.actor(), ProposalId(proposal), LetterId(letter))
    form = LetterForm(title=page.letter.title, body=page.letter.body)
    return _shown(page, form, _to_sign(page), [])


@access.route(blueprint, "/proposals/<string:proposal>/letters/<string:letter>", Action.KEEP_LETTER, methods=("POST",))
def save(proposal: str, letter: str) -> Answer:
    """Save the draft."""
    context, actor, form = access.context(), access.actor(), LetterForm()
    page = letters.page(context, actor, ProposalId(proposal), LetterId(letter))
    seen = number(request.form.get("seen") or "1")
    try:
        letters.save(context, actor, ProposalId(proposal), LetterId(letter), seen, form.title.data or "", form.body.data or "")
    except Invalid as error:
        return _shown(page, form, _to_sign(page), blame(form, error)), 422
    flash("The letter is saved.", "success")
    return redirect(f"/proposals/{proposal}/letters/{letter}#preview", 303)


@access.route(blueprint, "/proposals/<string:proposal>/letters/<string:letter>/sign", Action.KEEP_LETTER, methods=("POST",))
def sign(proposal: str, letter: str) -> Answer:
    """Sign the letter by name."""
    context, actor, form = access.context(), access.actor(), SignForm()
    page = letters.page(context, actor, ProposalId(proposal), LetterId(letter))
    try:
        file = letters.sign(
            context, actor, ProposalId(proposal), LetterId(letter), number(request.form.get("seen") or "1"), signature_in(form)
        )
    except Invalid as error:
        letter_form = LetterForm(title=page.letter.title, body=page.letter.body, formdata=None)
        problems = blame(letter_form, Invalid([one for one in error.problems if one[0] == "body"]))
        problems += blame(form, Invalid([one for one in error.problems if one[0] != "body"]))
        return _shown(page, letter_form, form, problems), 422
    flash("The letter is signed and shared with every party. Its document is being made.", "success")
    return redirect(f"/proposals/{proposal}/files/{file}", 303)


@access.route(blueprint, "/proposals/<string:proposal>/letters/<string:letter>/discard", Action.KEEP_LETTER, methods=("POST",))
def discard(proposal: str, letter: str) -> Response:
    """Throw the draft away."""
    seen = number(request.form.get("seen") or "1")
    letters.discard(access.context(), access.actor(), ProposalId(proposal), LetterId(letter), seen)
    flash("The draft of the letter is discarded.", "success")
    return redirect(f"/proposals/{proposal}/files", 303)


@access.route(blueprint, "/proposals/<string:proposal>/letters/<string:letter>/withdraw", Action.KEEP_LETTER)
def withdraw_page(proposal: str, letter: str) -> str:
    """Ask before a signed letter is withdrawn."""
    page = letters.page(access.context(), access.actor(), ProposalId(proposal), LetterId(letter))
    return _withdraw(page, "", [])


@access.route(blueprint, "/proposals/<string:proposal>/letters/<string:letter>/withdraw", Action.KEEP_LETTER, methods=("POST",))
def withdraw(proposal: str, letter: str) -> Answer:
    """Withdraw a signed letter, with a reason."""
    context, actor, reason = access.context(), access.actor(), request.form.get("reason", "")
    page = letters.page(context, actor, ProposalId(proposal), LetterId(letter))
    try:
        file = letters.withdraw(context, actor, ProposalId(proposal), LetterId(letter), reason)
    except Invalid as error:
        return _withdraw(page, reason, list(error.problems)), 422
    flash("The letter is withdrawn. It stays on record.", "success")
    return redirect(f"/proposals/{proposal}/files/{file}", 303)


def _to_sign(page: LetterPage) -> SignForm:
    return SignForm(position=page.position, formdata=None)


def _shown(page: LetterPage, form: LetterForm, sign_form: SignForm, problems: Problems) -> str:
    view = letter_view(page, form.body.data if problems else None)
    return render_template(
        "files/letter.html", view=view, frame=view.frame, form=form, sign=sign_form, problems=problems, most=MAX_BODY
    )


def _withdraw(page: LetterPage, reason: str, errors: Problems) -> str:
    if not page.letter.signed:
        raise Conflict("Only a signed letter is withdrawn. Discard the draft instead.")
    lead = ["The letter counts no more once it is withdrawn. It stays on record, and whoever checks its number learns of that."]
    why_not = "" if letters.withdraws(page.case, page.letter) else "Only whoever signed it, and administrators of its organisation, can."
    asked = act_page(
        page.case, f"letters/{page.letter.id}/withdraw", "Withdraw this letter", lead, "Withdraw it", kind="danger", tab="files",
        reason=reason, errors=errors, why_not=why_not,
    )  # fmt: skip
    return render_template("reviews/act.html", page=asked, frame=asked.frame)
