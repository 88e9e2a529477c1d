"""Searching in lists of codes: the answer for the script that helps while one types, and a page for everybody."""

import hashlib
from dataclasses import dataclass

from flask import Blueprint, jsonify, render_template, request
from werkzeug.wrappers import Response

from cowork.domain.errors import TooMany
from cowork.domain.policy import Action
from cowork.domain.specifications.codes import CodeList
from cowork.domain.specifications.finding import LONGEST_QUERY, Found
from cowork.services import codes
from cowork.services.codes import Known
from cowork.web import access
from cowork.web.specifications.limits import Bucket

blueprint = Blueprint("codes", __name__)

BUCKET = Bucket(burst=60, per_second=10)
MINUTES = 10
FIRST = "esco-occupations"
MOST_ON_PAGE = 50


@dataclass(frozen=True, slots=True)
class CodesPage:
    lists: tuple[Known, ...]
    list: CodeList
    words: str
    found: tuple[Found, ...]
    heading: str


@access.route(blueprint, "/codes/<string:listing>", Action.SEARCH_CODES)
def search(listing: str) -> Response:
    """What fits the words `q`, as JSON: each entry with what choosing it fills."""
    words = request.args.get("q", "")[:LONGEST_QUERY]
    actor = access.actor()
    if not BUCKET.takes(access.context().now().timestamp(), who=actor.person):
        raise TooMany("You search faster than this site answers. Wait a moment, then go on.", 1)
    found = codes.search(access.context(), actor, listing, words)
    answer: Response = jsonify(
        title=found.list.title,
        edition=found.list.edition,
        credit=found.list.credit,
        entries=[
            {"label": one.code.label, "code": one.code.code, "other": one.other, "fills": found.list.fills(one.code)} for one in found.found
        ],
    )
    answer.set_etag(hashlib.sha256(answer.get_data()).hexdigest()[:32])
    answer.headers["Cache-Control"] = f"private, max-age={60 * MINUTES}"
    return answer.make_conditional(request.environ)


@access.route(blueprint, "/codes", Action.SEARCH_CODES)
def page() -> str:
    """The lists, and what fits some words in one of them."""
    words, context, actor = request.args.get("q", "").strip()[:LONGEST_QUERY], access.context(), access.actor()
    found = codes.search(context, actor, request.args.get("list") or FIRST, words, MOST_ON_PAGE)
    shown = CodesPage(codes.lists(context, actor), found.list, words, found.found, heading(words, found.found, MOST_ON_PAGE))
    return render_template("specifications/codes.html", page=shown)


def heading(words: str, found: tuple[Found, ...], most: int) -> str:
    """How many were found, in words."""
    if not words:
        return f"The first {len(found)} entries. Search for the one you need."
    if not found:
        return f"Nothing fits “{words}”. Try other words."
    if len(found) == most:
        return f"The {most} entries that fit best"
    return "One entry fits" if len(found) == 1 else f"{len(found)} entries fit"
