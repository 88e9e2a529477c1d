"""How a command reaches the instance: opened for as long as the command works, closed afterwards."""

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from threading import Event
from typing import TextIO

import click
from flask import Flask

from cowork.domain.errors import CoworkError, Invalid
from cowork.services.context import Context

Opener = Callable[[], AbstractContextManager[Context]]
"""Opens the instance that the settings name: a context manager that gives what every use case is given."""


@dataclass(frozen=True, slots=True)
class Program:
    """What the composition root gives to the commands; tests give their own.

    `application` makes the WSGI application; `work` does its queued jobs until the event is set; `close` ends its open sockets.
    """

    open: Opener
    application: Callable[[], Flask]
    work: Callable[[Flask, Event], None]
    close: Callable[[Flask], None] = lambda _app: None


class Stopped(click.ClickException):
    """The command was refused or failed: one sentence on standard error, exit code 1."""

    exit_code = 1

    def show(self, file: TextIO | None = None) -> None:  # type: ignore[override]  # click says IO[Any], which is wider than needed
        click.echo(f"cowork: {self.message}", file=file or sys.stderr)


def stopped(error: CoworkError) -> Stopped:
    """A refusal of a use case in the terminal's form: every problem on a line of its own, with its place."""
    if isinstance(error, Invalid):
        lines = [f"{place}: {sentence}" if place else sentence for place, sentence in error.problems]
        return Stopped("\n        ".join(lines))
    return Stopped(str(error))


def opener_of(context: click.Context) -> Opener:
    """The opener that the program was started with."""
    return program_of(context).open


def program_of(context: click.Context) -> Program:
    """What the program was started with."""
    program: Program = context.find_root().obj
    return program
