"""The pages of meetings: planning, agenda, attendance, votes, closing, papers."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from cowork.domain.ids import MeetingId, ProposalId
from cowork.domain.meetings import DAY_OUT_OF_REACH
from cowork.services import meetings
from cowork.services.meetings import PlanCommand
from cowork.store import unit
from cowork.store.records import Organisation
from tests.services.test_meetings import CHAIR, MEMBER, THIRD, held, planned, waiting, with_chair
from tests.web.conftest import Site, seen
from tests.web.posting import words_of
from tests.world import START


@pytest.fixture
def chair(site: Site) -> FlaskClient:
    with site.world() as world:
        with_chair(world)
    return site.signed_in(CHAIR)


def saves(html: str) -> str:
    found = re.search(r'name="saves" value="(\d+)"', html)
    assert found is not None
    return found[1]


def post(client: FlaskClient, address: str, page: str, **data: str) -> str:
    """Send a form as the page at `page` shows it; the page that the answer leads to."""
    shown = seen(client.get(page))
    answer = client.post(address, data={"saves": saves(shown), **data})
    assert answer.status_code == 303, answer.get_data(as_text=True)[:3000]
    return seen(client.get(answer.headers["Location"]))


def person(site: Site, email: str) -> str:
    with site.world() as world:
        return world.actor(email).person


def test_somebody_without_meetings_is_told_how_they_come_about(site: Site) -> None:
    client = site.signed_in("author@harbour.example")
    words = words_of(seen(client.get("/meetings")))
    assert "No meeting is planned" in words
    assert "There are no past meetings" in words
    assert "You run no meetings" in words_of(seen(client.get("/meetings/new")))


def test_a_meeting_goes_from_its_plan_to_its_minutes(site: Site, chair: FlaskClient) -> None:
    with site.world() as world:
        proposal = waiting(world)
        office = world.office("northfield", "curriculum-committee")
    plan = {"office": office, "title": "March meeting", "day": "2026-03-20", "time": "14:00", "place": "Room 4"}
    for day in ("9999-12-31", "0001-01-01"):
        refused = chair.post("/meetings", data={**plan, "day": day, "time": "23:59"})
        assert refused.status_code == 422
        assert "Give a day within the next three years" in words_of(refused.get_data(as_text=True))
    answer = chair.post("/meetings", data=plan)
    assert answer.status_code == 303
    base = answer.headers["Location"]
    assert "Fri 20 Mar 2026, 14:00" in words_of(seen(chair.get(base)))
    turn = re.search(rf'value="({proposal}\|[^"]+)"', seen(chair.get(base)))
    assert turn is not None
    post(chair, f"{base}/agenda", base, candidates=turn[1], kind="consent")
    post(chair, f"{base}/agenda", base, do="matter", matter="Dates of the next meetings")
    attends = {f"attends-{person(site, email)}": "present" for email in (CHAIR, MEMBER)}
    words = words_of(post(chair, f"{base}/attendance", base, **attends))
    assert "2 of 3 present" in words
    words = words_of(post(chair, f"{base}/consent", base))
    assert "If the meeting closed now, it would be approved: 2 of 2 present approve." in words
    post(chair, f"{base}/standing", base, do="complete")
    words = words_of(seen(chair.get(f"{base}/close")))
    assert "would be approved" in words
    assert "This meeting has not begun" in words, "it is planned for a later day than this one"
    words = words_of(post(chair, f"{base}/close", f"{base}/close"))
    assert "2 decisions are recorded" in words
    assert "Closed" in words
    member = site.signed_in(MEMBER)
    assert "Present" in words_of(seen(member.get(f"{base}/papers/minutes")))
    assert member.get(f"{base}/papers/minutes/document.pdf").mimetype == "application/pdf"
    activity = words_of(seen(site.signed_in("author@northfield.example").get(f"/proposals/{proposal}/activity")))
    assert "recorded the vote of Member Of Northfield in a meeting: approved version" in activity


@pytest.fixture
def meeting(site: Site, chair: FlaskClient) -> tuple[str, ProposalId, MeetingId]:
    with site.world() as world:
        proposal = waiting(world)
        key = planned(world, proposal)
    return f"/meetings/{key}", proposal, key


def item_of(client: FlaskClient, base: str) -> str:
    found = re.search(r'data-item="([^"]+)"', seen(client.get(base)))
    assert found is not None
    return found[1]


def test_what_was_typed_with_a_vote_is_kept_when_something_is_missing(
    site: Site, chair: FlaskClient, meeting: tuple[str, ProposalId, MeetingId]
) -> None:
    base, proposal, _ = meeting
    voter = person(site, MEMBER)
    post(chair, f"{base}/attendance", base, **{f"attends-{voter}": "present"})
    address = f"{base}/items/{item_of(chair, base)}"
    typed = {f"vote-{voter}": "request-changes", "decision": "The need is thin.", "minutes": "Talk."}
    typed["saves"] = saves(seen(chair.get(address)))
    html = seen(chair.post(address, data=typed), 422)
    assert "choose the sections that have to change" in html
    assert "The need is thin." in html
    assert re.search(r'<option value="request-changes" selected>', html)
    assert "would go back for changes" in words_of(post(chair, address, address, **{**typed, "sections": "need"}))
    post(chair, f"{base}/standing", base, do="complete")
    post(chair, f"{base}/close", f"{base}/close")
    route = words_of(seen(site.signed_in("author@harbour.example").get(f"/proposals/{proposal}/route")))
    assert "Decided in meetings" in route
    assert "The need is thin." in route
    assert "Talk." not in route
    assert "Talk." in words_of(seen(site.signed_in("author@northfield.example").get(f"/proposals/{proposal}/route")))


def test_members_read_what_is_noted_only_once_the_meeting_is_closed(
    site: Site, chair: FlaskClient, meeting: tuple[str, ProposalId, MeetingId]
) -> None:
    base, _, _ = meeting
    post(chair, f"{base}/minutes", base, minutes="Apologies were read.")
    member = site.signed_in(THIRD)
    html = seen(member.get(base))
    assert "Apologies were read." not in html
    assert 'name="saves"' not in html
    assert "once the meeting is closed" in words_of(seen(member.get(f"{base}/papers/minutes"), 409))
    assert "once the meeting is closed" in words_of(seen(member.get(f"{base}/items/{item_of(chair, base)}")))
    seen(member.get(f"{base}/papers/agenda"))


def test_a_page_that_is_out_of_date_changes_nothing(chair: FlaskClient, meeting: tuple[str, ProposalId, MeetingId]) -> None:
    base, _, _ = meeting
    old = saves(seen(chair.get(base)))
    post(chair, f"{base}/agenda", base, do="matter", matter="One matter")
    data = {"saves": old, "do": "matter", "matter": "Another matter", "vote-qxfb": "approve", "reason-qxfb": "It is late."}
    html = seen(chair.post(f"{base}/agenda", data=data, headers={"Referer": f"http://localhost{base}"}), 409)
    assert "It was not carried out Somebody else changed this meeting" in words_of(html)
    assert f'<a href="{base}">Open the page again</a>' in html
    assert re.findall(r'<label class="field-label" for="kept-.*?>(.*?)<', html) == ["Matter", "Reason"]
    assert "Another matter" not in seen(chair.get(base))


def test_a_refused_change_shows_the_page_again_with_what_was_typed(chair: FlaskClient, meeting: tuple[str, ProposalId, MeetingId]) -> None:
    base, _, _ = meeting
    count = saves(seen(chair.get(base)))
    assert "at most 300 characters" in seen(chair.post(f"{base}/agenda", data={"saves": count, "do": "matter", "matter": "x" * 301}), 422)
    html = seen(chair.post(base, data={"saves": count, "title": "Other title", "day": "", "time": "10:00"}), 422)
    assert "Give the day of the meeting." in html
    assert "Other title" in html
    assert "Choose at least one" in seen(chair.post(f"{base}/agenda", data={"saves": count, "kind": "consent"}), 422)
    assert chair.post(f"{base}/agenda", data={"saves": count, "candidates": "odd"}).status_code == 400


def test_the_agenda_is_moved_by_buttons_and_in_one_go(chair: FlaskClient, meeting: tuple[str, ProposalId, MeetingId]) -> None:
    base, _, _ = meeting
    html = post(chair, f"{base}/agenda", base, do="matter", matter="A matter")
    first, second = re.findall(r'data-item="([^"]+)"', html)
    html = post(chair, f"{base}/agenda", base, do=f"down:{first}")
    assert re.findall(r'data-item="([^"]+)"', html) == [second, first]
    html = post(chair, f"{base}/agenda", base, do="order", order=f"{first},{second}")
    assert re.findall(r'data-item="([^"]+)"', html) == [first, second]
    assert "For discussion" in words_of(post(chair, f"{base}/agenda", base, do=f"discuss:{first}"))
    assert "A matter" not in post(chair, f"{base}/agenda", base, do=f"remove:{second}")


def test_whoever_comes_to_close_it_too_early_reads_what_is_to_be_done_first(
    chair: FlaskClient, meeting: tuple[str, ProposalId, MeetingId]
) -> None:
    base, _, _ = meeting
    html = seen(chair.get(f"{base}/close"))
    assert "The agenda is not declared complete yet" in words_of(html)
    assert f'href="{base}#agenda"' in html
    assert "Close the meeting and record everything" not in html


def test_closing_names_what_has_moved_and_offers_to_take_it_off(site: Site, chair: FlaskClient) -> None:
    with site.world() as world:
        proposal = waiting(world)
        key = held(world, proposal)
    base = f"/meetings/{key}"
    count = saves(seen(chair.get(f"{base}/close")))
    with site.world() as world:
        for email in (MEMBER, THIRD):
            world.decide(email, proposal)
    html = seen(chair.post(f"{base}/close", data={"saves": count}), 409)
    assert "decided outside the meeting" in html
    button = re.search(r'name="do" value="(remove:[^"]+)"', html)
    assert button is not None
    assert "Nothing is on the agenda yet" in words_of(post(chair, f"{base}/agenda", base, do=button[1]))


def test_members_see_their_next_meetings_on_my_work(site: Site, chair: FlaskClient, meeting: tuple[str, ProposalId, MeetingId]) -> None:
    base, _, _ = meeting
    member, stranger = site.signed_in(MEMBER), site.signed_in("author@harbour.example")
    assert f'href="{base}"' in seen(member.get("/"))
    assert f'href="{base}"' not in seen(stranger.get("/"))
    post(chair, f"{base}/standing", base, do="cancel", sure="yes")
    assert f'href="{base}"' not in seen(member.get("/"))


def test_a_cancelled_meeting_stays_listed(chair: FlaskClient, meeting: tuple[str, ProposalId, MeetingId]) -> None:
    base, _, _ = meeting
    asked = words_of(post(chair, f"{base}/standing", base, do="cancel"))
    assert ("Cancel the meeting?" in asked, "What waits for another meeting then" in asked) == (True, True)
    assert "Cancelled" not in words_of(seen(chair.get("/meetings")))
    assert "This meeting is cancelled" in words_of(post(chair, f"{base}/standing", base, do="cancel", sure="yes"))
    assert "Cancelled" in words_of(seen(chair.get("/meetings")))
    for page in ("cancel", "close"):
        assert "This meeting is cancelled. Plan another one" in words_of(seen(chair.get(f"{base}/{page}"), 409))


def test_texts_that_look_like_mark_up_stay_texts(site: Site, chair: FlaskClient) -> None:
    with site.world() as world:
        office = world.office("northfield", "curriculum-committee")
        command = PlanCommand("<script>alert(1)</script>", START + timedelta(days=1), "<b>here</b>")
        key = meetings.plan(world.context, world.actor(CHAIR), office, command)
    assert "<script>alert" not in seen(chair.get(f"/meetings/{key}"))
    assert "<b>here" not in seen(chair.get(f"/meetings/{key}/papers/agenda"))


def test_who_writes_the_proposal_is_shown_without_a_vote(site: Site, chair: FlaskClient) -> None:
    with site.world() as world:
        key = planned(world, waiting(world, author=THIRD))
    base = f"/meetings/{key}"
    html = post(chair, f"{base}/attendance", base, **{f"attends-{person(site, email)}": "present" for email in (CHAIR, THIRD)})
    assert "No vote, writes it: Third Of Northfield" in words_of(html)
    page = seen(chair.get(f"{base}/items/{item_of(chair, base)}"))
    assert f'name="vote-{person(site, CHAIR)}"' in page
    assert f'name="vote-{person(site, THIRD)}"' not in page


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_meeting_at_the_end_of_the_calendar_is_refused_with_a_sentence(site: Site, chair: FlaskClient, day: str) -> None:
    with site.world() as world:
        office = world.office("northfield", "curriculum-committee")
        zone, at = ("Pacific/Kiritimati", "00:30") if day < "1000" else ("Etc/GMT+12", "23:30")
        with unit.writing() as session:
            session.execute(sa.update(Organisation).where(Organisation.slug == "northfield").values(zone=zone))
    answer = chair.post("/meetings", data={"office": office, "title": "", "day": day, "time": at, "place": ""})
    assert DAY_OUT_OF_REACH in words_of(seen(answer, 422))


def test_who_writes_a_proposal_is_told_that_another_takes_its_votes(site: Site, chair: FlaskClient) -> None:
    with site.world() as world:
        key = planned(world, waiting(world, author=CHAIR))
        item = meetings.page(world.context, world.actor(CHAIR), key).points[0].point.item.id
    page = seen(chair.get(f"/meetings/{key}/items/{item}"))
    assert "You write this proposal, so somebody else takes its votes" in words_of(page)
    assert f'action="/meetings/{key}/items/{item}"' not in page
    html = seen(site.signed_in("admin@northfield.example").get(f"/meetings/{key}/items/{item}"))
    assert f'action="/meetings/{key}/items/{item}"' in html
    assert "You write this proposal" not in words_of(html)
