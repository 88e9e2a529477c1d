"""The least that a list of proposals could cost: Flask, one query on the same database, Jinja. No policy, no sign-in, no frame.

Served by gunicorn like Cowork, in the same run, so that a busy machine slows both. `COWORK_TEST_FLOOR` is the database's URL.
"""

import os
import sys
from contextlib import nullcontext
from functools import partial

import sqlalchemy as sa
from flask import Flask, render_template_string

from cowork.cli.opening import Program
from cowork.cli.serving import run_server

TABLE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Proposals</title></head><body><h1>Proposals</h1><table>
{% for row in rows %}<tr><td><a href="/proposals/{{ row.id }}">{{ row.title }}</a></td><td>{{ row.standing }}</td>
<td>{{ row.party_names }}</td><td>{{ row.stages }}</td>
<td>{{ row.sentence }}</td><td>{{ row.percent }}</td><td>{{ row.updated_at }}</td></tr>
{% endfor %}</table></body></html>"""
NEWEST = sa.text("SELECT * FROM proposal ORDER BY updated_at DESC, id DESC LIMIT 20")


def create_app(database: str) -> Flask:
    """Two pages: `/plain` renders rows that it holds, `/queried` asks the database for them."""
    app = Flask("floor")
    engine = sa.create_engine(database)
    with engine.connect() as connection:
        kept = connection.execute(NEWEST).all()

    @app.get("/plain")
    def plain() -> str:
        return render_template_string(TABLE, rows=kept)

    @app.get("/queried")
    def queried() -> str:
        with engine.connect() as connection:
            return render_template_string(TABLE, rows=connection.execute(NEWEST).all())

    return app


def main() -> None:
    """Serve the floor as Cowork is served, on the port that is given."""
    application = partial(create_app, os.environ["COWORK_TEST_FLOOR"])
    program = Program(open=nullcontext, application=application, work=lambda _app, _stop: None)  # type: ignore[arg-type]  # nothing opens
    run_server(program, "127.0.0.1", int(sys.argv[1]), 2)


if __name__ == "__main__":
    main()
