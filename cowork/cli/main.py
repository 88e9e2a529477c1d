"""The `cowork` command: opens the instance through the composition root, and turns refusals into sentences and exit codes.

Exit codes: 0 it was done; 1 it was refused or failed; 2 the command was not understood; 130 it was interrupted.
"""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import click

from cowork.app import close, create_app, work
from cowork.cli import instance
from cowork.cli.codes import codes_group
from cowork.cli.files import files_group
from cowork.cli.opening import Program, Stopped, stopped
from cowork.cli.organisations import organisation
from cowork.cli.people import user
from cowork.cli.proposals import export, import_file, list_proposals
from cowork.cli.records import audit, check
from cowork.cli.seed import seed
from cowork.cli.workflows import workflow
from cowork.domain.errors import CoworkError
from cowork.gateways.renderer import WorkerRenderer
from cowork.services.context import Context
from cowork.settings import BadSettings
from cowork.store import migrating
from cowork.store.base import db

COMMANDS = (
    instance.serve, instance.worker, seed, list_proposals, import_file, export, workflow, organisation, user, audit, check, instance.db,
    codes_group, files_group,
)  # fmt: skip


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="cowork", prog_name="cowork")
def cowork() -> None:
    """Cowork: where an employer and a university design a microcredential together.

    Settings come from COWORK_* variables; COWORK_INSTANCE names the data folder. The README lists them all.
    """


for _command in COMMANDS:
    cowork.add_command(_command)


@contextmanager
def open_instance() -> Iterator[Context]:
    """The instance that the settings name, inside its application context. Raises Unavailable when its database is not up to date."""
    app = create_app()
    with app.app_context():
        migrating.require_newest()
        context: Context = app.extensions["cowork"]
        try:
            yield context
        finally:
            # A command may have started the process that makes PDFs; it must not outlive the command.
            if isinstance(context.renderer, WorkerRenderer):
                context.renderer.close()
            db.engine.dispose()


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command and end the process with its exit code."""
    sys.exit(run(sys.argv[1:] if arguments is None else arguments))


def run(arguments: Sequence[str]) -> int:
    """Run the command; its exit code."""
    try:
        code = cowork.main(list(arguments), prog_name="cowork", standalone_mode=False, obj=Program(open_instance, create_app, work, close))
        return code if isinstance(code, int) else 0
    except CoworkError as error:
        return _shown(stopped(error))
    except BadSettings as error:
        return _shown(Stopped("\n        ".join(str(error).splitlines())))
    except click.ClickException as error:
        return _shown(error)
    except (KeyboardInterrupt, click.Abort):
        return 130


def _shown(error: click.ClickException) -> int:
    error.show()
    return error.exit_code
