"""What every page shares: who is asking, the frame's variables, security headers, and how refusals become pages."""

import json
from pathlib import Path
from zoneinfo import ZoneInfo

from flask import Flask, Response, abort, render_template, request, url_for
from flask_wtf.csrf import CSRFError, CSRFProtect
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as AnyResponse

from cowork.domain.errors import Conflict, CoworkError, Invalid, NotFound, Refused, SignInRequired, TooMany, Unavailable
from cowork.domain.policy import OPEN_TO_ALL
from cowork.domain.workflows import terms
from cowork.domain.workflows.naming import to_name_in_words
from cowork.domain.workflows.rule_words import absent_in_words
from cowork.domain.workflows.sentences import voted_in_words
from cowork.ports import DiskFull
from cowork.services.context import Context
from cowork.web import access, session
from cowork.web.audit import views as audit
from cowork.web.comments import listing as comment_lists
from cowork.web.comments import pending, suggestions
from cowork.web.comments import views as comments
from cowork.web.exports import marked
from cowork.web.exports import views as exports
from cowork.web.files import letters
from cowork.web.files import views as files
from cowork.web.frame import navigation
from cowork.web.identity import views as identity
from cowork.web.identity.pages import kept_texts, sign_in_again
from cowork.web.meetings import views as meetings
from cowork.web.moments import Moment, moment_of
from cowork.web.notifications import views as notifications
from cowork.web.organisations import calendars, delegations, questions
from cowork.web.organisations import views as organisations
from cowork.web.paths import own_referrer
from cowork.web.programmes import views as programmes
from cowork.web.proposals import joining, rights
from cowork.web.proposals import views as proposals
from cowork.web.reports import views as reports
from cowork.web.reviews import acts, naming, rerouting
from cowork.web.reviews import views as reviews
from cowork.web.specifications import alignment, authorship, codes, form_changes
from cowork.web.specifications import live as writing_together
from cowork.web.specifications import views as specifications
from cowork.web.specifications.hub import Hub
from cowork.web.starting import editing as template_sheets
from cowork.web.starting import origins
from cowork.web.starting import views as starting
from cowork.web.workflows import drafts as workflow_drafts
from cowork.web.workflows import views as workflows

BLUEPRINTS = (
    identity, organisations, calendars, delegations, joining, proposals, rights, specifications, writing_together, authorship, alignment,
    codes, files, letters, comments, comment_lists, pending, suggestions, reviews, acts, naming, rerouting, meetings, exports, marked,
    audit,
    programmes, reports, workflows, workflow_drafts, notifications, questions, form_changes, starting, template_sheets, origins,
)  # fmt: skip

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
STATUSES: tuple[tuple[type[CoworkError], int], ...] = (
    (NotFound, 404),
    (SignInRequired, 401),
    (Refused, 403),
    (Invalid, 422),
    (Conflict, 409),
    (TooMany, 429),
    (DiskFull, 507),
    (Unavailable, 503),
)
TAKING_FILES = frozenset({"files.attach", "files.replace"})
FILES_AT_ONCE = 3
"""So many files of the largest size fit into one request."""
RETRY_SECONDS = 5
MOST_DRAINED = 64 * 1024 * 1024


def attach(app: Flask, context: Context) -> None:
    """Give an application its context, pages, guards and errors."""
    app.extensions["cowork"] = context
    app.extensions[writing_together.HUB] = Hub(app, app.config["LIVE_SOCKETS"])
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    session.attach(app)
    CSRFProtect(app)
    for module in BLUEPRINTS:
        app.register_blueprint(module.blueprint)
    app.before_request(_guard)
    app.before_request_funcs[None].insert(0, _limit_files)
    app.after_request(_headers)
    app.context_processor(_frame)
    app.jinja_env.globals.update(asset=_assets(Path(app.static_folder or "")), moment=_moment, term_in_words=terms.in_words)
    app.jinja_env.globals.update(absent_in_words=absent_in_words, people_to_name=to_name_in_words, voted_in_words=voted_in_words)
    app.register_error_handler(CoworkError, _refusal)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(CSRFError, _csrf_error)
    app.register_error_handler(OperationalError, _database_away)
    app.register_error_handler(Exception, _fault)


def _limit_files() -> None:
    """Where files are sent, a request may be as large as a few of them; everywhere else the limit of all requests stands.

    It comes first, before anything reads the form.
    """
    if request.endpoint in TAKING_FILES:
        request.max_content_length = max(access.application().config["MAX_CONTENT_LENGTH"], FILES_AT_ONCE * access.context().file_bytes)


def _guard() -> None:
    """No view runs for a visitor unless its action is open to everybody. Unknown addresses go on to their 404.

    NUL characters are no text: databases refuse them, so they are refused here.
    """
    sent = (request.path, *request.args.values(), *(value for _, value in request.form.items(multi=True)))
    if any("\0" in value for value in sent):
        abort(400)
    if request.endpoint is not None and request.endpoint != "static":
        access.require_sign_in(access.action_of(access.application(), request.endpoint))


def _headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if access.context().base_url.startswith("https://"):
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
        response.vary.add("Cookie")
    return response


def _frame() -> dict[str, object]:
    signed_in = session.present()
    actor = signed_in.actor if signed_in else None
    waiting = signed_in.waiting if signed_in else 0
    return {
        "actor": actor,
        "waiting_count": waiting,
        "unread_count": signed_in.unread if signed_in else 0,
        "theme": actor.theme if actor else session.visitor_theme(),
        "shortcuts": signed_in.shortcuts if signed_in else True,
        "nav": navigation(request.path, actor, waiting),
        "site_name": "Cowork",
    }


def _moment(at: object) -> Moment:
    actor = access.visitor()
    return moment_of(at, ZoneInfo(actor.zone if actor else "UTC"), access.context().now())  # type: ignore[arg-type]  # a template's value


def _assets(folder: Path) -> object:
    """The addresses of built files by their plain names; the manifest is read once, at the start."""
    try:
        manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    except FileNotFoundError:
        manifest = {}

    def asset(name: str) -> str:
        return url_for("static", filename=manifest.get(name, name))

    return asset


def _refusal(error: CoworkError) -> AnyResponse | tuple[str, int] | tuple[str, int, dict[str, str]]:
    status = next(code for kind, code in STATUSES if isinstance(error, kind))
    if isinstance(error, SignInRequired):
        return sign_in_again(request)
    headers = {}
    if isinstance(error, TooMany):
        headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, Unavailable):
        headers["Retry-After"] = str(RETRY_SECONDS)
    problems = error.problems if isinstance(error, Invalid) else ()
    return _error_page(status, str(error), problems=problems), status, headers


def _error_page(status: int, message: str, **more: object) -> str:
    """The page of a status, with what was posted so that nothing typed is lost."""
    template = f"errors/{status}.html" if status in PAGES else "errors/400.html"
    kept = kept_texts(request.form.items(multi=True))
    back = own_referrer(request.referrer, request.host) if request.method == "POST" else None
    return render_template(template, message=message, kept=kept, back=back, status=status, **more)


PAGES = frozenset({400, 401, 403, 404, 405, 409, 413, 422, 429, 500, 503, 507})


def _http_error(error: HTTPException) -> AnyResponse | tuple[str, int]:
    status = error.code or 500
    if status < 400:
        return error.get_response()
    if status == 413:
        _drain()
        return render_template("errors/413.html", message="", kept=(), status=413), 413
    return _error_page(status, ""), status


def _drain() -> None:
    """Read what is still coming, up to a limit: a browser that is cut off while it sends never shows the answer."""
    left = min(request.content_length or 0, MOST_DRAINED)
    while left > 0:
        chunk = request.environ["wsgi.input"].read(min(left, 65_536))
        if not chunk:
            return
        left -= len(chunk)


def _csrf_error(_error: CSRFError) -> AnyResponse | tuple[str, int]:
    if access.visitor() is None and access.action_of(access.application(), request.endpoint or "") not in OPEN_TO_ALL:
        return sign_in_again(request)
    message = "This page was open for too long, or it was sent from another site. Load it again, then repeat what you did."
    return _error_page(400, message), 400


def _database_away(error: OperationalError) -> tuple[str, int, dict[str, str]]:
    access.application().logger.warning("the database did not answer: %s", error.orig)
    session.database_is_away()
    full = "disk is full" in str(error.orig) or "No space left" in str(error.orig)
    status = 507 if full else 503
    return _error_page(status, ""), status, {"Retry-After": str(RETRY_SECONDS)}


def _fault(error: Exception) -> tuple[str, int]:
    access.application().logger.exception("unexpected fault", exc_info=error)
    if access.application().testing:
        raise error
    return _error_page(500, ""), 500
