"""Writing a workflow: the form, the text, checking while people type, importing and publishing."""

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.wrappers import Response

from cowork.domain.errors import Invalid
from cowork.domain.ids import OrganisationId
from cowork.domain.policy import Action
from cowork.domain.toml import dumps
from cowork.domain.workflows import drafting
from cowork.services import workflow_drafts, workflow_trials, workflows
from cowork.services.workflow_drafts import DraftPage, StaleDraft
from cowork.web import access
from cowork.web.identity.pages import kept_texts
from cowork.web.parameters import number, optional_number
from cowork.web.workflows import editor
from cowork.web.workflows.editor import Editor
from cowork.web.workflows.views import chosen_proposal, toml_file, trial_page

blueprint = Blueprint("workflow_drafts", __name__)

Page = str | tuple[str, int] | Response
HOUSE = "/organisations/<string:organisation>"
ONE = f"{HOUSE}/workflow-drafts/<string:draft>"
MOST_BYTES = 1_000_000
NOT_TYPED = frozenset({"saves", "part", "stage-key", "do", "text"})


def _draft(organisation: str, draft: str, text: str | None = None) -> DraftPage:
    return workflow_drafts.page(access.context(), access.actor(), OrganisationId(organisation), draft, text)


def _part(table: drafting.Table, named: str | None) -> int | None:
    """The stage that an address or form names, from 0; None for the general part, and where there is no such stage."""
    found = optional_number(named)
    return found - 1 if found and found <= len(drafting.stages(table)) else None


@access.route(blueprint, f"{HOUSE}/workflow-drafts", Action.MANAGE_WORKFLOWS, methods=("POST",))
def create(organisation: str) -> Page:
    try:
        draft = workflow_drafts.create(access.context(), access.actor(), OrganisationId(organisation))
    except Invalid as error:
        found = workflows.listing(access.context(), access.actor(), OrganisationId(organisation))
        return render_template("workflows/list.html", page=found, problems=[("", sentence) for _, sentence in error.problems]), 422
    return redirect(f"/organisations/{organisation}/workflow-drafts/{draft}", 303)


@access.route(blueprint, ONE, Action.MANAGE_WORKFLOWS)
def draft(organisation: str, draft: str) -> Page:
    page = _draft(organisation, draft)
    table = drafting.parse(page.text)
    if table is None:
        flash("The text of this draft is not valid TOML, so the form cannot show it. Mend it here.", "warning")
        return redirect(f"{editor.root_of(page)}/text", 303)
    return _form_page(editor.editor(page, table, _part(table, request.args.get("stage"))))


def _form_page(found: Editor) -> str:
    return render_template(
        "workflows/draft.html", e=found, page=found.page, root=editor.root_of(found.page), tabs=editor.tabs_of(found.page, ""),
        picture=found.picture, problems=found.problems, options=editor.OPTIONS, choices=editor.choices,
    )  # fmt: skip


def _sent(page: DraftPage) -> tuple[str, int | None]:
    """The draft's text as the form that was sent says, and the part to show then."""
    if "text" in request.form:
        return request.form["text"].replace("\r\n", "\n"), None
    table = drafting.parse(page.draft.source)
    if table is None:
        return page.draft.source, None
    part = _same_part(table, _part(table, request.form.get("part")))
    if part is None and request.form.get("part"):
        return page.draft.source, None  # the stage is gone meanwhile: the save is stale, and what was typed is shown again
    fields = {name: request.form.getlist(name) for name in request.form}
    table = drafting.filled(table, part, fields, editor.kinds_of(page))
    table, part = drafting.act(table, part, request.form.get("do", ""))
    return dumps(table), part


def _same_part(table: drafting.Table, part: int | None) -> int | None:
    """The stage whose form was sent: where it was or, if somebody moved it meanwhile, where its key is now; None where it is gone."""
    own = drafting.stages(table)
    if "stage-key" not in request.form or (part is not None and _key(own[part]) == request.form["stage-key"]):
        return part
    return next((number for number, stage in enumerate(own) if _key(stage) == request.form["stage-key"]), None)


def _key(stage: drafting.Table) -> str:
    return str(stage.get("key", "")).strip()


@access.route(blueprint, ONE, Action.MANAGE_WORKFLOWS, methods=("POST",))
def save(organisation: str, draft: str) -> Page:
    """Save a part and do what the button says; or only check it, without saving."""
    page = _draft(organisation, draft)
    text, part = _sent(page)
    left = editor.left_out({name: request.form.getlist(name) for name in request.form}) if request.form.get("part") else ""
    if request.form.get("do") == "check":
        if left:
            flash(left, "warning")
        checked = _draft(organisation, draft, text)
        table = drafting.parse(text)
        return _text_page(checked) if table is None or "text" in request.form else _form_page(editor.editor(checked, table, part))
    try:
        found = workflow_drafts.save(
            access.context(), access.actor(), OrganisationId(organisation), draft, number(request.form.get("saves")), text
        )
    except Invalid as error:
        return _text_page(_draft(organisation, draft, text), [("f-text", sentence) for _, sentence in error.problems]), 422
    if isinstance(found, StaleDraft):
        return _stale_page(found), 409
    flash("The draft is saved.", "success")
    if left:
        flash(left, "warning")
    root = editor.root_of(page)
    return redirect(f"{root}/text" if "text" in request.form else f"{root}?stage={part + 1}#part" if part is not None else root, 303)


def _stale_page(found: StaleDraft) -> str:
    lines = workflows.line_changes(found.page.text, found.mine)
    # Where the stage is gone nothing could be put into the text, so the fields themselves are shown.
    kept = kept_texts(pair for pair in request.form.items(multi=True) if pair[0] not in NOT_TYPED) if not lines else ()
    root = editor.root_of(found.page)
    return render_template("workflows/stale.html", page=found.page, mine=found.mine, lines=lines, root=root, kept=kept)


@access.route(blueprint, f"{ONE}/preview", Action.MANAGE_WORKFLOWS, methods=("POST",))
def preview(organisation: str, draft: str) -> Page:
    """The picture and the faults of what is in the form now. Nothing is saved."""
    text, part = _sent(_draft(organisation, draft))
    page = _draft(organisation, draft, text)
    table = drafting.parse(text)
    found = editor.editor(page, table, part) if table is not None else None
    problems = editor.problems_of(page, table)
    return render_template("workflows/preview.html", picture=found.picture if found else None, problems=problems)


@access.route(blueprint, f"{ONE}/text", Action.MANAGE_WORKFLOWS)
def text(organisation: str, draft: str) -> Page:
    return _text_page(_draft(organisation, draft))


def _text_page(page: DraftPage, errors: list[tuple[str, str]] | None = None) -> str:
    table = drafting.parse(page.text)
    shown = editor.editor(page, table, None).picture if table is not None else None
    return render_template(
        "workflows/text.html", page=page, root=editor.root_of(page), tabs=editor.tabs_of(page, "/text"), picture=shown, errors=errors or [],
        problems=editor.problems_of(page, table),
    )  # fmt: skip


@access.route(blueprint, f"{ONE}/download", Action.MANAGE_WORKFLOWS)
def download(organisation: str, draft: str) -> Page:
    return toml_file(_draft(organisation, draft).text, "workflow-draft")


@access.route(blueprint, f"{ONE}/try", Action.MANAGE_WORKFLOWS)
def attempt(organisation: str, draft: str) -> Page:
    page = _draft(organisation, draft)
    found = workflow_trials.of_draft(access.context(), access.actor(), OrganisationId(organisation), draft, chosen_proposal())
    problems = editor.problems_of(page, drafting.parse(page.text))
    return trial_page(found, editor.root_of(page), None, tabs=editor.tabs_of(page, "/try"), problems=problems)


@access.route(blueprint, f"{ONE}/publish", Action.MANAGE_WORKFLOWS)
def publishing(organisation: str, draft: str) -> Page:
    """Asks before a draft becomes a version."""
    return _publish_page(_draft(organisation, draft), ())


def _publish_page(page: DraftPage, refused: tuple[str, ...]) -> str:
    table = drafting.parse(page.text)
    foreign = tuple(sentence for sentence in refused if sentence not in page.problems)
    more = tuple(editor.Problem(sentence, f"{editor.root_of(page)}#f-key") for sentence in foreign)
    return render_template(
        "workflows/publish.html", page=page, root=editor.root_of(page), tabs=editor.tabs_of(page, "/publish"),
        problems=(*more, *editor.problems_of(page, table)),
    )  # fmt: skip


@access.route(blueprint, f"{ONE}/publish", Action.MANAGE_WORKFLOWS, methods=("POST",))
def publish(organisation: str, draft: str) -> Page:
    seen = number(request.form.get("saves"))
    try:
        key, version = workflow_drafts.publish(access.context(), access.actor(), OrganisationId(organisation), draft, seen)
    except Invalid as error:
        return _publish_page(_draft(organisation, draft), tuple(sentence for _, sentence in error.problems)), 422
    flash(f"Version {version} is published. New proposals can choose it; rounds that run keep the version they began with.", "success")
    return redirect(f"/organisations/{organisation}/workflows/{key}", 303)


@access.route(blueprint, f"{ONE}/delete", Action.MANAGE_WORKFLOWS)
def deleting(organisation: str, draft: str) -> Page:
    """Asks before a draft is deleted."""
    page = _draft(organisation, draft)
    return render_template("workflows/delete.html", page=page, root=editor.root_of(page))


@access.route(blueprint, f"{ONE}/delete", Action.MANAGE_WORKFLOWS, methods=("POST",))
def delete(organisation: str, draft: str) -> Page:
    seen = number(request.form.get("saves"))
    workflow_drafts.delete(access.context(), access.actor(), OrganisationId(organisation), draft, seen)
    flash("The draft is deleted.", "success")
    return redirect(f"/organisations/{organisation}/workflows", 303)


@access.route(blueprint, f"{HOUSE}/workflow-import", Action.MANAGE_WORKFLOWS)
def importing(organisation: str) -> Page:
    return _import_page(organisation, "", [])


def _import_page(organisation: str, text: str, problems: list[tuple[str, str]]) -> str:
    card = workflow_drafts.editor_of(access.context(), access.actor(), OrganisationId(organisation))
    return render_template("workflows/import.html", card=card, text=text, problems=problems)


@access.route(blueprint, f"{HOUSE}/workflow-import", Action.MANAGE_WORKFLOWS, methods=("POST",))
def import_text(organisation: str) -> Page:
    """Take a file or, where none was chosen, what was pasted."""
    workflow_drafts.editor_of(access.context(), access.actor(), OrganisationId(organisation))
    pasted = request.form.get("text", "")
    try:
        text = _uploaded() or pasted
        draft = workflow_drafts.import_text(access.context(), access.actor(), OrganisationId(organisation), text)
    except Invalid as error:
        return _import_page(organisation, pasted, [("f-text", sentence) for _, sentence in error.problems]), 422
    flash("The text is imported as a draft. It is used for nothing until you publish it.", "success")
    return redirect(f"/organisations/{organisation}/workflow-drafts/{draft}", 303)


def _uploaded() -> str:
    """The text of the file that was chosen; empty where none was. Raises Invalid."""
    sent = request.files.get("file")
    content = b""
    if sent is not None:
        content = sent.stream.read(MOST_BYTES + 1)
        sent.close()
    if len(content) > MOST_BYTES:
        raise Invalid([("file", f"The file is larger than {MOST_BYTES:,} bytes. Check that it is the right one.")])
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        raise Invalid([("file", "The file is not a text in UTF-8. Save it again in that encoding, or choose another one.")]) from None
    if "\0" in text:
        raise Invalid([("file", "The file holds characters that are no text. Choose another one.")])
    return text
