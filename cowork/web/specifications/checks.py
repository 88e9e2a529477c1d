"""How a draft stands against public frameworks: every item, with why it fails and where it can be mended."""

from dataclasses import dataclass

from cowork.domain.specifications import frameworks
from cowork.domain.specifications.frameworks import FrameworkReport, ItemResult, Standing
from cowork.services.specifications import Draft
from cowork.web.proposals.pages import ProposalFrame, proposal_frame
from cowork.web.specifications.asking import field_at

WORDS = {
    Standing.PASSES: ("Passes", "success", "tick"),
    Standing.FAILS: ("Not yet", "warning", "warning"),
    Standing.LATER: ("Later", "info", "clock"),
    Standing.NOT_CLAIMED: ("Not claimed", "neutral", "skip"),
}
COUNTED = {Standing.PASSES: "met", Standing.FAILS: "not yet", Standing.LATER: "later", Standing.NOT_CLAIMED: "not claimed"}
ORDER = (Standing.FAILS, Standing.PASSES, Standing.LATER, Standing.NOT_CLAIMED)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an item is answered."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class CheckedItem:
    """An item with the word, tone and icon of its standing."""

    id: str
    text: str
    requirement: str
    tag: tuple[str, str, str]
    why: str
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class CheckedFramework:
    anchor: str
    name: str
    url: str
    passed: bool
    counts: tuple[tuple[str, int], ...]
    items: tuple[CheckedItem, ...]


@dataclass(frozen=True, slots=True)
class ChecksPage:
    frame: ProposalFrame
    version: int
    frameworks: tuple[CheckedFramework, ...]


def page(draft: Draft) -> ChecksPage:
    """The page of framework checks of a draft."""
    reports = frameworks.check(draft.case.form, draft.content)
    frame = proposal_frame(draft.case, "draft", version=draft.version.number, saved_at=draft.version.at)
    return ChecksPage(frame, draft.version.number, tuple(_framework(draft, report) for report in reports))


def _framework(draft: Draft, report: FrameworkReport) -> CheckedFramework:
    counts = tuple((word, report.count(standing)) for standing, word in COUNTED.items())
    items = sorted(report.items, key=lambda item: ORDER.index(item.standing))
    return CheckedFramework(
        f"framework-{report.id.lower()}", report.name, report.url, report.passed, counts, tuple(_item(draft, item) for item in items)
    )


def _item(draft: Draft, item: ItemResult) -> CheckedItem:
    places = []
    for path in item.fields:
        section, _, key = path.partition(".")
        field = field_at(draft.case.form, path)
        if field is not None:
            label = f"{draft.case.form.section(section).label}: {field.label}"
            places.append(Place(label, f"/proposals/{draft.case.state.id}/draft/{section}#a-{key}"))
    return CheckedItem(item.id, item.text, item.requirement, WORDS[item.standing], item.why, tuple(places))
