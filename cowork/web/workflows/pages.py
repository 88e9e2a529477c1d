"""What the pages of workflows show: the drawn route, the stages in words, versions and differences."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from graphlib import CycleError

from cowork.domain.ids import OrganisationId, PersonId, Side
from cowork.domain.specifications.form import Form
from cowork.domain.workflows import facts, refusals, substitutes, terms
from cowork.domain.workflows.definition import DECIDING, Lapse, Parties, RefusedAs, Seat, Stage, StageKind, Window, Workflow
from cowork.domain.workflows.layout import RouteDrawing, layout
from cowork.domain.workflows.naming import people_in_words
from cowork.domain.workflows.progress import Bench, Holder, SeatProgress, StageProgress, StageStanding
from cowork.domain.workflows.rule_words import seat_rule_in_words, weighing_in_words
from cowork.services.organisations import OFFICE_KINDS
from cowork.services.workflows import Offices
from cowork.store.organisations import OrganisationCard

KIND_WORDS: dict[StageKind, str] = {
    StageKind.DECIDE: "Decide", StageKind.ENDORSE: "Endorse", StageKind.CHECK: "Check", StageKind.VOTE: "Vote",
    StageKind.CONSULT: "Consult: comments only", StageKind.NOTICE: "Notice: silence is consent", StageKind.INFORM: "Inform",
    StageKind.END: "End: the round ends here", StageKind.APPEAL: "Appeal: the authors’, against a refusal",
}  # fmt: skip
PARTY_WORDS = {
    Parties.EACH: "every {}", Parties.LEAD: "the leading {}", Parties.PARTNERS: "every partner {}", Parties.OTHERS: "every other {}",
    Parties.NAMED: "the named {}",
}  # fmt: skip
_MONTHS = ("", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


@dataclass(frozen=True, slots=True)
class Picture:
    """A workflow drawn with an organisation's people."""

    drawing: RouteDrawing
    stages: tuple[StageProgress, ...]


@dataclass(frozen=True, slots=True)
class StageWords:
    """A stage as a list of terms with their texts."""

    title: str
    kind: str
    guidance: str
    rows: tuple[tuple[str, str], ...]


def picture(workflow: Workflow, card: OrganisationCard, offices: Offices) -> Picture | None:
    """The route as it can be drawn; None while its stages have no keys of their own or wait for each other in a circle."""
    keys = [stage.key for stage in workflow.stages]
    if not keys or "" in keys or len(set(keys)) < len(keys):
        return None
    try:
        drawing = layout(workflow)
    except CycleError:
        return None
    stages = tuple(
        StageProgress(stage, StageStanding.WAITING, _seats(stage, card, offices), None, None, None) for stage in workflow.stages
    )
    return Picture(drawing, stages)


def _seats(stage: Stage, card: OrganisationCard, offices: Offices) -> tuple[SeatProgress, ...]:
    found = []
    for seat in stage.seats:
        if seat.joint:
            found.append(_joint_seat(stage, seat, card, offices))
            continue
        own = [True] if seat.side is card.side else [False] if seat.side is not None else [True, False]
        if seat.named:
            own = [is_own for is_own in (True, False) if (card.slug in seat.named if is_own else set(seat.named) - {card.slug})]
        found += [_seat(stage, seat, card, offices, is_own) for is_own in own]
    return tuple(found)


def _joint_seat(stage: Stage, seat: Seat, card: OrganisationCard, offices: Offices) -> SeatProgress:
    """One bench of several parties: the people of this organisation, where it sits there, and those of the others."""
    own = [_seat(stage, seat, card, offices, is_own) for is_own in (True, False) if not is_own or seat.side in (None, card.side)]
    members = tuple({holder.person: holder for one in own for holder in one.members}.values())
    party, title = f"one bench of {_parties_in_words(seat, offices)}", seat.title or seat.key
    bench = replace(own[0].bench, party_name=party, office_title=title, holders=members)
    return replace(own[0], bench=bench, members=members)


def _seat(stage: Stage, seat: Seat, card: OrganisationCard, offices: Offices, is_own: bool) -> SeatProgress:
    """A seat of this organisation, or of the other side's parties, whose people are not known here."""
    other = Side.EMPLOYER if card.side is Side.UNIVERSITY else Side.UNIVERSITY
    names = [name for kind in seat.offices for name in offices.holders.get(kind, ())] if is_own else []
    names += [f"the {role}s" for role in seat.participants] + list(seat.people if is_own else ())
    if seat.naming is not None:
        names = [f"whom the {office_title(seat.naming.by, offices.titles)} names"]
    if not is_own and seat.offices:
        names = ["whoever holds it there", *names]
    title = offices.titles.get(seat.offices[0], seat.title) if is_own and len(seat.offices) == 1 else seat.title
    others = " and ".join(name for name in offices.names(seat) if name != card.name)
    party = card.name if is_own else others or PARTY_WORDS[seat.parties].format(other.value)
    holders = tuple(Holder(PersonId(name), name) for name in dict.fromkeys(names)) or _substitutes(seat, offices, is_own)
    bench = Bench(stage.key, seat.key, OrganisationId(party), party, None, title or seat.key, holders)
    place = SeatProgress(seat, bench, 1, (), (), (), False, members=holders)
    return replace(place, instead=substitutes.in_words(place))


def _substitutes(seat: Seat, offices: Offices, is_own: bool) -> tuple[Holder, ...]:
    """Those of this organisation who sit where nobody holds the office of the seat, each with the office by which they do."""
    kinds = seat.otherwise if is_own else ()
    found = {name: office_title(kind, offices.titles) for kind in kinds for name in offices.holders.get(kind, ())}
    return tuple(Holder(PersonId(name), name, instead=title) for name, title in found.items())


def stages_in_words(workflow: Workflow, form: Form, offices: Offices) -> tuple[StageWords, ...]:
    """Every stage in words, for people who do not read TOML."""
    seats = [(stage.key, seat.key) for stage in workflow.stages for seat in stage.seats]
    labels = {fact.path: fact.label for fact in facts.every(form, [stage.key for stage in workflow.stages], seats)}
    titles = {stage.key: stage.title for stage in workflow.stages}
    sections = {section.key: section.label for section in form.sections}
    return tuple(
        StageWords(stage.title, _kind(stage), stage.guidance, tuple(_rows(stage, labels, titles, sections, offices)))
        for stage in workflow.stages
    )


def _kind(stage: Stage) -> str:
    """What a stage does; of an end also how the round ends there."""
    how = {RefusedAs.REJECTED: ", as rejected", RefusedAs.CHANGES_REQUESTED: ", with changes asked for", None: ""}[stage.outcome]
    return KIND_WORDS[stage.kind] + how


def _rows(
    stage: Stage, labels: Mapping[str, str], titles: Mapping[str, str], sections: Mapping[str, str], offices: Offices
) -> list[tuple[str, str]]:
    rows = [("After", " and ".join(titles[key] for key in stage.after) or "Opens at once")]
    if stage.when is not None:
        rows.append(("Only when", facts.in_words(stage.when, labels)))
    if stage.against:
        rows.append(("Against", f"The refusal of {titles.get(stage.against, stage.against)}, which is final without an appeal"))
    rows += [("Begins when", f"{one.title} ({facts.in_words(one.that, labels)})") for one in stage.requires]
    rows += [(seat.title, seat_in_words(stage, seat, offices)) for seat in stage.seats]
    if stage.apart:
        rows.append(("Apart from", f"Nobody decides here who decided at {' or '.join(titles.get(key, key) for key in stage.apart)}."))
    if stage.needed is not None:
        rows.append(("Needed", f"{stage.needed} of {len(stage.seats)} seats"))
    if stage.weighing is not None:
        rows.append(("Decided by weight", f"It takes {weighing_in_words(stage.weighing)}."))
    if stage.votes_once:
        rows.append(("Votes", "Everybody votes once, and that counts in every seat where they sit."))
    if stage.secret:
        rows.append(("Secret ballot", "Who has voted shows, and once it is over how many voted how; nobody learns how somebody else did."))
    rows += _times(stage)
    if stage.idle_days is not None:
        whom = f", then told: {office_title(stage.escalate_to, offices.titles)}" if stage.escalate_to else ""
        rows.append(("Idle", f"{stage.idle_days} working {'day' if stage.idle_days == 1 else 'days'}{whom}"))
    if stage.kind in DECIDING:
        reads = "Every section" if stage.reads is None else ", ".join(sections.get(key, key) for key in stage.reads)
        rows.append(("Depends on", reads))
    if stage.edits:
        rows.append(("Open for edits", ", ".join(sections.get(key, key) for key in stage.edits)))
    if stage.kind in DECIDING or stage.kind is StageKind.NOTICE:
        rows.append(("If it is refused", " ".join(refusals.in_words(stage, titles))))
    return rows + ([("Signed statement", stage.statement)] if stage.statement else [])


def _times(stage: Stage) -> list[tuple[str, str]]:
    """How long a stage and what is said there last."""
    days = (("Term", stage.due_days), ("Open for at least", stage.least_days))
    rows = [(label, terms.in_words(term)) for label, term in days if term is not None]
    if stage.valid_days is not None:
        rows.append(("An approval counts for", f"{stage.valid_days} {'day' if stage.valid_days == 1 else 'days'}"))
    lapse = {Lapse.REFUSED: "It is refused.", Lapse.PASSED: "It passes."}.get(stage.lapse)
    return rows + ([("If the term ends undecided", lapse)] if lapse else [])


def office_title(kind: str, offices: Mapping[str, str]) -> str:
    """What an office of this kind is called."""
    return offices.get(kind) or OFFICE_KINDS.get(kind) or kind.replace("-", " ")


def _parties_in_words(seat: Seat, offices: Offices) -> str:
    """For which parties a seat stands."""
    return " and ".join(offices.names(seat)) or PARTY_WORDS[seat.parties].format(seat.side.value if seat.side else "party")


def seat_in_words(stage: Stage, seat: Seat, offices: Offices) -> str:
    """Who sits there, for which parties, and by what rule it approves."""
    titles = offices.titles
    who = [office_title(kind, titles) for kind in seat.offices] + list(seat.people)
    who += [f"{role}s of the proposal" for role in seat.participants]
    if seat.naming is not None:
        among = f" from {office_title(seat.naming.source, titles)}" if seat.naming.source else ""
        who.append(f"{people_in_words(seat.naming)}{among}, named for each proposal by {office_title(seat.naming.by, titles)}")
    words = f"{' or '.join(who) or 'nobody yet'} of {_parties_in_words(seat, offices)}"
    if seat.otherwise:
        words += f", where none of them can: {' or '.join(office_title(kind, titles) for kind in seat.otherwise)}"
    rule = seat_rule_in_words(stage.kind, seat)
    return words + (f": {rule}" if rule else "")


def windows_in_words(windows: tuple[Window, ...]) -> str:
    """When proposals are taken."""
    if not windows:
        return "Proposals are taken at any time."
    return "Proposals are taken " + ", and ".join(f"from {_day(one.opens)} to {_day(one.closes)}" for one in windows) + "."


def _day(day: tuple[int, int]) -> str:
    month, number = day
    return f"{number} {_MONTHS[month]}" if month else f"day {number} of every month"
