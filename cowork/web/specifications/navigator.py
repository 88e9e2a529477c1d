"""The sections of a specification with how far each is filled in: for the navigator and the overview."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from cowork.domain.conditions import Content
from cowork.domain.specifications.completeness import Completeness, SectionCompleteness
from cowork.domain.specifications.form import Form


@dataclass(frozen=True, slots=True)
class Step:
    """A section in the navigator. `count` are its open threads."""

    key: str
    label: str
    url: str
    percent: int
    words: str
    current: bool
    count: int
    changed: bool = False


def steps(
    form: Form,
    done: Completeness,
    link: Callable[[str], str],
    *,
    current: str = "",
    counts: Mapping[str, int],
    changed: Collection[str] = (),
) -> list[Step]:
    """The sections that the answers call for, in the order of the form. `link` makes the address of a section from its key."""
    found = [(section, done.section(section.key)) for section in form.sections]
    return [
        Step(
            section.key, section.label, link(section.key), percent(standing), words(standing), section.key == current,
            counts.get(section.key, 0), section.key in changed,
        )
        for section, standing in found
        if standing is not None
    ]  # fmt: skip


def percent(standing: SectionCompleteness) -> int:
    """How much of a section is answered; 100 only when it is complete."""
    if standing.complete:
        return 100
    return min(99, 100 * standing.answered // standing.asked) if standing.asked else 0


def words(standing: SectionCompleteness) -> str:
    """The same in words, by counting answers."""
    if standing.complete:
        return "Complete"
    if standing.asked and standing.answered == standing.asked:
        return "Needs mending"
    return "Not started" if standing.answered == 0 else f"{standing.answered} of {standing.asked} answered"


def control_id(path: str, content: Content) -> str:
    """The id of the control for ``section.field`` or ``section.field.row.column`` in the form of the section."""
    parts = path.split(".")
    if len(parts) < 2:
        return ""
    if len(parts) < 4:
        return f"a-{parts[1]}"
    found = content.get(parts[0], {}).get(parts[1])
    ids = [row.get("id") for row in found if isinstance(row, Mapping)] if isinstance(found, list) else []
    return f"a-{parts[1]}-{ids.index(parts[2])}-{parts[3]}" if parts[2] in ids else f"a-{parts[1]}"
