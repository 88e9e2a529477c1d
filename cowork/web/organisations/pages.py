"""What the pages of an organisation show."""

from dataclasses import dataclass
from datetime import date

from cowork.domain.errors import NotFound
from cowork.domain.ids import Side
from cowork.services.organisations import OrganisationPage
from cowork.store.organisations import Member, OfficeCard, Term
from cowork.web.moments import DAYS, MONTHS
from cowork.web.organisations.forms import ROLE_WORDS

ROLE_ORDER = ("chair", "secretary", "member")
SIDE_WORDS: dict[Side, str] = {Side.UNIVERSITY: "University", Side.EMPLOYER: "Employer"}


@dataclass(frozen=True, slots=True)
class TermRow:
    """A term in words: "from Mon 5 Jan 2026 until further notice". `until` is the last day, or empty; `role` is empty for a member."""

    id: str
    name: str
    words: str
    until: str
    role: str
    role_key: str


@dataclass(frozen=True, slots=True)
class OfficeRow:
    """An office with its terms as of today. It is unfilled when nobody holds it now."""

    id: str
    kind: str
    title: str
    now: tuple[TermRow, ...]
    coming: tuple[TermRow, ...]
    past: tuple[TermRow, ...]


def office_rows(page: OrganisationPage) -> tuple[OfficeRow, ...]:
    """Every office of the organisation, as the use case orders them."""
    return tuple(office_row(office, page.today) for office in page.offices)


def office_row(office: OfficeCard, today: date) -> OfficeRow:
    """One office: who holds it now with the chair first, who comes, and its past terms newest first."""
    now = sorted(
        (term for term in office.terms if term.starts <= today and (term.ends is None or term.ends >= today)),
        key=lambda term: ROLE_ORDER.index(term.role),
    )
    coming = [term for term in office.terms if term.starts > today]
    past = [term for term in office.terms if term.ends is not None and term.ends < today]
    past.sort(key=lambda term: (term.ends or today, term.starts), reverse=True)
    return OfficeRow(office.id, office.kind, office.title, _rows(now), _rows(coming), _rows(past))


def _rows(terms: list[Term]) -> tuple[TermRow, ...]:
    return tuple(
        TermRow(
            term.id, term.name, term_words(term.starts, term.ends), day_words(term.ends) if term.ends else "",
            "" if term.role == "member" else ROLE_WORDS[term.role], term.role,
        )
        for term in terms
    )  # fmt: skip


def term_words(starts: date, ends: date | None) -> str:
    """From when to when, both days included. A term that was ended on its first day has a last day before it."""
    if ends is not None and ends < starts:
        return f"for a part of {day_words(starts)}"
    return f"from {day_words(starts)} {'until ' + day_words(ends) if ends else 'until further notice'}"


def day_words(day: date) -> str:
    """A calendar day with its day of the week."""
    return f"{DAYS[day.weekday()]} {day.day} {MONTHS[day.month - 1]} {day.year}"


def member_of(page: OrganisationPage, person: str) -> Member:
    """The member of this identifier. Raises NotFound."""
    found = next((member for member in page.members if member.person == person), None)
    if found is None:
        raise NotFound("member")
    return found


def office_of(page: OrganisationPage, office: str) -> OfficeRow:
    """The office of this identifier. Raises NotFound."""
    found = next((row for row in office_rows(page) if row.id == office), None)
    if found is None:
        raise NotFound("office")
    return found


def offices_held(page: OrganisationPage, person: str) -> tuple[str, ...]:
    """The titles of the offices that a member holds today, with the role where it is another than a member's."""
    return tuple(
        office.title if term.role == "member" else f"{office.title} ({ROLE_WORDS[term.role].lower()})"
        for office in page.offices
        for term in office.terms
        if term.person == person and term.starts <= page.today and (term.ends is None or term.ends >= page.today)
    )


WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def weekday_choices() -> dict[str, str]:
    """The days of the week to choose from, by their numbers."""
    return {str(number): name for number, name in enumerate(WEEKDAYS)}


def week_words(closed_weekdays: frozenset[int]) -> str:
    """On which days of the week an organisation works: "Monday to Friday", "Sunday to Thursday", "Monday, Tuesday and Thursday"."""
    worked = [number for number in range(7) if number not in closed_weekdays]
    if len(worked) == 7:
        return "every day of the week"
    for first in worked:
        run = [(first + step) % 7 for step in range(len(worked))]
        if len(worked) > 2 and set(run) == set(worked):
            return f"{WEEKDAYS[run[0]]} to {WEEKDAYS[run[-1]]}"
    names = [WEEKDAYS[number] for number in worked]
    return " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)
