"""`cowork serve` and `cowork db`: the instance as a whole."""

import os
import signal
import threading

import click

from cowork.cli.opening import program_of
from cowork.cli.seed import demonstrate, prepare, show_sign_ins
from cowork.cli.serving import address, refuse_taken_port, run_server
from cowork.store import migrating


@click.command("serve")
@click.option("--host", envvar="HOST", default="127.0.0.1", show_default=True, help="The address to listen at (variable HOST).")
@click.option(
    "--port", envvar="PORT", type=click.IntRange(1, 65535), default=8000, show_default=True, help="The port to listen at (variable PORT)."
)
@click.option(
    "--workers", type=click.IntRange(1, 64), default=1, show_default=True, help="How many processes answer; several want COWORK_REDIS_URL."
)
@click.option("--demonstration", is_flag=True, help="Fill the instance with demonstration data if it is empty, and print how to sign in.")
@click.pass_context
def serve(context: click.Context, host: str, port: int, workers: int, demonstration: bool) -> None:
    """Serve the pages until Ctrl-C. The database is brought up to date first."""
    refuse_taken_port(host, port)
    # The address that links begin with follows the port, unless COWORK_BASE_URL says otherwise.
    os.environ["PORT"] = str(port)
    program = program_of(context)
    prepare(program)
    if demonstration:
        with program.open() as services:
            demonstrate(services)
            show_sign_ins(services)
    click.echo(f"Cowork answers at http://{address(host, port)} – Ctrl-C stops it.")
    run_server(program, host, port, workers)


@click.command("worker")
@click.pass_context
def worker(context: click.Context) -> None:
    """Do the work beside the pages until Ctrl-C: documents, notices, mails, reminders.

    `cowork serve` does this already; use this where pages are served by another program. One works at a time, others wait.
    """
    program, stop = program_of(context), threading.Event()
    prepare(program)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    click.echo("Cowork does the work beside the pages – Ctrl-C stops it.")
    program.work(program.application(), stop)


@click.group("db")
def db() -> None:
    """Look after the database."""


@db.command("upgrade")
@click.pass_context
def upgrade(context: click.Context) -> None:
    """Bring the database up to date; it is made when there is none. Make a backup of an old one first."""
    migrating.upgrade(program_of(context).application())
    click.echo("The database is up to date.")
