"""The draft pages: the overview, sections as forms, their buttons, saving, and what a foreign or odd request gets."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from cowork.domain.ids import ProposalId
from cowork.domain.specifications import forms
from cowork.services import specifications
from cowork.web.specifications import forms as section_forms
from cowork.web.specifications.forms import HeldForm
from tests import earlier
from tests.web.conftest import Site, seen
from tests.web.posting import form_of, words_of

UNIVERSITY, EMPLOYER = "author@northfield.example", "author@harbour.example"
SECTIONS = [section.key for section in forms.shipped().sections]


@pytest.fixture
def proposal(site: Site) -> ProposalId:
    with site.world() as world:
        return world.draft()


@pytest.fixture
def full(site: Site) -> ProposalId:
    with site.world() as world:
        return world.complete_draft()


def path(proposal: ProposalId, section: str = "") -> str:
    return f"/proposals/{proposal}/draft/{section}".rstrip("/")


def content(site: Site, proposal: ProposalId, section: str, who: str = UNIVERSITY) -> dict[str, object]:
    with site.world() as world:
        return dict(specifications.draft(world.context, world.actor(who), proposal).content.get(section, {}))


def version(site: Site, proposal: ProposalId) -> int:
    with site.world() as world:
        return specifications.draft(world.context, world.actor(UNIVERSITY), proposal).version.number


def test_the_overview_says_what_is_missing_and_who_writes_it(site: Site, proposal: ProposalId) -> None:
    words = words_of(seen(site.signed_in(UNIVERSITY).get(path(proposal))))
    assert "of 18 complete" in words
    assert "The employer writes it" in words
    assert "Framework checks" in words
    assert "“Badge title” is not answered yet." in words


@pytest.mark.parametrize("section", SECTIONS)
@pytest.mark.parametrize("who", [UNIVERSITY, EMPLOYER])
def test_every_section_is_shown_to_both_sides_empty_and_complete(
    site: Site, proposal: ProposalId, full: ProposalId, section: str, who: str
) -> None:
    client = site.signed_in(who)
    seen(client.get(path(proposal, section)))
    seen(client.get(path(full, section)))


@pytest.mark.parametrize("section", [key for key in SECTIONS if key != "employer_statements"])
def test_saving_a_page_as_it_is_changes_nothing(site: Site, full: ProposalId, section: str) -> None:
    client = site.signed_in(UNIVERSITY)
    html = seen(client.get(path(full, section)))
    answer = client.post(path(full, section), data=form_of(html, path(full, section)), follow_redirects=True)
    assert "Nothing changed" in seen(answer)
    assert version(site, full) == 1


def test_a_save_makes_a_version_and_goes_on_to_the_next_section(site: Site, proposal: ProposalId) -> None:
    client = site.signed_in(UNIVERSITY)
    data = form_of(seen(client.get(path(proposal, "identity"))), path(proposal, "identity"))
    data["a-badge_title"] = "ML for analysts"
    data["note"] = "First words"
    data["then"] = "next"
    answer = client.post(path(proposal, "identity"), data=data)
    assert (answer.status_code, answer.headers["Location"]) == (303, path(proposal, "parties"))
    assert "Saved as version 2" in seen(client.get(path(proposal, "parties")))
    assert content(site, proposal, "identity")["badge_title"] == "ML for analysts"
    assert "First words" in seen(client.get(f"/proposals/{proposal}/changes"))


def press(client: FlaskClient, proposal: ProposalId, section: str, html: str, button: str, **more: str) -> str:
    data = form_of(html, path(proposal, section))
    for name, value in more.items():
        data[name] = value
    data["row"] = button
    return seen(client.post(path(proposal, section), data=data))


def test_rows_are_added_moved_and_removed_without_losing_what_was_typed(site: Site, proposal: ProposalId) -> None:
    client = site.signed_in(UNIVERSITY)
    html = seen(client.get(path(proposal, "outcomes")))
    html = press(client, proposal, "outcomes", html, "add:items")
    html = press(client, proposal, "outcomes", html, "add:items", **{"a-items-0-text": "Evaluate models"})
    html = press(client, proposal, "outcomes", html, "up:items:1", **{"a-items-1-text": "Understand <b>data</b>"})
    assert version(site, proposal) == 1
    held = form_of(html, path(proposal, "outcomes"))
    assert (held["a-items-0-text"], held["a-items-1-text"]) == ("Understand <b>data</b>", "Evaluate models")
    assert 'id="a-items-0" tabindex="-1" autofocus' in html
    assert "“Understand” cannot be observed" in html
    html = press(client, proposal, "outcomes", html, "remove:items:0")
    answer = client.post(path(proposal, "outcomes"), data=form_of(html, path(proposal, "outcomes")))
    assert answer.status_code == 303
    items = content(site, proposal, "outcomes")["items"]
    assert isinstance(items, list)
    assert [row["text"] for row in items] == ["Evaluate models"]
    assert re.fullmatch(r"[a-z0-9]{1,16}", items[0]["id"])


def test_wrong_answers_stay_as_they_were_typed_with_a_message_at_the_field(site: Site, full: ProposalId) -> None:
    client = site.signed_in(UNIVERSITY)
    data = form_of(seen(client.get(path(full, "quality"))), path(full, "quality"))
    data["a-next_review"], data["a-review_months"], data["a-body"] = "next spring", "twelve", "A new body"
    html = seen(client.post(path(full, "quality"), data=data), 422)
    again = form_of(html, path(full, "quality"))
    assert (again["a-next_review"], again["a-review_months"], again["a-body"]) == ("next spring", "twelve", "A new body")
    assert 'href="#a-next_review"' in html
    assert 'href="#a-review_months"' in html
    assert version(site, full) == 1


def test_a_wrong_answer_in_a_row_is_marked_in_that_row(site: Site, full: ProposalId) -> None:
    client = site.signed_in(UNIVERSITY)
    data = form_of(seen(client.get(path(full, "modules"))), path(full, "modules"))
    data["a-items-1-hours"] = "ten"
    html = seen(client.post(path(full, "modules"), data=data), 422)
    assert 'href="#a-items-1-hours"' in html


def test_questions_of_the_other_side_are_read_and_cannot_be_written(site: Site, full: ProposalId) -> None:
    client = site.signed_in(EMPLOYER)
    html = seen(client.get(path(full, "identity")))
    assert "Written by the university." in html
    data = form_of(html, path(full, "identity"))
    assert "a-level" not in data
    data["a-level"], data["asked"] = "1", "level"
    client.post(path(full, "identity"), data=data)
    assert content(site, full, "identity")["level"] != "1"
    assert "The university writes it" in seen(client.get(path(full, "workload")))
    assert client.post(path(full, "workload"), data={"base": "1", "a-total_hours": "1"}).status_code == 403


def test_a_private_question_is_on_its_own_sides_page_only(site: Site, full: ProposalId) -> None:
    assert "Note of the employer" in seen(site.signed_in(EMPLOYER).get(path(full, "legal")))
    assert "Note of the employer" not in seen(site.signed_in(UNIVERSITY).get(path(full, "legal")))


def test_the_university_cannot_confirm_a_task_for_the_employer(site: Site) -> None:
    with earlier.in_use(), site.world() as world:
        older = world.complete_draft()
        tasks = specifications.draft(world.context, world.actor(EMPLOYER), older).content["alignment"]["tasks"]
        assert isinstance(tasks, list)
        world.save(EMPLOYER, older, "alignment", tasks=[{**row, "confirmed": True} for row in tasks if isinstance(row, dict)])
    client = site.signed_in(UNIVERSITY)
    data = form_of(seen(client.get(path(older, "alignment"))), path(older, "alignment"))
    assert not any(name.endswith("-confirmed") for name in data)
    data["a-tasks-0-task"], data["a-tasks-0-confirmed"] = "Another task", "no"
    client.post(path(older, "alignment"), data=data)
    after = content(site, older, "alignment")["tasks"]
    assert isinstance(after, list)
    assert after[0]["task"] == "Another task"
    assert [row.get("confirmed") for row in after] == [True] * len(after)


def test_questions_that_depend_on_this_page_say_when_to_answer_them(site: Site, proposal: ProposalId) -> None:
    html = seen(site.signed_in(UNIVERSITY).get(path(proposal, "legal")))
    assert "Answer this when “Is the offer exclusive to the partner?” is “Yes”." in html
    words = words_of(seen(site.signed_in(UNIVERSITY).get(path(proposal, "workload"))))
    assert "not asked, because of answers elsewhere" in words


def test_what_was_not_on_the_page_is_not_touched(site: Site, full: ProposalId) -> None:
    before = content(site, full, "identity")
    client = site.signed_in(UNIVERSITY)
    client.post(path(full, "identity"), data={"base": "1", "a-badge_title": "Short"})
    assert content(site, full, "identity") == {**before, "badge_title": "Short"}


def test_in_review_the_text_is_locked_and_what_was_typed_is_kept_on_the_page(site: Site, full: ProposalId) -> None:
    with site.world() as world:
        world.submit(full)
    client = site.signed_in(UNIVERSITY)
    assert "locked while it is in review" in seen(client.get(path(full, "identity")))
    html = seen(client.post(path(full, "identity"), data={"base": "1", "a-badge_title": "Typed in vain"}), 403)
    assert "Typed in vain" in html


def test_foreign_unknown_and_odd_addresses_are_not_found(site: Site, proposal: ProposalId) -> None:
    outsider, author = site.signed_in("admin@rival.example"), site.signed_in(UNIVERSITY)
    for address in (path(proposal), path(proposal, "identity"), f"/proposals/{proposal}/checks", f"/proposals/{proposal}/changes"):
        assert outsider.get(address).status_code == 404
    assert outsider.post(path(proposal, "identity"), data={"base": "1"}).status_code == 404
    for section in ("nothing", "x" * 300, "ident%20ity"):
        seen(author.get(path(proposal, section)), 404)
        assert author.post(path(proposal, section), data={"base": "1"}).status_code == 404


@pytest.mark.parametrize("base", ["", "0", "-1", "1.5", "²", "9" * 30, "abc", "\x00"])
def test_an_odd_version_is_a_bad_request(site: Site, proposal: ProposalId, base: str) -> None:
    assert site.signed_in(UNIVERSITY).post(path(proposal, "identity"), data={"base": base, "a-code": "x"}).status_code == 400


@pytest.mark.parametrize("row", ["", "add", "add:nothing", "remove:items:x", "up:items:²", "x" * 5000])
def test_an_odd_button_is_a_bad_request(site: Site, proposal: ProposalId, row: str) -> None:
    assert site.signed_in(UNIVERSITY).post(path(proposal, "outcomes"), data={"base": "1", "row": row}).status_code == 400


def test_odd_posts_never_break_the_page(site: Site, proposal: ProposalId) -> None:
    client = site.signed_in(UNIVERSITY)
    odd = (
        {"a-items-²-text": "x"}, {"a-items-99999999999999999999-text": "x"}, {"a-items": "x"},
        {"a-items-0-id": "ÄÖ; DROP", "a-items-0-text": "x"},
        {"a-items-0-bloom": "no such level"}, {"a-items-0-text": "\x00\x07"}, {"a-items-0-text": "x" * 20_000}, {"asked": "nothing"},
    )  # fmt: skip
    for data in odd:
        assert client.post(path(proposal, "outcomes"), data={"base": "1", **data}).status_code in (303, 400, 404, 409, 422), data
    many = {f"a-items-{n}-text": f"text {n}" for n in range(500)}
    seen(client.post(path(proposal, "outcomes"), data={"base": "1", **many}), 422)


def test_more_rows_than_fit_are_refused_before_a_form_is_made_of_them(
    site: Site, full: ProposalId, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = site.signed_in(UNIVERSITY)
    made = section_forms.section_form

    def of_kept_answers(*given: Any, **more: Any) -> HeldForm:
        assert "posted" not in more, "a form is made of what was posted"
        return made(*given, **more)

    monkeypatch.setattr(section_forms, "section_form", of_kept_answers)
    data = {"base": "1", "asked": "items", **{f"a-items-{number}-text": "x" for number in range(3_000)}}
    answer = client.post(path(full, "outcomes"), data=data)
    assert answer.status_code == 422
    assert "too many entries" in words_of(answer.text)


def test_a_version_that_does_not_exist_is_not_found(site: Site, proposal: ProposalId) -> None:
    assert site.signed_in(UNIVERSITY).post(path(proposal, "identity"), data={"base": "7", "a-code": "x"}).status_code == 404


def test_the_checks_name_every_framework_and_link_to_the_answers(site: Site, full: ProposalId) -> None:
    html = seen(site.signed_in(UNIVERSITY).get(f"/proposals/{full}/checks"))
    assert "Not claimed" in html
    assert f"{path(full, 'identity')}#a-title" in html
