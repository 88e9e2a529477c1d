"""Two instances that are the same to the last identifier and moment, but for how people voted in a secret ballot: what can differ?"""

import itertools
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
from flask.testing import FlaskClient

from cowork.app import create_app
from cowork.domain.ids import Digest, ProposalId
from cowork.domain.workflows.progress import Verdict
from cowork.services import reminding, specifications, undoing, workflow_drafts, workflows
from cowork.services import reviews as use_cases
from cowork.services.proposals import StartCommand
from cowork.store import base
from tests.web.conftest import Site, settings_for
from tests.world import START, FakeRenderer, World, at_home, complete_content

ADMIN, AUTHOR, DEAN = "admin@northfield.example", "author@northfield.example", "dean@northfield.example"
CHAIR, MEMBER, THIRD = "chair@northfield.example", "member@northfield.example", "third@northfield.example"
SOURCE = """
key = "secret-ballot"
version = 1
title = "A secret ballot"
description = "The committee votes in secret, and the dean decides."
source = "Written for a test."

[[stage]]
key = "ballot"
title = "Ballot of the committee"
kind = "vote"
ballot = "secret"
due_days = 3
least_days = 3
lapse = "refused"
edits = ["business"]

[[stage.seat]]
key = "members"
side = "university"
office = "curriculum-committee"
title = "Committee"
rule = { majority = true, of = "votes", quorum = 2, closes = "at-term" }

[[stage]]
key = "dean"
title = "Dean’s decision"
kind = "decide"
seat = [{ key = "dean", side = "university", office = "dean", title = "Dean", rule = "any" }]
"""
TERM = timedelta(days=4)
Votes = Mapping[str, Verdict]


@contextmanager
def instance(populated: tuple[Path, World], folder: Path) -> Iterator[Site]:
    """A fresh instance whose identifiers are counted from the same number as those of every other."""
    original, world = populated
    shutil.copytree(original, folder)
    app = create_app(settings_for(folder))
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    numbers = itertools.count(500_000)
    world.app, world.moment = app, START
    world.context = replace(
        at_home(world.context, folder), new_id=lambda: f"id{next(numbers):014d}", new_token=lambda: f"token-{next(numbers):026d}"
    )
    yield Site(app, world)
    with app.app_context():
        base.db.engine.dispose()


def submitted(world: World, source: str = SOURCE) -> ProposalId:
    """A proposal whose committee is asked to vote in secret."""
    admin, northfield = world.actor(ADMIN), world.organisations["northfield"]
    draft = workflow_drafts.import_text(world.context, admin, northfield, source)
    key, number = workflow_drafts.publish(world.context, admin, northfield, draft, 1)
    digest: Digest = workflows.page(world.context, admin, northfield, key, number).shown.digest
    content = complete_content()
    command = StartCommand(str(content["identity"]["title"]), northfield, (world.organisations["harbour"],), digest)
    proposal = specifications.import_draft(world.context, world.actor(AUTHOR), command, content).proposal
    world.submit(proposal)
    return proposal


def cast(world: World, proposal: ProposalId, votes: Votes) -> None:
    for email, verdict in votes.items():
        world.decide(email, proposal, verdict)


def close(world: World) -> None:
    """Let the term of the ballot end, and the worker look."""
    world.pass_time(TERM)
    reminding.look(world.context)
    world.work()


def take_back(world: World, email: str, proposal: ProposalId) -> None:
    found = use_cases.page(world.context, world.actor(email), proposal).undoable
    undoing.undo(world.context, world.actor(email), proposal, found[0].id, "")


def rendered(world: World) -> list[str]:
    """The documents that were made, as HTML."""
    renderer = world.context.renderer
    assert isinstance(renderer, FakeRenderer)
    return list(renderer.pages)


def rows(site: Site) -> dict[str, list[tuple[object, ...]]]:
    """Everything that the database holds, but for how people voted, passwords and sessions."""
    with site.app.app_context(), base.db.engine.connect() as connection:
        tables = sorted(set(sa.inspect(connection).get_table_names()) - {"session", "person", "attempt"})
        found = {name: connection.execute(sa.text(f'SELECT * FROM "{name}"')).mappings().all() for name in tables}
    return {name: [tuple(value for key, value in row.items() if key != "verdict") for row in table] for name, table in found.items()}


def addresses(site: Site, proposal: ProposalId) -> list[str]:
    """Every page of the application that can be asked for with what there is."""
    with site.world() as world, site.app.app_context():
        northfield, office = world.organisations["northfield"], world.office("northfield", "curriculum-committee")
        review = use_cases.page(world.context, world.actor(ADMIN), proposal).review
        decision = review.decisions[0].id if review is not None and review.decisions else "none"
    known = {
        "proposal": proposal, "stage": "ballot", "seat": "members", "party": northfield, "organisation": northfield, "office": office,
        "section": "business", "number": 1, "version": 1, "decision": decision, "old": 1, "new": 1, "key": "secret-ballot", "field": "fee",
        "page": 1, "slug": "northfield-university",
    }  # fmt: skip
    rules = [rule for rule in site.app.url_map.iter_rules() if "GET" in (rule.methods or ()) and known.keys() >= set(rule.arguments)]
    elsewhere = ("/static", "/sign-out", "/healthz", "/templates", "/codes", "/catalogue")
    with site.app.test_request_context():
        adapter = site.app.create_url_adapter(None) or site.app.url_map.bind("localhost")
        found = [adapter.build(rule.endpoint, {name: known[name] for name in rule.arguments}) for rule in rules]
    paths = [path.removeprefix("http://localhost") for path in found]
    return sorted({path for path in paths if not path.startswith(elsewhere)})


def answers(client: FlaskClient, paths: list[str]) -> dict[str, tuple[int, str, bytes]]:
    """What each address says, without what differs from request to request."""
    found = {}
    for path in paths:
        response = client.get(path)
        found[path] = (response.status_code, response.headers.get("Location", ""), _TOKEN.sub(b"", response.get_data()))
    return found


_TOKEN = re.compile(rb'(name="csrf_token" value="[^"]*"|id="session-[^"]*"|value="[^"]{40,}")')

Act = Callable[[World, ProposalId], None]
