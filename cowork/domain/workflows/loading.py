"""Reading workflows from TOML, and saying in sentences what is wrong with one.

The format is described, with an example of every construct, in docs/workflows.md. `load` and `problems` never trust the text: it
may come from an organisation's administrator.
"""

import hashlib
import tomllib
from collections.abc import Collection
from functools import cache
from importlib.resources import files

from cowork.domain.conditions import Value
from cowork.domain.ids import Digest
from cowork.domain.workflows.definition import Workflow
from cowork.domain.workflows.reading import Reading

MAX_TEXT = 200_000
"""Characters of a workflow's source. The longest shipped one has under 4,000."""


class BadWorkflow(ValueError):
    """A workflow that cannot be used. `problems` holds one sentence for each fault; the message joins them, one a line."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def load(text: str, facts: Collection[str] | None = None) -> Workflow:
    """The workflow that the TOML describes. Its digest is the SHA-256 of the text.

    `facts` are the paths ("section.field") that the organisation's form has; without them, what `when` and `reads` name is not
    checked. Raises BadWorkflow with every fault.
    """
    workflow, found = _read(text, facts)
    if workflow is None or found:
        raise BadWorkflow(found)
    return workflow


def problems(text: str, facts: Collection[str] | None = None) -> tuple[str, ...]:
    """Every fault of the workflow: sentences that begin with their place; none where it can be used. `facts` as in `load`."""
    return _read(text, facts)[1]


@cache
def sources() -> tuple[str, ...]:
    """The TOML texts of the workflows that come with Cowork, by file name."""
    library = files("cowork.domain.workflows").joinpath("library")
    entries = sorted((entry for entry in library.iterdir() if entry.name.endswith(".toml")), key=lambda entry: entry.name)
    return tuple(entry.read_text(encoding="utf-8") for entry in entries)


@cache
def shipped() -> tuple[Workflow, ...]:
    """The workflows that come with Cowork, by title."""
    return tuple(sorted((load(source) for source in sources()), key=lambda workflow: workflow.title))


def _read(text: str, facts: Collection[str] | None) -> tuple[Workflow | None, tuple[str, ...]]:
    if len(text) > MAX_TEXT:
        return None, (f"Workflow: the text has {len(text):,} characters, but only {MAX_TEXT:,} are read. Shorten it.",)
    try:
        digest = Digest(hashlib.sha256(text.encode()).hexdigest())
        raw: dict[str, Value] = tomllib.loads(text)
        reading = Reading(facts)
        return reading.workflow(raw, digest), tuple(reading.faults)
    except RecursionError:
        return None, ("Workflow: lists or tables are nested too deeply to be read. Write it flatter.",)
    except ValueError as error:  # also what tomllib raises: bad TOML, numbers too long, text that is not Unicode
        return None, (f"Workflow: the text is not valid TOML: {error}.",)
