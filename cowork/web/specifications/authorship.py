"""Who wrote what, as a page shows it: the share of each party by section, and the words marked by those who brought them in."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from flask import Blueprint, render_template, request

from cowork.domain.ids import ProposalId
from cowork.domain.notification_words import join
from cowork.domain.policy import Action
from cowork.domain.specifications.authorship import stretches
from cowork.domain.specifications.form import FieldType, Section
from cowork.domain.specifications.values import rows
from cowork.services import authorship, codesign
from cowork.services.authorship import OTHERS, WhoWrote
from cowork.store.specifications import VersionLine
from cowork.web import access
from cowork.web.parameters import optional_number
from cowork.web.proposals.pages import ProposalFrame, proposal_frame

blueprint = Blueprint("authorship", __name__)

STYLES = 5
"""So many ways of marking there are; each is an underline of its own, with a colour."""


@dataclass(frozen=True, slots=True)
class Group:
    """Those from whom words came: a party, several together, or somebody who cannot be told. `style` is how their words are marked."""

    key: str
    name: str
    style: int
    words: int
    share: str
    percent: float


@dataclass(frozen=True, slots=True)
class ShareRow:
    """A section, with the words and the share of each group in the order of the groups."""

    label: str
    words: int
    cells: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class Written:
    """Words that came at once. `who` says from whom, in whole."""

    text: str
    style: int
    group: str
    who: str


@dataclass(frozen=True, slots=True)
class WrittenText:
    label: str
    parts: tuple[Written, ...]


@dataclass(frozen=True, slots=True)
class WrittenSection:
    key: str
    label: str
    texts: tuple[WrittenText, ...]


@dataclass(frozen=True, slots=True)
class Page:
    frame: ProposalFrame
    number: int
    newest: int
    versions: tuple[VersionLine, ...]
    groups: tuple[Group, ...]
    rows: tuple[ShareRow, ...]
    total: ShareRow
    sections: tuple[WrittenSection, ...]


def percent(part: int, whole: int) -> str:
    """A share in whole percent; what is there is never shown as nothing."""
    if not part:
        return "–"
    exact = 100 * part / whole
    return "less than 1 %" if exact < 0.5 else f"{exact:.0f} %"


def page(found: WhoWrote) -> Page:
    """The page from what the use case gave."""
    shares = found.provenance.shares()
    groups = _groups(found, sum(shares.values(), Counter[str]()))
    labels = {section.key: section.label for section in found.case.form.sections}
    lines = tuple(_row(labels[key], shares[key], groups) for key in labels if key in shares)
    return Page(
        frame=proposal_frame(found.case, "changes"),
        number=found.number,
        newest=found.case.state.version,
        versions=found.versions,
        groups=groups,
        rows=lines,
        total=_row("All sections", sum(shares.values(), Counter[str]()), groups),
        sections=tuple(_sections(found, {group.key: group for group in groups})),
    )


def _groups(found: WhoWrote, total: Counter[str]) -> tuple[Group, ...]:
    names = codesign.group_names(found.case.state, total)
    whole = total.total()
    return tuple(
        Group(key, name, place % STYLES, total[key], percent(total[key], whole), _exact(total[key], whole))
        for place, (key, name) in enumerate(names.items())
    )


def _exact(part: int, whole: int) -> float:
    return 100 * part / whole if whole else 0.0


def _row(label: str, words: Mapping[str, int], groups: Iterable[Group]) -> ShareRow:
    whole = sum(words.values())
    return ShareRow(label, whole, tuple((words.get(group.key, 0), percent(words.get(group.key, 0), whole)) for group in groups))


def _sections(found: WhoWrote, groups: Mapping[str, Group]) -> Iterator[WrittenSection]:
    for section in found.case.form.sections:
        written = tuple(_texts(found, section, groups))
        if written:
            yield WrittenSection(section.key, section.label, written)


def _texts(found: WhoWrote, section: Section, groups: Mapping[str, Group]) -> Iterator[WrittenText]:
    """The texts of a section with their labels; those of a list with the name of their row."""
    for field in section.fields:
        path = f"{section.key}.{field.key}"
        if field.type is not FieldType.ROWS:
            yield from _text(found, path, field.label, groups)
            continue
        for place, row in enumerate(rows(found.content, path), 1):
            name = f"{field.label} {place}"
            for column in field.columns:
                yield from _text(found, f"{path}.{row['id']}.{column.key}", f"{name}: {column.label}", groups)


def _text(found: WhoWrote, path: str, label: str, groups: Mapping[str, Group]) -> Iterator[WrittenText]:
    text = found.provenance.texts.get(path)
    if text is None:
        return
    parts = [_written(found, part.text, part.version, groups) for part in stretches(text, found.provenance.authorship[path])]
    yield WrittenText(label, tuple(parts))


def _written(found: WhoWrote, text: str, version: int, groups: Mapping[str, Group]) -> Written:
    group = groups.get(found.provenance.groups.get(version, OTHERS))
    people = found.provenance.writers.get(version, frozenset())
    names = join(sorted(found.names[person] for person in people if person in found.names)) or "Somebody"
    name, style = (group.name, group.style) if group else ("Others", STYLES - 1)
    return Written(text, style, name, f"{names}, {name}, version {version}")


@access.route(blueprint, "/proposals/<string:proposal>/authorship", Action.READ_PROPOSAL)
def who_wrote_what(proposal: ProposalId) -> str:
    """The share of each party, and whose every word is."""
    number = optional_number(request.args.get("version"))
    shown = page(authorship.page(access.context(), access.actor(), proposal, number))
    return render_template("specifications/authorship.html", page=shown, frame=shown.frame)
