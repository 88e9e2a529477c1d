"""The alignment page: what it shows to whom, tying rows, signing them, and what a change does to a signature."""

from collections.abc import Sequence
from html import unescape

import pytest
from werkzeug.datastructures import MultiDict

from cowork.domain.ids import ProposalId
from cowork.domain.proposals import Right
from cowork.services import comments, specifications
from tests.services.test_outlines import filled
from tests.services.test_section_rights import say
from tests.web.conftest import Site, seen
from tests.web.posting import form_of, words_of

UNIVERSITY, EMPLOYER, READER = "author@northfield.example", "author@harbour.example", "admin@harbour.example"


@pytest.fixture
def full(site: Site) -> ProposalId:
    with site.world() as world:
        return world.complete_draft()


@pytest.fixture
def bare(site: Site) -> ProposalId:
    with site.world() as world:
        return world.draft()


def here(proposal: ProposalId, more: str = "") -> str:
    return f"/proposals/{proposal}/alignment{more}"


def rows_of(site: Site, proposal: ProposalId, section: str, field: str) -> list[dict[str, object]]:
    with site.world() as world:
        found = specifications.draft(world.context, world.actor(UNIVERSITY), proposal).content[section][field]
    assert isinstance(found, list)
    return found


@pytest.mark.parametrize("who", [UNIVERSITY, EMPLOYER, READER])
def test_the_matrix_is_shown_to_everybody_who_reads_the_proposal(site: Site, full: ProposalId, bare: ProposalId, who: str) -> None:
    client = site.signed_in(who)
    words = words_of(seen(client.get(here(full))))
    assert "job tasks are covered from skill and evidence to assessment" in words
    assert "Not signed yet" in words
    assert "No job task is named yet" in words_of(seen(client.get(here(bare))))
    assert site.signed_in("admin@rival.example").get(here(full)).status_code == 404


def test_gaps_lead_to_where_they_are_mended(site: Site, bare: ProposalId) -> None:
    client = site.signed_in(UNIVERSITY)
    path = f"/proposals/{bare}/draft/outcomes"
    form = form_of(seen(client.get(path)), path)
    row = {"a-items-0-text": "Plan a service", "a-items-0-bloom": "create", "a-items-0-id": "", "a-items-0-Place": "0"}
    client.post(path, data={**form, **row})
    html = seen(client.get(here(bare)))
    assert "is not assessed. Tie an assessment to it." in html
    assert f'href="/proposals/{bare}/draft/assessments#a-items"' in html


RELATION, TASKS = "assessments.items.outcomes", "alignment.tasks.outcomes"


def links_form(site: Site, proposal: ProposalId, who: str = UNIVERSITY) -> MultiDict[str, str]:
    """The form of all grids that somebody may tick."""
    return form_of(seen(site.signed_in(who).get(here(proposal))), here(proposal, "/links"))


def tick(form: MultiDict[str, str], relation: str, row: object, targets: Sequence[object]) -> None:
    """Tick exactly these for one row of a grid."""
    kept = [value for value in form.getlist("link") if not value.startswith(f"{relation}/{row}/")]
    form.setlist("link", [*kept, *(f"{relation}/{row}/{target}" for target in targets)])


def test_ticks_of_a_grid_become_the_links_of_its_column_and_nothing_else(site: Site, full: ProposalId) -> None:
    client = site.signed_in(UNIVERSITY)
    before = rows_of(site, full, "assessments", "items")
    form = links_form(site, full)
    outcome = str(rows_of(site, full, "outcomes", "items")[0]["id"])
    tick(form, RELATION, before[0]["id"], [outcome])
    html = seen(client.post(here(full, "/links"), data=form, follow_redirects=True))
    assert "Saved as version 2" in html
    assert 'id="grid-assessments-items-outcomes" open' in html, "one goes on where one ticked"
    assert 'id="grid-alignment-tasks-outcomes" open' not in html
    after = rows_of(site, full, "assessments", "items")
    assert after[0] == {**before[0], "outcomes": [outcome]}
    assert after[1:] == before[1:]
    again = links_form(site, full)
    assert "Nothing changed" in seen(client.post(here(full, "/links"), data=again, follow_redirects=True))


def test_ticks_in_several_grids_are_saved_together_as_one_version(site: Site, full: ProposalId) -> None:
    form = links_form(site, full)
    outcomes = [row["id"] for row in rows_of(site, full, "outcomes", "items")]
    skills = [row["id"] for row in rows_of(site, full, "skills", "items")]
    assessment, task = (rows_of(site, full, *place)[0]["id"] for place in (("assessments", "items"), ("alignment", "tasks")))
    tick(form, RELATION, assessment, outcomes[:1])
    tick(form, TASKS, task, outcomes[-1:])
    tick(form, "alignment.tasks.skills", task, skills[:1])
    assert "Saved as version 2" in seen(site.signed_in(UNIVERSITY).post(here(full, "/links"), data=form, follow_redirects=True))
    assert rows_of(site, full, "assessments", "items")[0]["outcomes"] == outcomes[:1]
    tied = rows_of(site, full, "alignment", "tasks")[0]
    assert (tied["outcomes"], tied["skills"]) == (outcomes[-1:], skills[:1])
    words = words_of(seen(site.signed_in(UNIVERSITY).get(f"/proposals/{full}/changes")))
    assert "Tied rows: " in words


def test_ticks_of_every_grid_come_back_when_a_row_went(site: Site, full: ProposalId) -> None:
    client, form = site.signed_in(UNIVERSITY), links_form(site, full)
    outcomes = [row["id"] for row in rows_of(site, full, "outcomes", "items")]
    assessments, tasks = rows_of(site, full, "assessments", "items"), rows_of(site, full, "alignment", "tasks")
    tick(form, RELATION, assessments[0]["id"], outcomes[:1])
    tick(form, TASKS, tasks[0]["id"], outcomes[:1])
    with site.world() as world:
        world.save(UNIVERSITY, full, "assessments", items=assessments[1:])
    html = seen(client.post(here(full, "/links"), data=form), 409)
    assert "Your ticks are below" in html
    assert f'value="{TASKS}/{tasks[0]["id"]}/{outcomes[0]}" checked' in html, "what was ticked elsewhere is not lost"
    assert 'id="grid-alignment-tasks-outcomes" open' in html
    assert rows_of(site, full, "alignment", "tasks")[0]["outcomes"] == tasks[0]["outcomes"]


def test_links_that_the_other_side_owns_are_read_and_refused(site: Site, full: ProposalId) -> None:
    client = site.signed_in(EMPLOYER)
    html = seen(client.get(here(full)))
    assert f'value="{RELATION}"' not in html
    assert f'value="{TASKS}"' in html
    sent = {"relation": RELATION, "base": "1"}
    assert client.post(here(full, "/links"), data=sent).status_code == 403
    assert rows_of(site, full, "assessments", "items")[0]["outcomes"]


def test_two_who_tick_at_once_are_merged_and_a_row_that_went_is_no_surprise(site: Site, full: ProposalId) -> None:
    mine, theirs = links_form(site, full, UNIVERSITY), links_form(site, full, EMPLOYER)
    task = rows_of(site, full, "alignment", "tasks")[0]
    outcomes = [str(row["id"]) for row in rows_of(site, full, "outcomes", "items")]
    tick(mine, TASKS, task["id"], outcomes[:2])
    theirs.add("link", f"{TASKS}/{task['id']}/{outcomes[-1]}")
    seen(site.signed_in(UNIVERSITY).post(here(full, "/links"), data=mine, follow_redirects=True))
    seen(site.signed_in(EMPLOYER).post(here(full, "/links"), data=theirs, follow_redirects=True))
    found = rows_of(site, full, "alignment", "tasks")[0]["outcomes"]
    assert isinstance(found, list)
    assert {outcomes[0], outcomes[1], outcomes[-1]} <= set(found)


@pytest.mark.parametrize(
    "sent", [{}, {"base": "x"}, {"base": "1"}, {"relation": "need.evidence.title", "base": "1"}, {"relation": "x", "base": "99"}]
)
def test_odd_links_are_refused_quietly(site: Site, full: ProposalId, sent: dict[str, str]) -> None:
    assert site.signed_in(UNIVERSITY).post(here(full, "/links"), data=sent).status_code in (400, 404)
    ticks = [("link", odd) for odd in ("nope", "/", "a/b", "", "a/b/c", f"{TASKS}//", "x/y/z/w")]
    odd = MultiDict([("relation", TASKS), ("base", "1"), *ticks])
    assert site.signed_in(UNIVERSITY).post(here(full, "/links"), data=odd).status_code == 303


def sign_all(site: Site, proposal: ProposalId, who: str = EMPLOYER, only: str = "alignment.tasks") -> str:
    client = site.signed_in(who)
    html = seen(client.get(here(proposal)))
    values = [part.split('"')[0] for part in html.split('name="sign" value="')[1:]]
    data = MultiDict([("sign", value) for value in values if value.startswith(only)])
    return seen(client.post(here(proposal, "/sign"), data=data, follow_redirects=True))


def test_an_employer_signs_row_by_row_by_name(site: Site, full: ProposalId) -> None:
    words = words_of(sign_all(site, full))
    assert "Signed by Author, Harbour Analytics, version 1" in words or "Harbour Analytics, version 1" in words
    assert "You signed" in seen(site.signed_in(EMPLOYER).get("/")) or "signed" in words
    activity = words_of(seen(site.signed_in(UNIVERSITY).get(f"/proposals/{full}/activity")))
    assert "of Alignment as in demand and assessed as on the job for Harbour Analytics, on version 1" in activity


def values_of(html: str, start: str) -> list[str]:
    """What signing statements posts, as a page offers it."""
    return [value for part in html.split('name="sign" value="')[1:] if (value := part.split('"')[0]).startswith(start)]


def test_ticks_and_signatures_are_saved_together_and_what_is_signed_holds(site: Site, full: ProposalId) -> None:
    client, form = site.signed_in(EMPLOYER), links_form(site, full, EMPLOYER)
    task = rows_of(site, full, "alignment", "tasks")[0]
    outcomes = [row["id"] for row in rows_of(site, full, "outcomes", "items")]
    tick(form, TASKS, task["id"], outcomes[-1:])
    for value in values_of(seen(client.get(here(full))), f"alignment.tasks/{task['id']}"):
        form.add("sign", value)
    html = seen(client.post(here(full, "/links"), data=form, follow_redirects=True))
    assert "Saved as version 2. You signed 2 rows." in words_of(html, "body")
    assert "changed since" not in words_of(html), "the own tick does not overtake the own signature"
    assert 'id="grid-alignment-tasks-outcomes" open' in html
    assert words_of(html).count("Harbour Analytics, version 2") == 2
    assert rows_of(site, full, "alignment", "tasks")[0]["outcomes"] == outcomes[-1:]


def test_one_form_holds_all_that_a_page_can_save(site: Site, full: ProposalId) -> None:
    html = seen(site.signed_in(EMPLOYER).get(here(full)))
    form = html[html.index('id="ticks"') : html.index("</form>", html.index('id="ticks"'))]
    assert 'name="sign"' in form
    assert 'name="link"' in form
    assert form.count("button-primary") == 1
    sign_all(site, full)
    html = seen(site.signed_in(EMPLOYER).get(here(full)))
    form = html[html.index('id="ticks"') :]
    assert "take_back" not in form[: form.index("</button>")], "the enter key takes nothing back"


def test_ticks_are_kept_when_a_row_to_sign_was_changed_by_somebody_else(site: Site, full: ProposalId) -> None:
    client, form = site.signed_in(EMPLOYER), links_form(site, full, EMPLOYER)
    tasks = rows_of(site, full, "alignment", "tasks")
    outcomes = [row["id"] for row in rows_of(site, full, "outcomes", "items")]
    tick(form, TASKS, tasks[0]["id"], outcomes[-1:])
    html = seen(client.get(here(full)))
    (changed, _), (_, same) = (values_of(html, f"outcomes.items/{row}/") for row in (outcomes[0], outcomes[-2]))
    form.setlist("sign", [changed, same])
    with site.world() as world:
        items = rows_of(site, full, "outcomes", "items")
        world.save(UNIVERSITY, full, "outcomes", items=[{**items[0], "text": "Weigh another design"}, *items[1:]])
    html = seen(client.post(here(full, "/links"), data=form), 409)
    words = words_of(html)
    assert "Saved as version 3. These are your links; nothing is signed yet." in words
    assert "no longer there or changed" in words
    assert f'value="{same}" checked' in html, "what reads as it did stays ticked"
    assert len([one for one in values_of(html, "") if f'value="{one}" checked' in html]) == 1
    assert rows_of(site, full, "alignment", "tasks")[0]["outcomes"] == outcomes[-1:]
    assert "signed" not in words_of(seen(client.get(f"/proposals/{full}/activity"))).replace("signed in", "")


def test_taking_back_a_signature_keeps_what_was_ticked_beside_it(site: Site, full: ProposalId) -> None:
    sign_all(site, full)
    client, form = site.signed_in(EMPLOYER), links_form(site, full, EMPLOYER)
    html = seen(client.get(here(full)))
    tasks, outcomes = (rows_of(site, full, *place) for place in (("alignment", "tasks"), ("outcomes", "items")))
    tick(form, TASKS, tasks[0]["id"], [outcomes[-1]["id"]])
    form["take_back"] = html.split('name="take_back" value="')[1].split('"')[0]
    form.add("sign", values_of(html, "outcomes.items/")[0])
    html = seen(client.post(here(full, "/links"), data=form, follow_redirects=True))
    assert "Saved as version 2. You signed 1 row. Your signature is taken back." in words_of(html, "body")
    assert rows_of(site, full, "alignment", "tasks")[0]["outcomes"] == [outcomes[-1]["id"]]


def test_a_change_of_what_was_signed_makes_the_signature_stale_and_shows_the_difference(site: Site, full: ProposalId) -> None:
    sign_all(site, full)
    client = site.signed_in(UNIVERSITY)
    path = f"/proposals/{full}/draft/assessments"
    form = form_of(seen(client.get(path)), path)
    form["a-items-0-title"] = "Another task altogether"
    seen(client.post(path, data=form, follow_redirects=True))
    html = seen(client.get(here(full)))
    words = words_of(html)
    assert "on version 1; changed since: sign again" in words
    assert "[added: Assessment: Another task altogether" in words
    assert "[removed: Assessment: " in words
    assert "changed since: they wait to be signed again" in words
    assert "statements that you signed read otherwise now and count no more" in words_of(seen(site.signed_in(EMPLOYER).get(here(full))))
    assert "that you signed" not in words, "whoever did not sign is not addressed"
    again = words_of(sign_all(site, full))
    assert "changed since" not in again
    assert "that you signed" not in again
    assert "version 2" in again


def test_a_signature_can_be_taken_back(site: Site, full: ProposalId) -> None:
    sign_all(site, full)
    client = site.signed_in(EMPLOYER)
    key = seen(client.get(here(full))).split('name="take_back" value="')[1].split('"')[0]
    assert "is taken back" in seen(client.post(here(full, "/sign"), data={"take_back": key}, follow_redirects=True))
    assert f'name="sign" value="{key}@' in seen(client.get(here(full)))
    assert "had not signed" in seen(client.post(here(full, "/sign"), data={"take_back": key}, follow_redirects=True))


def test_what_reads_otherwise_by_now_is_not_signed_unseen(site: Site, full: ProposalId) -> None:
    client = site.signed_in(EMPLOYER)
    html = seen(client.get(here(full)))
    value = html.split('name="sign" value="')[1].split('"')[0]
    for sent in (value[:-1] + ("0" if value[-1] != "0" else "1"), "alignment.tasks/nope/in-demand@" + "0" * 64, "x", "@", "a/b@c"):
        answer = client.post(here(full, "/sign"), data={"sign": sent})
        assert "no longer there or changed" in seen(answer, 409)
    assert "Tick at least one row" in seen(client.post(here(full, "/sign"), data={}), 422)
    assert "signed" not in words_of(seen(client.get(f"/proposals/{full}/activity")))


@pytest.mark.parametrize("who", [UNIVERSITY, READER])
def test_others_do_not_sign(site: Site, full: ProposalId, who: str) -> None:
    client = site.signed_in(who)
    assert 'name="sign"' not in seen(client.get(here(full)))
    assert client.post(here(full, "/sign"), data={"sign": "x"}).status_code == 403


def test_the_employers_are_asked_to_sign(site: Site, full: ProposalId) -> None:
    client = site.signed_in(UNIVERSITY)
    assert "are asked to sign" in seen(client.post(here(full, "/ask"), data={}, follow_redirects=True))
    assert "asked the employers to sign" in words_of(seen(client.get(f"/proposals/{full}/activity")))


def test_a_draft_with_many_gaps_leads_to_all_of_them(site: Site, bare: ProposalId) -> None:
    with site.world() as world:
        items = [{"id": f"o{n}", "text": f"Plan a service of kind {n}", "bloom": "create"} for n in range(4)]
        world.save(UNIVERSITY, bare, "outcomes", items=items)
    html = seen(site.signed_in(UNIVERSITY).get(f"/proposals/{bare}/draft"))
    assert f'<a href="{here(bare)}">See the alignment</a>' in html


def test_an_outline_has_no_alignment_and_nothing_in_it_leads_nowhere(site: Site) -> None:
    with site.world() as world:
        proposal = filled(world)
    client = site.signed_in(UNIVERSITY)
    for page in ("draft", "draft/outcomes", "review", "route", "people"):
        html = seen(client.get(f"/proposals/{proposal}/{page}"))
        assert f"/proposals/{proposal}/alignment" not in html
        assert "Gaps in the alignment" not in html
    html = seen(client.get(here(proposal)))
    assert "The outline asks for no job tasks yet" in words_of(html)
    assert "not taught in any module" not in html
    assert "The other side writes these links" not in html
    assert "/draft/" not in html
    links = {"relation": "alignment.tasks.outcomes", "base": "1"}
    assert client.post(here(proposal, "/links"), data=links).status_code == 404


def links_of(html: str, proposal: ProposalId) -> list[str]:
    """The addresses to which rows of the page lead, and those at which they are commented on."""
    main = html.split("<main", 1)[1]
    found = [unescape(part.split('"', 1)[0]) for part in main.split('href="')[1:]]
    return [link for link in found if link.startswith((f"/proposals/{proposal}/draft/", f"/proposals/{proposal}/review")) and "#" in link]


def test_in_review_every_row_and_column_leads_to_its_place_in_the_text(site: Site, full: ProposalId) -> None:
    with site.world() as world:
        world.submit(full)
    client = site.signed_in(READER)
    html = seen(client.get(here(full)))
    review = seen(client.get(f"/proposals/{full}/review"))
    places = {link.partition("#")[2] for link in links_of(html, full) if link.startswith(f"/proposals/{full}/review#")}
    assert {"row-outcomes-items-1", "row-assessments-items-1", "row-need-evidence-1", "row-alignment-tasks-1"} <= places
    assert all(f'id="{place}"' in review for place in places)
    grid = html[html.index('id="grid-alignment-tasks-evidence"') :]
    assert grid.index("#row-need-evidence-1") < grid.index("</details>"), "the head of a column is a link too"


def test_while_it_is_written_a_row_leads_to_its_form(site: Site, full: ProposalId) -> None:
    client = site.signed_in(UNIVERSITY)
    assert f"/proposals/{full}/draft/outcomes#a-items-0" in links_of(seen(client.get(here(full))), full)
    assert 'id="a-items-0"' in seen(client.get(f"/proposals/{full}/draft/outcomes"))


def test_a_row_is_commented_on_from_the_alignment(site: Site, full: ProposalId) -> None:
    with site.world() as world:
        world.submit(full)
    client = site.signed_in(EMPLOYER)
    evidence = rows_of(site, full, "need", "evidence")[0]
    links = [link for link in links_of(seen(client.get(here(full))), full) if f"need.evidence.{evidence['id']}" in link]
    html = seen(client.get(links[0].partition("#")[0]))
    form = form_of(html[html.index('id="new-need"') :], f"/proposals/{full}/threads")
    assert (form["field"], form["row"], form["quote"]) == ("evidence", evidence["id"], evidence["title"])
    seen(client.post(f"/proposals/{full}/threads", data={**form, "body": "Which year is this?"}, follow_redirects=True))
    with site.world() as world:
        thread = comments.threads(world.context, world.actor(EMPLOYER), full)[-1]
    assert (thread.section, thread.field, thread.row, thread.column) == ("need", "evidence", evidence["id"], "title")


def test_a_comment_is_offered_only_where_one_may_comment(site: Site, full: ProposalId) -> None:
    client = site.signed_in(UNIVERSITY)
    assert "comment=need.evidence" in seen(client.get(here(full)))
    with site.world() as world:
        say(world, "admin@northfield.example", full, "need", UNIVERSITY, Right.READ)
    html = seen(client.get(here(full)))
    assert "comment=need.evidence" not in html
    assert "comment=outcomes.items" in html
