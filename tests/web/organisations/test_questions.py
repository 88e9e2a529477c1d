"""The pages on which an organisation writes its own questions, and where authors meet them."""

import pytest

from cowork.domain.ids import ProposalId
from cowork.services import questions
from cowork.web.organisations.question_forms import TYPE_WORDS
from tests.services.test_questions import add, publish
from tests.web.conftest import Site, seen
from tests.web.organisations.test_organisation import ADMIN, AUTHOR, STRANGER, house_of
from tests.web.posting import form_of

BASIC = {"section": "need", "label": "Cost centre", "type": "text", "owner": "university", "lane": "shared", "seen": "0"}


def post(site: Site, key: str = "new", **more: str) -> str:
    """The address after a question was saved."""
    client, house = site.signed_in(ADMIN), house_of(site)
    answer = client.post(f"{house}/questions/{key}", data={**BASIC, **more})
    assert answer.status_code == 303, seen(answer, answer.status_code)
    return str(answer.headers["Location"])


def draft(site: Site) -> ProposalId:
    with site.world() as world:
        return world.draft()


def test_an_administrator_writes_a_question_publishes_it_and_authors_answer_it(site: Site) -> None:
    client, house = site.signed_in(ADMIN), house_of(site)
    assert "No questions of your own" in seen(client.get(f"{house}/questions"))
    seen(client.get(f"{house}/questions/new"))
    post(site, guidance="Four digits.", required="y")
    page = seen(client.get(f"{house}/questions"))
    assert "Not published yet" in page
    assert "Four digits." in page
    assert "No questions of your own" in seen(site.signed_in(AUTHOR).get(f"{house}/questions"))
    assert "Cost centre" in seen(client.get(f"{house}/questions-publish"))
    assert client.post(f"{house}/questions-publish", data={"seen": "1"}).status_code == 303
    assert "Cost centre" in seen(site.signed_in(AUTHOR).get(f"{house}/questions"))
    section = seen(site.signed_in(AUTHOR).get(f"/proposals/{draft(site)}/draft/need"))
    assert "Asked by Northfield University" in section
    assert "Four digits." in section


@pytest.mark.parametrize("kind", TYPE_WORDS)
def test_every_kind_of_answer_is_written_by_form_and_read_back(site: Site, kind: str) -> None:
    more = {
        "choice": {"options": "First\nSecond"}, "choices": {"codelist": "iso639-1"},
        "integer": {"minimum": "1", "maximum": "9", "unit": "EUR"},
        "rows": {"columns-0-label": "Name", "columns-0-type": "choice", "columns-0-options": "Ada\nBen", "columns-1-label": "Task",
                 "columns-1-type": "links", "columns-1-refers": "outcomes.items"},
    }.get(kind, {})  # fmt: skip
    post(site, type=kind, **more)
    client, house = site.signed_in(ADMIN), house_of(site)
    key = seen(client.get(f"{house}/questions")).split(f"{house}/questions/q")[1].split('"')[0].split("/")[0]
    page = client.get(f"{house}/questions/q{key}")
    html = seen(page)
    sent = form_of(html, f"{house}/questions/q{key}")
    assert client.post(f"{house}/questions/q{key}", data=sent).status_code == 303
    assert "says the same as what is published" not in seen(client.get(f"{house}/questions"))


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"label": " "}, "Write the question."),
        ({"section": "nowhere"}, "Choose the section that asks it."),
        ({"type": "choice"}, "Write the answers to choose from"),
        ({"type": "rows"}, "Name at least one column."),
        ({"type": "integer", "minimum": "many"}, "Write a number in digits"),
        ({"type": "integer", "minimum": "9", "maximum": "1"}, "not below the smallest"),
        ({"lane": "university", "required": "y"}, "a private answer cannot be asked"),
        ({"lane": "university", "owner": "employer"}, "Let your own side answer it"),
        ({"tests-0-fact": "legal.exclusivity", "tests-0-operator": "is", "tests-0-value": "perhaps"}, "Write yes or no."),
        ({"tests-0-fact": "identity.credit_bearing", "tests-0-operator": "is", "tests-0-value": "x"}, "one of its answers: Credit-bearing"),
    ],
)
def test_what_cannot_be_asked_is_explained_and_nothing_typed_is_lost(site: Site, more: dict[str, str], words: str) -> None:
    client, house = site.signed_in(ADMIN), house_of(site)
    page = seen(client.post(f"{house}/questions/new", data={**BASIC, "guidance": "Kept as typed.", **more}), 422)
    assert words in page
    assert "Kept as typed." in page


def test_a_condition_is_told_in_words(site: Site) -> None:
    post(site, **{"tests-0-fact": "identity.credit_bearing", "tests-0-operator": "is", "tests-0-value": "Credit-bearing"})
    client, house = site.signed_in(ADMIN), house_of(site)
    assert "Asked when “Credit” is “Credit-bearing”." in seen(client.get(f"{house}/questions"))


def test_a_stale_form_changes_nothing(site: Site) -> None:
    post(site)
    client, house = site.signed_in(ADMIN), house_of(site)
    seen(client.post(f"{house}/questions/new", data=BASIC), 409)
    seen(client.post(f"{house}/questions-publish", data={"seen": "5"}), 409)


def test_an_answer_that_is_reworded_keeps_what_was_answered(site: Site) -> None:
    post(site, type="choice", options="First\nSecond")
    client, house = site.signed_in(ADMIN), house_of(site)
    key = "q" + seen(client.get(f"{house}/questions")).split(f"{house}/questions/q")[1].split('"')[0].split("/")[0]
    post(site, key, type="choice", options="First of all\nSecond", seen="1")
    with site.world() as world:
        table = questions.page(world.context, world.actor(ADMIN), world.organisations["northfield"]).tables[0]
    assert table["options"] == [["first", "First of all"], ["second", "Second"]]


def test_the_review_says_who_asks_a_question(site: Site) -> None:
    with site.world() as world:
        key = add(world, label="Cost centre")
        publish(world)
        proposal = world.draft()
        html = seen(site.signed_in("author@northfield.example").get(f"/proposals/{proposal}/review"))
        assert "Asked by Northfield University" not in html, "what nobody answered is listed by its name alone"
        world.save("author@northfield.example", proposal, "need", **{key: "4711"})
    assert "Asked by Northfield University" in seen(site.signed_in("author@northfield.example").get(f"/proposals/{proposal}/review"))


def test_a_draft_is_offered_the_newest_questions(site: Site) -> None:
    proposal = draft(site)
    post(site)
    house = house_of(site)
    site.signed_in(ADMIN).post(f"{house}/questions-publish", data={"seen": "1"})
    client = site.signed_in(AUTHOR)
    assert "1 question has changed since this proposal began" in seen(client.get(f"/proposals/{proposal}/draft"))
    page = seen(client.get(f"/proposals/{proposal}/questions"))
    assert "Cost centre" in page
    answer = client.post(f"/proposals/{proposal}/questions", data=form_of(page, f"/proposals/{proposal}/questions"))
    assert answer.status_code == 303
    assert "Asked by Northfield University" in seen(client.get(f"/proposals/{proposal}/draft/need"))
    assert client.get(f"/proposals/{proposal}/questions").status_code == 303


def test_strangers_find_no_questions(site: Site) -> None:
    seen(site.signed_in(STRANGER).get(f"{house_of(site)}/questions"), 404)
