"""Files of a proposal: the list, attaching, one file, and what its keeper does with it."""

from flask import Blueprint, Response, flash, redirect, render_template, request
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as AnyResponse

from cowork.domain.errors import Invalid
from cowork.domain.file_types import ACCEPT, ALLOWED_WORDS, disposition
from cowork.domain.ids import FileId, ProposalId
from cowork.domain.policy import Action
from cowork.services import files, showing
from cowork.services.exports import ExportFile
from cowork.services.files import AttachCommand, AttachedFile, Upload
from cowork.services.showing import FilePage
from cowork.web import access
from cowork.web.exports.views import as_download
from cowork.web.fields import blame
from cowork.web.files.forms import AttachForm, ParticularsForm, ReplaceForm, check_dates, fill, offer, said_in
from cowork.web.files.pages import file_view, files_view
from cowork.web.parameters import number, optional_number
from cowork.web.reviews.acting import act_page

blueprint = Blueprint("files", __name__)

Answer = AnyResponse | str | tuple[str, int]
Problems = list[tuple[str, str]]


@access.route(blueprint, "/proposals/<string:proposal>/files", Action.READ_PROPOSAL)
def files_of(proposal: str) -> Answer:
    """Everything that is attached, by kind."""
    return _listed(ProposalId(proposal), AttachForm(), [])


@access.route(blueprint, "/proposals/<string:proposal>/files", Action.ATTACH_FILE, methods=("POST",))
def attach(proposal: str) -> Answer:
    """Attach files."""
    files.require_attaching(access.context(), access.actor(), ProposalId(proposal))
    form = AttachForm()
    uploads = [_upload(sent) for sent in request.files.getlist("files") if sent.filename]
    try:
        made = files.attach(access.context(), access.actor(), ProposalId(proposal), AttachCommand(uploads, said_in(form)))
    except Invalid as error:
        missing = [] if uploads or "files" in dict(error.problems) else [("files", files.NO_FILE)]
        return _listed(ProposalId(proposal), form, blame(form, Invalid([*missing, *error.problems]))), 422
    _say(made)
    target = f"/{made[0].file}" if len(made) == 1 else ""
    return _on(f"/proposals/{proposal}/files{target}")


def _on(path: str) -> AnyResponse:
    """To the next page. The script that shows how far an upload has come goes there by itself."""
    if request.headers.get("X-Requested-With") == "upload":
        return Response("", 201, {"Location": path})
    return redirect(path, 303)


def _say(made: tuple[AttachedFile, ...]) -> None:
    flash(f"“{made[0].title}” is attached." if len(made) == 1 else f"{len(made)} files are attached.", "success")
    for one in made:
        if one.same_as:
            flash(f"“{one.title}” has the same content as “{one.same_as}”, which is here already. Withdraw one of them.", "warning")
        if one.note:
            flash(f"“{one.title}”: {one.note}", "warning")


def _upload(sent: FileStorage) -> Upload:
    """A file as it came, up to one byte more than is taken."""
    return Upload(sent.filename or "", sent.stream.read(access.context().file_bytes + 1))


def _listed(proposal: ProposalId, form: AttachForm, problems: Problems) -> str:
    page = showing.page(access.context(), access.actor(), proposal)
    view = files_view(page, request.args.get("kind", ""))
    offer(form, page.case, page.attaches_for, page.places)
    return render_template(
        "files/list.html", view=view, frame=view.frame, form=form, problems=problems, accept=ACCEPT, allowed=ALLOWED_WORDS
    )


@access.route(blueprint, "/proposals/<string:proposal>/files/<string:file>", Action.READ_PROPOSAL)
def details(proposal: str, file: str) -> str:
    """One file with its preview and history."""
    page = showing.file_page(
        access.context(), access.actor(), ProposalId(proposal), FileId(file), optional_number(request.args.get("version"))
    )
    return _shown(page, ReplaceForm(), [])


def _shown(page: FilePage, form: ReplaceForm, problems: Problems) -> str:
    view = file_view(page)
    return render_template(
        "files/details.html", view=view, frame=view.frame, form=form, problems=problems, accept=ACCEPT, allowed=ALLOWED_WORDS
    )


@access.route(
    blueprint, "/proposals/<string:proposal>/files/<string:file>/versions/<string:version>/download", Action.READ_PROPOSAL
)
def download(proposal: str, file: str, version: str) -> Response:
    """The bytes of a version, to save and never to open in the browser."""
    found = showing.download(access.context(), access.actor(), ProposalId(proposal), FileId(file), number(version))
    response = as_download(found)
    response.headers["Content-Disposition"] = disposition(found.name)
    return response


@access.route(
    blueprint, "/proposals/<string:proposal>/files/<string:file>/versions/<string:version>/pages/<string:page>", Action.READ_PROPOSAL
)
def picture(proposal: str, file: str, version: str, page: str) -> Response:
    """A page as a picture of our own making."""
    actor, at = access.actor(), number(version)
    return _as_picture(showing.picture(access.context(), actor, ProposalId(proposal), FileId(file), at, number(page)))


def _as_picture(file: ExportFile) -> Response:
    response = Response(file.content, mimetype=file.media_type)
    response.headers.set("Content-Security-Policy", "sandbox; default-src 'none'")
    return response


@access.route(blueprint, "/proposals/<string:proposal>/files/<string:file>/replace", Action.KEEP_FILE, methods=("POST",))
def replace(proposal: str, file: str) -> Answer:
    """Put a new version in the place of the newest one."""
    form, context, actor = ReplaceForm(), access.context(), access.actor()
    page = showing.kept_page(context, actor, ProposalId(proposal), FileId(file))
    seen = optional_number(request.form.get("seen")) or page.file.version.number
    sent = next((one for one in request.files.getlist("files") if one.filename), None)
    try:
        check_dates(form)
        if sent is None:
            raise Invalid([("files", "Choose the new version.")])
        made = files.replace_file(
            context, actor, ProposalId(proposal), FileId(file), seen, _upload(sent), (form.dated.data, form.expires.data)
        )
    except Invalid as error:
        return _shown(page, form, blame(form, error)), 422
    flash(f"The new version of “{made.title}” is attached. The earlier one is kept.", "success")
    if made.note:
        flash(made.note, "warning")
    return _on(f"/proposals/{proposal}/files/{file}")


@access.route(blueprint, "/proposals/<string:proposal>/files/<string:file>/change", Action.KEEP_FILE)
def change_page(proposal: str, file: str) -> str:
    """What is said of a file, to change."""
    page = showing.kept_page(access.context(), access.actor(), ProposalId(proposal), FileId(file))
    return _change(page, fill(ParticularsForm(), page.file.particulars), [], asks=False)


@access.route(blueprint, "/proposals/<string:proposal>/files/<string:file>/change", Action.KEEP_FILE, methods=("POST",))
def change(proposal: str, file: str) -> Answer:
    """Change what is said of a file. Whether a private file may be shared is asked first."""
    form, context, actor = ParticularsForm(), access.context(), access.actor()
    page = showing.kept_page(context, actor, ProposalId(proposal), FileId(file))
    seen = optional_number(request.form.get("seen")) or page.file.version.number
    try:
        files.change(context, actor, ProposalId(proposal), FileId(file), seen, said_in(form), share=bool(form.share.data))
    except Invalid as error:
        return _change(page, form, blame(form, error), asks=any(path == "share" for path, _ in error.problems)), 422
    flash("The file is changed.", "success")
    return redirect(f"/proposals/{proposal}/files/{file}", 303)


def _change(page: FilePage, form: ParticularsForm, problems: Problems, *, asks: bool) -> str:
    view = file_view(page)
    offer(form, page.case, [page.file.organisation], page.places)
    return render_template("files/change.html", view=view, frame=view.frame, form=form, problems=problems, asks=asks)


@access.route(blueprint, "/proposals/<string:proposal>/files/<string:file>/withdraw", Action.KEEP_FILE)
def withdraw_page(proposal: str, file: str) -> str:
    """Ask before a file is withdrawn."""
    page = showing.kept_page(access.context(), access.actor(), ProposalId(proposal), FileId(file))
    return _withdraw(page, "", [])


@access.route(blueprint, "/proposals/<string:proposal>/files/<string:file>/withdraw", Action.KEEP_FILE, methods=("POST",))
def withdraw(proposal: str, file: str) -> Answer:
    """Withdraw a file, with a reason."""
    context, actor, reason = access.context(), access.actor(), request.form.get("reason", "")
    page = showing.kept_page(context, actor, ProposalId(proposal), FileId(file))
    try:
        files.withdraw(context, actor, ProposalId(proposal), FileId(file), page.file.version.number, reason)
    except Invalid as error:
        return _withdraw(page, reason, list(error.problems)), 422
    flash("The file is withdrawn. It stays on record.", "success")
    return redirect(f"/proposals/{proposal}/files/{file}", 303)


def _withdraw(page: FilePage, reason: str, errors: Problems) -> str:
    view = file_view(page)
    lead = [
        f"“{page.file.particulars.title}” counts no more once it is withdrawn. It stays on record with its history, and can still be read.",
        *([view.review_note] if view.review_note and not view.row.private else []),
    ]
    asked = act_page(
        page.case, f"files/{page.file.id}/withdraw", "Withdraw this file", lead, "Withdraw it", kind="danger", tab="files", reason=reason,
        errors=errors,
    )  # fmt: skip
    return render_template("reviews/act.html", page=asked, frame=asked.frame)
