"""The record of an organisation, told to its administrators."""

import typing
from datetime import date, timedelta

from cowork.domain.events import kind_of
from cowork.domain.organisation_events import MeetingEvent, OrganisationEvent
from cowork.domain.organisations import Delegation
from cowork.domain.templates import Details, Reach
from cowork.services import (
    agendas,
    calendars,
    delegations,
    meetings,
    organisations,
    outlines,
    questions,
    templates,
    workflow_drafts,
    workflows,
)  # fmt: skip
from cowork.services.meetings import PlanCommand
from cowork.services.organisations import MemberCommand, TermCommand
from cowork.store import audit, unit
from cowork.web.audit.organisation import TELLERS
from tests.steering import STEERED
from tests.web.conftest import Site, seen
from tests.web.posting import words_of
from tests.world import START, World

ADMIN, NOBODY, DEAN = "admin@northfield.example", "nobody@northfield.example", "dean@northfield.example"
TODAY = START.date()


def address(world: World) -> str:
    return f"/organisations/{world.organisations['northfield']}/record"


def test_every_event_of_an_organisation_has_a_sentence() -> None:
    events = (*typing.get_args(OrganisationEvent), *typing.get_args(MeetingEvent))
    assert {kind_of(event) for event in events} == set(TELLERS)


def people_and_days(world: World) -> None:
    context, admin, house = world.context, world.actor(ADMIN), world.organisations["northfield"]
    made = organisations.add_member(context, admin, house, MemberCommand("new@northfield.example", "New <b>Person</b>", "", False))
    organisations.change_member(context, admin, house, made.person, admin=True, position="")
    office = organisations.add_office(context, admin, house, "registrar", "Registrar’s office")
    organisations.start_term(context, admin, house, TermCommand(office, made.person, date(2026, 1, 1), date(2026, 12, 31), "chair"))
    page = organisations.page(context, admin, house)
    term = next(term for o in page.offices if o.id == office for term in o.terms)
    organisations.change_role(context, admin, house, office, term.id, "secretary")
    wanted = Delegation(world.actor(DEAN).person, made.person, None, TODAY, TODAY + timedelta(days=3), "Leave.")
    delegations.delegate(context, admin, house, wanted)
    line = delegations.page(context, admin, house).lines[0]
    delegations.revoke(context, admin, house, line.id)
    organisations.end_term(context, admin, house, office, term.id)
    organisations.remove_member(context, admin, house, made.person)
    calendars.set_week(context, admin, house, frozenset({4, 5}), 7)
    calendars.add_days(context, admin, house, "2026-12-24 Christmas Eve\n2026-12-25 Christmas")
    calendars.remove_days(context, admin, house, frozenset({date(2026, 12, 24)}))


def meetings_and_workflows(world: World) -> None:
    context, admin, house = world.context, world.actor(ADMIN), world.organisations["northfield"]
    office = world.office("northfield", "curriculum-committee")
    key = meetings.plan(context, admin, office, PlanCommand("March meeting", START + timedelta(days=3)))
    agendas.add_matter(context, admin, key, 1, "Dates")
    agendas.declare_complete(context, admin, key, 2)
    agendas.add_matter(context, admin, key, 3, "More dates")
    agendas.cancel(context, admin, key, 4)
    draft = workflow_drafts.import_text(context, admin, house, STEERED)
    name, _ = workflow_drafts.publish(context, admin, house, draft, 1)
    workflows.set_offered(context, admin, house, name, False)
    workflows.set_offered(context, admin, house, name, True)


def templates_and_questions(world: World) -> None:
    context, admin, house = world.context, world.actor(ADMIN), world.organisations["northfield"]
    outlines.require_outlines(context, admin, house, True)
    outlines.require_outlines(context, admin, house, False)
    made = templates.create(context, admin, house, Details("Data at work", "data-analytics", "", ""))
    templates.save_section(context, admin, made, 1, "need", {"problem": "Nobody reads the data."})
    templates.publish(context, admin, made, 2, "")
    templates.give(context, admin, made, Reach.CHOSEN, frozenset({world.organisations["harbour"]}))
    templates.retire(context, admin, made, True)
    templates.retire(context, admin, made, False)
    theirs = world.actor("admin@harbour.example")
    given = templates.create(context, theirs, world.organisations["harbour"], Details("Ports at work", "other", "", ""))
    templates.save_section(context, theirs, given, 1, "need", {"problem": "Ports wait."})
    templates.publish(context, theirs, given, 2, "")
    templates.give(context, theirs, given, Reach.CHOSEN, frozenset({house}))
    templates.create(context, admin, house, Details("Ports in Northfield", "other", "", ""), source=given)
    questions.put(context, admin, house, 0, "", {"section": "need", "label": "Which faculty asks?", "type": "text", "owner": "university"})
    questions.publish(context, admin, house, 1)


def test_administrators_read_what_was_changed_and_by_whom(site: Site) -> None:
    with site.world() as world:
        people_and_days(world)
        meetings_and_workflows(world)
        templates_and_questions(world)
        where = address(world)
        with unit.reading() as session:
            told = {entry.kind for entry in audit.entries(session, world.organisations["northfield"], None, 500)}
    assert set(TELLERS) - told == {"meeting-closed"}, "everything but this is tried here"
    html = seen(site.signed_in(ADMIN).get(where))
    assert "New &lt;b&gt;Person&lt;/b&gt;" in html
    words = words_of(html)
    for sentence in (
        "Admin Of Northfield made New <b>Person</b> a member.",
        "changed what New <b>Person</b> is: an administrator.",
        "created the office “Registrar’s office”.",
        "named New <b>Person</b> the chair of the office “Registrar’s office” from Thu 1 Jan 2026 until Thu 31 Dec 2026.",
        "made New <b>Person</b> the secretary of the office “Registrar’s office”.",
        "let New <b>Person</b> act for Dean Of Northfield in all their offices from Mon 2 Mar 2026 to Thu 5 Mar 2026.",
        "ended that New <b>Person</b> acts for Dean Of Northfield.",
        "ended the term of New <b>Person</b> in the office “Registrar’s office”.",
        "ended the membership of New <b>Person</b>.",
        "set the working days: Sunday to Thursday; somebody is told after 7 working days without a decision.",
        "noted closing days: Thu 24 Dec 2026, Fri 25 Dec 2026.",
        "took closing days out of the calendar: Thu 24 Dec 2026.",
        "set the meeting “March meeting” of the office “Curriculum committee” for Thu 5 Mar 2026, 09:00.",
        "changed the agenda of the meeting “March meeting”: 1 item.",
        "declared the agenda of the meeting “March meeting” complete: 1 item.",
        "amended the complete agenda of the meeting “March meeting”: 2 items.",
        "cancelled the meeting “March meeting” of the office “Curriculum committee”.",
        "imported the text of a workflow into a draft.",
        "published version 1 of the workflow “A steered way”.",
        "took the workflow “A steered way” out of those offered to new proposals.",
        "offered the workflow “A steered way” to new proposals again.",
        "set that proposals begin with an outline.",
        "set that proposals need no outline first.",
        "published version 1 of the template “Data at work”.",
        "gave the template “Data at work” to its own people, and 1 organisation chosen by name.",
        "took the template “Data at work” out of those offered.",
        "offered the template “Data at work” again.",
        "adopted version 1 of the template “Ports at work” as “Ports in Northfield”.",
        "published version 1 of the organisation’s own questions: added “Which faculty asks?”.",
    ):
        assert sentence in words, sentence


def test_older_events_are_on_further_pages_and_the_head_is_shown(site: Site) -> None:
    with site.world() as world:
        for day in range(1, 41):
            calendars.add_days(world.context, world.actor(ADMIN), world.organisations["northfield"], f"{date(2027, 1, 1) + timedelta(day)}")
        where = address(world)
        with unit.reading() as session:
            head = audit.head_of_organisation(session, world.organisations["northfield"])
    client = site.signed_in(ADMIN)
    first = seen(client.get(where))
    assert head.head in first
    assert f"{head.length} events are listed for you." in words_of(first)
    assert f'href="{where}?before={head.length - 49}"' in first
    assert "made Admin Of Northfield a member and an administrator" in words_of(seen(client.get(f"{where}?before={head.length - 49}")))
    assert "Nothing older is recorded" in seen(client.get(f"{where}?before=1"))


def test_members_are_refused_and_others_learn_nothing(site: Site) -> None:
    with site.world() as world:
        where = address(world)
    assert "Only administrators of this organisation read its record" in words_of(seen(site.signed_in(NOBODY).get(where), 403))
    assert site.signed_in("admin@rival.example").get(where).status_code == 404
    house = where.removesuffix("/record")
    assert f'href="{where}"' in seen(site.signed_in(ADMIN).get(house))
    assert f'href="{where}"' not in seen(site.signed_in(NOBODY).get(house))
