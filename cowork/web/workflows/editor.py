"""The editor's view model: the fields of a part with what is wrong at each, the list of stages, the picture."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from cowork.domain.conditions import OPERATORS
from cowork.domain.workflows import drafting, facts, placing
from cowork.domain.workflows.definition import StageKind
from cowork.domain.workflows.drafting import Table
from cowork.domain.workflows.facts import OPERATOR_WORDS, Fact
from cowork.domain.workflows.leftovers import leftovers
from cowork.domain.workflows.placing import Place
from cowork.services.organisations import OFFICE_KINDS
from cowork.services.workflow_drafts import DraftPage
from cowork.web.frame import Tab
from cowork.web.workflows.pages import KIND_WORDS, Picture, picture

Choices = tuple[tuple[str, str], ...]
KINDS: Choices = tuple((kind.value, KIND_WORDS[kind]) for kind in StageKind)
SIDES: Choices = (("university", "University"), ("employer", "Employer"), ("both", "Both"))
PARTIES: Choices = (
    ("each", "Each party of the side"), ("lead", "The leading party only"), ("partners", "Every party but the leading one"),
    ("named", "Those named beside"), ("others", "Those that no other seat of the stage names"),
)  # fmt: skip
BENCHES: Choices = (("", "Each by itself"), ("joint", "All as one body"))
KEYS: Choices = (
    ("all", "All of these parties"), ("any", "Any one of them"), ("majority", "More than half of them"),
    ("two-thirds", "Two thirds of them"), ("one-third", "A third of them"), *((str(count), f"{count} of them") for count in range(2, 10)),
)  # fmt: skip
REFUSALS: Choices = (
    ("", "As usual for this kind"), ("ends", "The round ends"), ("continues", "It is recorded, and the route goes on"),
    ("back", "It goes back to an earlier stage"), ("holds", "It holds the stage (notices only)"),
)  # fmt: skip
WEIGHED: Choices = (("", "All the weight there is"), ("votes", "The votes for and against"))
CLOSINGS: Choices = (("", "Once it is decided"), ("at-term", "When the term ends"))
VOTES: Choices = (("", "They decide in each of them"), ("once", "They decide once, and it counts in each of them"))
BALLOTS: Choices = (("", "Open: everybody sees who decided what"), ("secret", "Secret: it shows who has voted, and not how"))
IF_CHANGES: Choices = (("", "The same"), *REFUSALS[1:4])
OUTCOMES: Choices = (("", "It is no end"), ("rejected", "Rejected"), ("changes-requested", "Changes asked for"))
AT_LAST: Choices = (("", "The round ends"), ("continues", "It is recorded, and the route goes on"))
LAPSES: Choices = (("", "It stays open"), ("refused", "It is refused"), ("passed", "It passes"))
RULES: Choices = (
    ("", "No rule (stages where nobody approves)"), ("at-least", "At least so many people"), ("percent", "So many per cent"),
    ("more-than", "More than so many per cent"), ("majority", "A majority"), ("two-thirds", "Two thirds"), ("all", "Everybody"),
)  # fmt: skip
BASES: Choices = (
    ("members", "All members"), ("present", "Those present"), ("votes", "The votes given"), ("parties", "The parties (notices only)"),
)  # fmt: skip
QUORUMS: Choices = (
    ("", "No quorum"), ("people", "So many people"), ("percent", "So many per cent"),
    ("more-than", "More than so many per cent"), ("one-third", "A third"), ("majority", "More than half"),
    ("two-thirds", "Two thirds"), ("all", "Everybody"),
)  # fmt: skip
CHAIRS: Choices = (("votes", "Votes like the others"), ("breaks-ties", "Breaks ties only"), ("silent", "Never votes"))
DISSENTS: Choices = (("", "As usual"), ("ends", "Ends the round"), ("counts", "Counts against it"))
ROLES: Choices = (("author", "Authors"), ("commenter", "Commenters"), ("reader", "Readers"))
OPTIONS: dict[str, Choices] = {
    "kind": KINDS, "side": SIDES, "parties": PARTIES, "bench": BENCHES, "keys": KEYS, "refusal": REFUSALS, "if-changes": IF_CHANGES,
    "at-last": AT_LAST, "outcome": OUTCOMES, "lapse": LAPSES, "weighed": WEIGHED, "closing": CLOSINGS, "votes": VOTES, "rule": RULES,
    "ballot": BALLOTS,
    "of": BASES, "quorum": QUORUMS, "chair": CHAIRS, "dissent": DISSENTS, "roles": ROLES,
    "op": tuple((word, OPERATOR_WORDS[word]) for word in OPERATORS),
}  # fmt: skip
"""What the selects and boxes of the form offer."""
_AT = re.compile(
    r'^(?:Workflow|Stage (?:"[^"]*"|\d+))(?:, (?:seat|requirement|window|refusal|reject|request-changes)(?: (?:"[^"]*"|\d+))?)*: '
)
"""The place with which the sentence of a fault begins. At the field that mends it, everybody sees where that is."""


@dataclass(frozen=True, slots=True)
class Problem:
    """A fault with the address of the field in which it can be mended."""

    sentence: str
    href: str


@dataclass(frozen=True, slots=True)
class StageEntry:
    """A stage in the list; `faults` counts what is wrong in it."""

    number: int
    title: str
    kind: str
    faults: int
    current: bool


@dataclass(frozen=True, slots=True)
class Editor:
    """`part` is the number of the stage that is shown, from 1 (0: the general part), `key` the one that is saved for it.

    `values` and `errors` are by field name.
    """

    page: DraftPage
    part: int
    key: str
    values: Mapping[str, Sequence[str]]
    errors: Mapping[str, Sequence[str]]
    problems: tuple[Problem, ...]
    stages: tuple[StageEntry, ...]
    picture: Picture | None
    facts: tuple[Fact, ...]
    sections: Choices
    earlier: Choices
    offices: Choices
    seats: int
    unsaved: bool

    def value(self, name: str) -> str:
        return next(iter(self.values.get(name, ())), "")

    def all(self, name: str) -> Sequence[str]:
        return self.values.get(name, ())

    def error(self, name: str) -> Sequence[str]:
        return self.errors.get(name, ())

    def error_in(self, prefix: str, names: Sequence[str]) -> bool:
        """Whether something is wrong in one of the fields of a group."""
        return any(f"{prefix}{name}" in self.errors for name in names)

    def rows(self, prefix: str, last: str) -> int:
        """How many rows of fields "PREFIX-N-LAST" are filled in."""
        return next(n for n in range(len(self.values) + 1) if f"{prefix}-{n}-{last}" not in self.values)


def root_of(page: DraftPage) -> str:
    """The address of a draft."""
    return f"/organisations/{page.card.id}/workflow-drafts/{page.draft.id}"


def tabs_of(page: DraftPage, current: str) -> list[Tab]:
    """The pages about one draft."""
    root = root_of(page)
    return [
        Tab(label, f"{root}{path}", path == current)
        for label, path in (("Form", ""), ("Text", "/text"), ("Try it", "/try"), ("Publish", "/publish"))
    ]


def left_out(fields: Mapping[str, Sequence[str]]) -> str:
    """A sentence for all that was typed and says nothing where it stands, with what stood there; empty where nothing is left out."""
    found = []
    for left in leftovers(fields):
        known = "at-last" if left.field == "refusal-then" else left.field.rpartition("rule-")[2]
        text = next((words for word, words in OPTIONS.get(known, ()) if word == left.text), left.text)
        title = next(iter(fields.get(f"seat-{left.seat}-title", ())), "").strip() or f"Seat {(left.seat or 0) + 1}"
        where = f" at {title}" if left.seat is not None else ""
        found.append(f"“{text}” in “{left.label}”{where}, {left.why}")
    return f"Left out: {'; '.join(found)}." if found else ""


def kinds_of(page: DraftPage) -> dict[str, facts.Kind]:
    """What the value of each fact is."""
    return {fact.path: fact.kind for fact in facts.every(page.form)}


def problems_of(page: DraftPage, table: Table | None) -> tuple[Problem, ...]:
    """The faults with where they are mended."""
    return tuple(Problem(sentence, _address(page, table, sentence)) for sentence in page.problems)


def _address(page: DraftPage, table: Table | None, sentence: str) -> str:
    if table is None:
        return f"{root_of(page)}/text#f-text"
    place = placing.place_of(table, sentence)
    query = "" if place.stage is None else f"?stage={place.stage + 1}"
    return f"{root_of(page)}{query}#{'f-' + place.field if place.field else 'part'}"


def editor(page: DraftPage, table: Table, part: int | None) -> Editor:
    """The form of a part of a draft. `part` counts from 0."""
    kinds, stages = kinds_of(page), drafting.stages(table)
    places = [(sentence, placing.place_of(table, sentence)) for sentence in page.problems]
    keys = [str(stage.get("key", "")) for stage in stages]
    shown = drafting.fields_of(table, part, kinds)
    named = [*(key for number, key in enumerate(keys) if number != part and key), *shown.get("after", ()), *shown.get("apart", ())]
    titles = {str(stage.get("key", "")): str(stage.get("title", "")) for stage in stages}
    sections = {s.key: s.label for s in page.form.sections} | {key: key for name in ("reads", "edits") for key in shown.get(name, ())}
    labels = {s.key: s.label for s in page.form.sections}
    return Editor(
        page=page,
        part=0 if part is None else part + 1,
        key=_saved_key(page, part),
        values=shown,
        errors={place.field: [_AT.sub("", sentence)] for sentence, place in reversed(places) if place.stage == part},
        problems=problems_of(page, table),
        stages=tuple(_entries(stages, part, places)),
        picture=picture(drafting.sketch(table), page.card, page.offices),
        facts=facts.every(page.form, keys, _held(stages)),
        sections=tuple((key, labels.get(key, f"{label} (not in the form)")) for key, label in sections.items()),
        earlier=tuple((key, titles.get(key) or f"{key} (there is no such stage)") for key in dict.fromkeys(named)),
        offices=tuple(sorted({**OFFICE_KINDS, **page.offices.titles}.items())),
        seats=len(drafting.seats(stages[part])) if part is not None else 0,
        unsaved=page.text != page.draft.source,
    )


def _held(stages: Sequence[Table]) -> list[tuple[str, str]]:
    """The seats, each as (stage, seat), that have keys."""
    held = [(str(stage.get("key", "")), str(seat.get("key", ""))) for stage in stages for seat in drafting.seats(stage)]
    return [(stage, seat) for stage, seat in held if stage and seat]


def _saved_key(page: DraftPage, part: int | None) -> str:
    """The key that a stage has in the saved draft, by which it is found again when somebody else moves it meanwhile."""
    saved = drafting.stages(drafting.parse(page.draft.source) or {})
    return str(saved[part].get("key", "")).strip() if part is not None and part < len(saved) else ""


def _entries(stages: Sequence[Table], part: int | None, places: Sequence[tuple[str, Place]]) -> Iterator[StageEntry]:
    faults = Counter(place.stage for _, place in places)
    for number, stage in enumerate(stages):
        title = stage.get("title") or stage.get("key") or f"Stage {number + 1}"
        kind = next((words for kind, words in KINDS if kind == stage.get("kind")), "")
        yield StageEntry(number + 1, str(title)[:120], kind.partition(":")[0], faults[number], number == part)


def choices(known: Choices, value: str) -> Choices:
    """The choices with the value that is set, where it is none of them: what stands in a draft is never lost."""
    if value in {word for word, _ in known}:
        return known
    is_share = value.endswith("%") and known is KEYS
    return (*known, (value, f"{value[0].upper()}{value[1:]} of them" if is_share else f"{value} (not known)"))
