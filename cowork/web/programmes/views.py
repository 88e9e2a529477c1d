"""The register of approved programmes, open to everybody, and checking a document against it."""

from io import BytesIO

from flask import Blueprint, flash, redirect, render_template, request, send_file
from werkzeug.wrappers import Response

from cowork.domain.errors import Invalid
from cowork.domain.ids import Digest, ProgrammeId
from cowork.domain.policy import Action
from cowork.services import exports, letters, programmes
from cowork.web import access, keysets
from cowork.web.programmes.pages import MAX_DIGEST, older_than
from cowork.web.specifications.reading import read

blueprint = Blueprint("programmes", __name__)

Page = str | tuple[str, int] | Response


@access.route(blueprint, "/programmes", Action.READ_PUBLIC)
def register() -> Page:
    after = keysets.read(request.args.get("after"))
    place = (after[0], ProgrammeId(after[1])) if after else None
    found = programmes.register(access.context(), access.visitor(), place)
    older = older_than(found.next)
    return render_template("programmes/register.html", lines=found.lines, newer="/programmes" if place else "", older=older)


@access.route(blueprint, "/programmes/verify", Action.READ_PUBLIC)
def verify() -> Page:
    digest = request.args.get("digest", "")[:MAX_DIGEST]
    try:
        result = programmes.verify(access.context(), access.visitor(), digest) if digest else None
    except Invalid as error:
        return render_template("programmes/verify.html", digest=digest, result=None, letter=None, problems=error.problems), 422
    letter = letters.verify(access.context(), Digest(result.digest)) if result and not result.valid else None
    return render_template("programmes/verify.html", digest=digest, result=result, letter=letter, problems=())


@access.route(blueprint, "/programmes/<string:programme>", Action.READ_PUBLIC)
def programme(programme: str) -> Page:
    page = programmes.page(access.context(), access.visitor(), ProgrammeId(programme))
    sections = [section for section in read(page.form, page.content) if section.answered]
    return render_template("programmes/programme.html", page=page, sections=sections)


@access.route(blueprint, "/programmes/<string:programme>/specification.pdf", Action.READ_PUBLIC)
def official_pdf(programme: str) -> Response:
    file = exports.public_pdf(access.context(), ProgrammeId(programme))
    return send_file(BytesIO(file.content), mimetype=file.media_type, as_attachment=True, download_name=file.name)


@access.route(blueprint, "/programmes/<string:programme>/publish", Action.MANAGE_PARTICIPANTS, methods=("POST",))
def publish(programme: str) -> Response:
    public = request.form.get("public") == "1"
    programmes.publish(access.context(), access.actor(), ProgrammeId(programme), public)
    flash("Everybody can see this programme in the register now." if public else "Only its parties see this programme now.", "success")
    return redirect(f"/programmes/{programme}", 303)
