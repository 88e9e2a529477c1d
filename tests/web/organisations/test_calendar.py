"""The page of an organisation's working days."""

import io

import pytest

from cowork.web.organisations.pages import week_words
from tests.web.conftest import Site, seen
from tests.web.organisations.test_organisation import ADMIN, AUTHOR, STRANGER, house_of

ICS = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20260501\r\nSUMMARY:Labour Day\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"


@pytest.mark.parametrize(
    ("closed", "words"),
    [
        ({5, 6}, "Monday to Friday"),
        ({4, 5}, "Sunday to Thursday"),
        (set(), "every day of the week"),
        ({2, 4, 5, 6}, "Monday, Tuesday and Thursday"),
        ({0, 1, 2, 3, 4, 5}, "Sunday"),
        ({2, 3, 4, 5, 6}, "Monday and Tuesday"),
    ],
)
def test_the_week_is_told_in_words(closed: set[int], words: str) -> None:
    assert week_words(frozenset(closed)) == words


def test_an_administrator_lists_closing_days_and_everybody_of_the_house_sees_them(site: Site) -> None:
    client, house = site.signed_in(ADMIN), house_of(site)
    assert "No closing day is coming" in seen(client.get(f"{house}/calendar"))
    data = {"lines": "2026-12-24 Christmas Eve\n2026-01-01 New Year"}
    assert client.post(f"{house}/calendar/days", data=data).headers["Location"] == f"{house}/calendar#days"
    page = seen(client.get(f"{house}/calendar"))
    assert "2 days are noted as closed." in page
    assert "Thu 24 Dec 2026" in page
    assert page.index("Christmas Eve") < page.index("Past closing days") < page.index("New Year")
    member = site.signed_in(AUTHOR)
    assert "Closed on Thu 24 Dec 2026 (Christmas Eve)" in seen(member.get(house))
    own = seen(member.get(f"{house}/calendar"))
    assert "Christmas Eve" in own
    assert "<form" not in own.split("<main")[1].split("</main>")[0]
    client.post(f"{house}/calendar/days/remove", data={"day": ["2026-12-24", "2026-01-01", "nonsense"]})
    assert "No closing day is listed." in seen(member.get(house))
    seen(client.post(f"{house}/calendar/days/remove", data={"day": "2026-12-24"}), 409)


def test_a_calendar_file_is_taken(site: Site) -> None:
    client, house = site.signed_in(ADMIN), house_of(site)
    data = {"lines": "", "file": (io.BytesIO(ICS.encode()), "holidays.ics")}
    assert client.post(f"{house}/calendar/days", data=data, content_type="multipart/form-data").status_code == 303
    assert "Labour Day" in seen(client.get(f"{house}/calendar"))
    other = {"lines": "", "file": (io.BytesIO(b"\xff\xd8\x00\x00picture"), "holidays.jpg")}
    answer = client.post(f"{house}/calendar/days", data=other, content_type="multipart/form-data")
    assert "This is no calendar file" in seen(answer, 422)


def test_what_cannot_be_read_is_explained_and_kept(site: Site) -> None:
    client, house = site.signed_in(ADMIN), house_of(site)
    page = seen(client.post(f"{house}/calendar/days", data={"lines": "2026-12-24 Eve\nChristmas"}), 422)
    assert "Line 2 does not begin with a day" in page
    assert "2026-12-24 Eve\nChristmas</textarea>" in page
    assert "Give at least one day" in seen(client.post(f"{house}/calendar/days", data={}), 422)


def test_the_week_is_changed(site: Site) -> None:
    client, house = site.signed_in(ADMIN), house_of(site)
    page = seen(client.post(f"{house}/calendar", data={"idle_days": "many"}), 422)
    assert "Leave at least one weekday" in page
    assert "from 1 to 60" in page
    assert 'value="many"' in page
    assert client.post(f"{house}/calendar", data={"worked": ["6", "0", "1", "2", "3"], "idle_days": "5"}).status_code == 303
    page = seen(client.get(f"{house}/calendar"))
    assert "works Sunday to Thursday" in page
    assert "for 5 working days" in page


def test_others_are_refused_or_find_nothing(site: Site) -> None:
    house = house_of(site)
    for path in ("/calendar", "/calendar/days", "/calendar/days/remove"):
        seen(site.signed_in(AUTHOR).post(house + path, data={"lines": "x"}), 403)
        seen(site.signed_in(STRANGER).post(house + path, data={"lines": "x"}), 404)
    seen(site.signed_in(STRANGER).get(f"{house}/calendar"), 404)
