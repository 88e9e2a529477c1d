"""Reports: how long stages take, and where proposals are, as pages and files."""

from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, render_template, request

from cowork.domain.policy import Action
from cowork.exports.tables import MEDIA_TYPE, csv_table
from cowork.services import reports
from cowork.web import access
from cowork.web.proposals import lists
from cowork.web.reports.pages import RUN_HEAD, WHERE_HEAD, days_words, narrowed_by, report_page, run_cells, where_cells

blueprint = Blueprint("reports", __name__)


@access.route(blueprint, "/reports", Action.LIST_PROPOSALS)
def report() -> str:
    narrowed = narrowed_by(request.args)
    found = reports.report(access.context(), access.actor(), narrowed)
    return render_template("reports/report.html", page=report_page(narrowed, found), days=days_words, most=reports.MOST_RUNS)


@access.route(blueprint, "/reports/stages.csv", Action.LIST_PROPOSALS)
def stages_file() -> Response:
    """What the report rests on: a line for each stage and party."""
    found = reports.report(access.context(), access.actor(), narrowed_by(request.args))
    zone = ZoneInfo(access.actor().zone)
    return _file("stages.csv", RUN_HEAD, (run_cells(one, found.workflows, zone) for one in found.runs))


@access.route(blueprint, "/reports/proposals.csv", Action.LIST_PROPOSALS)
def proposals_file() -> Response:
    """Where each proposal of a list is."""
    found = reports.where(access.context(), access.actor(), lists.narrowed_by(request.args))
    zone = ZoneInfo(access.actor().zone)
    return _file("proposals.csv", WHERE_HEAD, (where_cells(one, zone) for one in found))


def _file(name: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    response = Response(csv_table(head, rows), content_type=MEDIA_TYPE)
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.headers.set("Content-Security-Policy", "sandbox; default-src 'none'")
    return response
