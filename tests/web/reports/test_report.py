"""The Reports page and its files, and whose court it is in lists."""

import csv
import io
import re
from datetime import timedelta

from werkzeug.test import TestResponse

from cowork.domain.ids import ProposalId
from cowork.domain.reports import Run
from cowork.store import reports as store
from cowork.store import unit
from cowork.web.reports.pages import days_words, narrowed_by
from tests.web.conftest import Site, seen
from tests.world import START, World

ADMIN, AUTHOR, STRANGER = "admin@northfield.example", "author@northfield.example", "admin@rival.example"
TITLE = "=HYPERLINK(1) & Machine <b>Learning</b>"


def with_runs(world: World) -> ProposalId:
    proposal = world.draft(TITLE)
    northfield, harbour = world.organisations["northfield"], world.organisations["harbour"]
    found = (
        Run("head", "Head of department", northfield, START, START + timedelta(days=7)),
        Run("sign", "Partner signs", harbour, START, START + timedelta(days=2)),
        Run("dean", "Dean’s decision", northfield, START + timedelta(days=7), None),
    )
    with unit.writing() as session:
        store.write_runs(session, proposal, 1, "joint-employer-university", found)
    world.pass_time(timedelta(days=9))
    return proposal


def lines_of(response: TestResponse) -> list[list[str]]:
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert response.headers["Content-Disposition"].startswith("attachment")
    return list(csv.reader(io.StringIO(response.get_data().decode("utf-8-sig"), newline="")))


def test_nothing_to_report_says_when_there_will_be(site: Site) -> None:
    page = seen(site.signed_in(AUTHOR).get("/reports"))
    assert "There is nothing to report yet" in page
    assert "Download as CSV" not in page
    assert 'href="/reports" aria-current="page"' in page


def test_the_report_shows_figures_as_chart_and_table(site: Site) -> None:
    with site.world() as world:
        proposal = with_runs(world)
    page = seen(site.signed_in(ADMIN).get("/reports"))
    assert page.count('<svg width="100%"') == 2
    assert "style=" not in page
    for words in ("Head of department", "Partner signs", "Harbour Analytics", "Northfield University", "Waiting longest now"):
        assert words in page
    assert f'href="/proposals/{proposal}/route"' in page
    assert "&lt;b&gt;Learning" in page
    assert "None is over yet" in page
    row = re.search(r'<th scope="row">Head of department.*?</tr>', page, re.S)
    assert row is not None
    assert re.findall(r'class="number">([^<]*)<', row[0]) == ["1", "0", "5", "5", "5", "7"]


def test_filters_stay_and_lead_to_the_file(site: Site) -> None:
    with site.world() as world:
        with_runs(world)
        harbour = world.organisations["harbour"]
    client = site.signed_in(ADMIN)
    page = seen(client.get(f"/reports?organisation={harbour}&from=2026-03-01&to=2026-03-31&kind=new"))
    assert "Partner signs" in page
    assert "Head of department" not in page
    assert f'value="{harbour}" selected' in page
    assert 'value="2026-03-01"' in page
    found = re.search(r'href="(/reports/stages.csv[^"]*)"', page)
    assert found is not None
    rows = lines_of(client.get(found[1].replace("&amp;", "&")))
    assert [row[3] for row in rows] == ["Stage", "Partner signs"]
    assert "Nothing fits" in seen(client.get("/reports?to=2020-01-01"))


def test_odd_filters_narrow_nothing(site: Site) -> None:
    client = site.signed_in(ADMIN)
    for query in ("from=2026-02-30", "to=9999-12-31", "from=0001-01-01", "kind=%27", "organisation=%F0%9F%92%A9", "workflow=" + "x" * 500):
        seen(client.get(f"/reports?{query}"))
        assert client.get(f"/reports/stages.csv?{query}").status_code == 200
    found = narrowed_by({"from": "tomorrow", "kind": "odd"})
    assert (found.first, found.kind) == (None, None)


def test_files_run_no_formulas(site: Site) -> None:
    with site.world() as world:
        with_runs(world)
    client = site.signed_in(ADMIN)
    for address in ("/reports/stages.csv", "/reports/proposals.csv"):
        rows = lines_of(client.get(address))
        assert len(rows) > 1
        assert rows[1][0] == f"'{TITLE}"
    rows = lines_of(client.get("/reports/stages.csv"))
    open_one = next(row for row in rows if row[3] == "Dean’s decision")
    assert open_one[6:] == ["2026-03-09 09:00", "", "2.0", "2", "yes"]


def test_others_see_none_of_it(site: Site) -> None:
    with site.world() as world:
        with_runs(world)
    client = site.signed_in(STRANGER)
    page = seen(client.get("/reports"))
    assert "There is nothing to report yet" in page
    for words in ("Machine", "Harbour", "Northfield", "Head of department"):
        assert words not in page
    assert len(lines_of(client.get("/reports/stages.csv"))) == 1
    assert len(lines_of(client.get("/reports/proposals.csv"))) == 1
    assert site.client().get("/reports").status_code in (302, 303, 401)


def test_lists_say_whose_court_it_is(site: Site) -> None:
    with site.world() as world:
        proposal = world.complete_draft()
        world.submit(proposal)
        world.draft("Another")
        harbour, rival = world.organisations["harbour"], world.organisations["rival"]
    client = site.signed_in(AUTHOR)
    page = seen(client.get("/proposals"))
    assert re.search(r"In the court of [^<]*Harbour Analytics[^<]* since <time", page)
    assert 'href="/reports/proposals.csv"' in page
    assert "In the court of" in seen(client.get("/proposals?view=board"))
    assert "In the court of" in seen(client.get("/"))
    page = seen(client.get(f"/proposals?court={harbour}"))
    assert "Another" not in page
    assert f'value="{harbour}" selected' in page
    assert "No proposal fits" in seen(client.get(f"/proposals?court={rival}"))
    rows = lines_of(client.get(f"/reports/proposals.csv?court={harbour}"))
    assert len(rows) == 2
    assert "Signer Of Harbour" in rows[1][5]
    assert rows[1][6] == "2026-03-02 09:00"
    assert rows[1][8]


def test_the_route_says_when_it_may_be_through(site: Site) -> None:
    with site.world() as world:
        proposal = world.complete_draft()
    client = site.signed_in(AUTHOR)
    assert "It would be through about" in seen(client.get(f"/proposals/{proposal}/route"))
    with site.world() as world:
        world.submit(proposal)
    assert "It may be through about" in seen(client.get(f"/proposals/{proposal}/route"))


def test_days_are_said_shortly() -> None:
    assert [days_words(days) for days in (None, 0, 3, 2.5, 2.04)] == ["", "0", "3", "2.5", "2"]
