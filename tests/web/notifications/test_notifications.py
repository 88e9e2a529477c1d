"""The pages of notices: reading them, choosing, following, and the secret calendar."""

import re

from cowork.domain.comments import Anchor, OpenThreadCommand
from cowork.domain.ids import ProposalId
from cowork.services import comments, identity, jobs, notifications
from tests.web.conftest import Site, seen

SIGNER, AUTHOR, PARTNER = "signer@harbour.example", "author@northfield.example", "author@harbour.example"


def told(site: Site) -> ProposalId:
    """A proposal in review, with everybody told."""
    with site.world() as world:
        proposal = world.complete_draft()
        world.submit(proposal)
        while jobs.run_next(world.context):
            pass
    return proposal


def test_notices_are_listed_unread_first_and_marked_as_read_one_by_one_and_all_together(site: Site) -> None:
    proposal = told(site)
    client = site.signed_in(SIGNER)
    html = seen(client.get("/notifications"))
    assert "Your turn" in html
    assert f"/proposals/{proposal}/review" in html
    assert re.search(r'class="bell".*?class="count">1<', html, re.S)
    notice = re.search(r"/notifications/(\w+)/read", html)
    assert notice is not None
    assert client.post(f"/notifications/{notice[1]}/read").status_code == 303
    assert "You have read everything" in seen(client.get("/notifications"))
    assert "Your turn" in seen(client.get("/notifications?show=read"))
    other = site.signed_in(PARTNER)
    assert other.post("/notifications/read").status_code == 303
    assert 'class="count"' not in seen(other.get("/notifications"))


def test_somebody_elses_notice_cannot_be_marked(site: Site) -> None:
    told(site)
    html = seen(site.signed_in(SIGNER).get("/notifications"))
    notice = re.search(r"/notifications/(\w+)/read", html)
    assert notice is not None
    site.signed_in(PARTNER).post(f"/notifications/{notice[1]}/read")
    assert "Your turn" in seen(site.signed_in(SIGNER).get("/notifications"))


def test_a_long_list_goes_on_older_pages(site: Site) -> None:
    for _ in range(21):
        told(site)
    client = site.signed_in(SIGNER)
    html = seen(client.get("/notifications"))
    older = re.search(r'rel="next" href="([^"]+)"', html)
    assert older is not None
    assert "Your turn" in seen(client.get(older[1].replace("&amp;", "&")))


def test_choices_are_kept_and_nonsense_is_shown_again(site: Site) -> None:
    client = site.signed_in(SIGNER)
    assert "No mail server is set up" in seen(client.get("/account/notifications"))
    assert client.post("/account/notifications", data={"kind-changed": "weekly"}).status_code == 303
    html = seen(client.get("/account/notifications"))
    block = re.search(r'name="kind-changed".*?</select>', html, re.S)
    assert block is not None
    assert '<option value="weekly" selected>' in block[0]
    assert "Choose one of the four ways" in seen(client.post("/account/notifications", data={"kind-changed": "pigeon"}), 422)


def test_following_is_begun_and_ended_on_the_page_of_what_was_told(site: Site) -> None:
    proposal = told(site)
    client = site.signed_in(PARTNER)
    assert "Stop following" in seen(client.get(f"/proposals/{proposal}/told"))
    assert client.post(f"/proposals/{proposal}/watch", data={"stop": "1"}).status_code == 303
    html = seen(client.get(f"/proposals/{proposal}/told"))
    assert "You are told only of what concerns you." in html
    client.post(f"/proposals/{proposal}/watch")
    assert "Stop following" in seen(client.get(f"/proposals/{proposal}/told"))


def test_what_was_told_is_kept_with_the_proposal_and_lanes_stay_closed(site: Site) -> None:
    proposal = told(site)
    with site.world() as world:
        command = OpenThreadCommand("@Admin Of Northfield, a word.", Anchor("need"), world.organisations["northfield"], False, 1)
        comments.open_thread(world.context, world.actor(AUTHOR), proposal, command)
        while jobs.run_next(world.context):
            pass
    own = seen(site.signed_in(AUTHOR).get(f"/proposals/{proposal}/told"))
    assert "Mentioned" in own
    assert "Written, not sent" in own
    assert "Your organisation only" in own
    assert "Mentioned" not in seen(site.signed_in(SIGNER).get(f"/proposals/{proposal}/told"))
    assert site.signed_in("admin@rival.example").get(f"/proposals/{proposal}/told").status_code == 404
    assert f"/proposals/{proposal}/told" in seen(site.signed_in(AUTHOR).get(f"/proposals/{proposal}/activity"))


def test_the_calendar_has_a_secret_address_that_is_shown_once_and_can_be_ended(site: Site) -> None:
    told(site)
    client = site.signed_in(SIGNER)
    html = seen(client.post("/account/calendar"))
    address = re.search(r"https://cowork\.example(/calendar/[^<]+\.ics)", html)
    assert address is not None
    assert address[1] not in seen(client.get("/account/notifications"))
    visitor = site.client()
    answer = visitor.get(address[1])
    assert answer.status_code == 200
    assert answer.mimetype == "text/calendar"
    assert answer.data.startswith(b"BEGIN:VCALENDAR\r\n")
    again = seen(client.post("/account/calendar"))
    assert visitor.get(address[1]).status_code == 404
    second = re.search(r"https://cowork\.example(/calendar/[^<]+\.ics)", again)
    assert second is not None
    assert visitor.get(second[1]).status_code == 200
    client.post("/account/calendar/close")
    ended, unknown = visitor.get(second[1]), visitor.get("/calendar/unknown.ics")
    assert ended.status_code == unknown.status_code == 404


def test_the_calendar_of_somebody_who_cannot_sign_in_is_not_found(site: Site) -> None:
    with site.world() as world:
        address = notifications.open_feed(world.context, world.actor(SIGNER)).removeprefix("https://cowork.example")
        assert site.client().get(address).status_code == 200
        identity.set_active(world.context, SIGNER, False)
    assert site.client().get(address).status_code == 404
