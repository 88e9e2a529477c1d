"""Templates: who finds, reads, starts from and changes which; versions; retiring; what is taken from a proposal."""

from dataclasses import replace

import pytest

from cowork.domain.errors import Conflict, Invalid, NotFound, Refused
from cowork.domain.identity import Actor
from cowork.domain.ids import OrganisationId, TemplateId
from cowork.domain.templates import Details, Reach
from cowork.services import audit, specifications, starting, templates
from cowork.services.proposals import StartCommand
from cowork.services.templates import SaveAsCommand
from tests.world import World

OWNER, ADMIN = "author@harbour.example", "admin@harbour.example"
UNIVERSITY, OTHER, RIVAL = "author@northfield.example", "admin@southgate.example", "admin@rival.example"
DETAILS = Details("Machine learning, Harbour’s way", "machine-learning", "For our partners.", "Begin with the need.")


def made(world: World, who: str = ADMIN, source: str = "machine-learning") -> TemplateId:
    actor = world.actor(who)
    owner = next(iter(actor.memberships))
    return templates.create(world.context, actor, owner, DETAILS, source)


def published(world: World, reach: Reach = Reach.UNIVERSITIES, *given: str) -> TemplateId:
    key, admin = made(world), world.actor(ADMIN)
    templates.publish(world.context, admin, key, 1, "First")
    templates.give(world.context, admin, key, reach, frozenset(world.organisations[slug] for slug in given))
    return key


def finds(world: World, who: str, key: TemplateId) -> bool:
    found = templates.listing(world.context, world.actor(who))
    listed = any(line.template == key for line in (*found.own, *found.given))
    try:
        templates.page(world.context, world.actor(who), key)
    except NotFound:
        assert not listed, "what is listed can be read"
        return False
    assert listed, "what can be read is listed"
    return True


def command(actor: Actor, organisation: OrganisationId, partner: OrganisationId, world: World) -> StartCommand:
    return StartCommand("Started from a template", organisation, (partner,), world.workflow())


def start(world: World, key: str, who: str = UNIVERSITY) -> str:
    actor = world.actor(who)
    own = next(iter(actor.memberships))
    partner = world.organisations["harbour"]
    return starting.start(world.context, actor, command(actor, own, partner, world), f"template:{key}", shown=True)


def test_an_unpublished_template_is_its_owners_alone(world: World) -> None:
    key = made(world)
    assert [finds(world, who, key) for who in (ADMIN, OWNER, UNIVERSITY, OTHER, RIVAL)] == [True, True, False, False, False]
    with pytest.raises(NotFound):
        start(world, key)
    with pytest.raises(Invalid, match="not published"):
        starting.source(world.context, world.actor(OWNER), f"template:{key}")


@pytest.mark.parametrize(
    ("reach", "given", "expected"),
    [
        (Reach.OWN, (), (True, False, False, False)),
        (Reach.CHOSEN, ("northfield",), (True, True, False, False)),
        (Reach.UNIVERSITIES, (), (True, True, True, False)),
    ],
)
def test_a_published_template_is_found_by_those_it_is_given_to(
    world: World, reach: Reach, given: tuple[str, ...], expected: tuple[bool, ...]
) -> None:
    key = published(world, reach, *given)
    assert tuple(finds(world, who, key) for who in (OWNER, UNIVERSITY, OTHER, RIVAL)) == expected


def test_a_retired_template_is_gone_for_others_and_stays_with_its_owner(world: World) -> None:
    key = published(world)
    start(world, key)
    templates.retire(world.context, world.actor(ADMIN), key, True)
    assert [finds(world, who, key) for who in (OWNER, UNIVERSITY)] == [True, False]
    with pytest.raises(NotFound):
        start(world, key)
    with pytest.raises(Invalid, match="retired"):
        starting.source(world.context, world.actor(OWNER), f"template:{key}")
    templates.retire(world.context, world.actor(ADMIN), key, False)
    assert finds(world, UNIVERSITY, key)


def test_others_read_what_was_published_and_not_what_is_being_worked_on(world: World) -> None:
    key, admin = published(world), world.actor(ADMIN)
    saves = templates.sheet(world.context, admin, key).state.saves
    templates.save_section(world.context, admin, key, saves, "need", {"problem": "CANARY not yet"})
    templates.save_details(world.context, admin, key, saves + 1, replace(DETAILS, title="CANARY title"))
    shown = templates.page(world.context, world.actor(UNIVERSITY), key)
    assert "CANARY" not in str(shown.content) + str(shown.details)
    assert (shown.versions[0].number, shown.adoptions, shown.given_to) == (1, (), ())
    assert templates.publish(world.context, admin, key, saves + 2, "") == 2
    assert "CANARY" in str(templates.page(world.context, world.actor(UNIVERSITY), key).content)


@pytest.mark.parametrize("who", [UNIVERSITY, OTHER, RIVAL, OWNER])
def test_nobody_but_its_maker_and_administrators_changes_a_template(world: World, who: str) -> None:
    key, actor = published(world), world.actor(who)
    refused = NotFound if who == RIVAL else Refused
    for act in (
        lambda: templates.sheet(world.context, actor, key),
        lambda: templates.save_section(world.context, actor, key, 1, "need", {"problem": "x"}),
        lambda: templates.save_details(world.context, actor, key, 1, DETAILS),
        lambda: templates.publish(world.context, actor, key, 1, ""),
        lambda: templates.give(world.context, actor, key, Reach.OWN, frozenset()),
        lambda: templates.retire(world.context, actor, key, True),
    ):
        with pytest.raises(refused):
            act()


def test_its_maker_writes_it_and_an_administrator_gives_it_away(world: World) -> None:
    key, maker = made(world, OWNER), world.actor(OWNER)
    templates.save_section(world.context, maker, key, 1, "need", {"problem": "Ours."})
    with pytest.raises(Conflict):
        templates.save_section(world.context, maker, key, 1, "need", {"problem": "Stale."})
    templates.publish(world.context, maker, key, 2, "")
    with pytest.raises(Refused):
        templates.give(world.context, maker, key, Reach.UNIVERSITIES, frozenset())
    templates.give(world.context, world.actor(ADMIN), key, Reach.UNIVERSITIES, frozenset())
    with pytest.raises(Invalid):
        templates.give(world.context, world.actor(ADMIN), key, Reach.CHOSEN, frozenset())
    with pytest.raises(Invalid):
        templates.give(world.context, world.actor(ADMIN), key, Reach.CHOSEN, frozenset({OrganisationId("nobody")}))


def test_private_answers_and_signatures_never_enter_a_template(world: World) -> None:
    key, maker = made(world, OWNER, ""), world.actor(OWNER)
    answers = {"internal_note": "CANARY", "demand": [{"organisation": "CANARY"}], "recognition": ["interview"]}
    templates.save_section(world.context, maker, key, 1, "employer_statements", answers)
    assert "CANARY" not in str(templates.sheet(world.context, maker, key).content)
    with pytest.raises(Invalid):
        templates.publish(world.context, maker, made(world, OWNER, ""), 1, "")


def test_a_proposal_is_saved_as_a_template_without_what_is_private_and_for_its_parties_alone(world: World) -> None:
    proposal, author = world.complete_draft(), world.actor(UNIVERSITY)
    world.save("author@harbour.example", proposal, "employer_statements", internal_note="CANARY of Harbour")
    world.save(UNIVERSITY, proposal, "legal", university_note="CANARY of Northfield")
    northfield = world.organisations["northfield"]
    ask = SaveAsCommand(northfield, DETAILS, frozenset({"need", "outcomes", "employer_statements", "legal"}), True)
    key = templates.save_as(world.context, author, proposal, ask)
    content = templates.page(world.context, author, key).content
    assert "CANARY" not in str(content)
    assert set(content) <= {"need", "outcomes", "employer_statements", "legal"}
    assert "demand" not in content.get("employer_statements", {})
    assert [finds(world, who, key) for who in (OWNER, OTHER, RIVAL)] == [True, False, False]
    admin = world.actor("admin@northfield.example")
    for reach, given in ((Reach.UNIVERSITIES, frozenset[OrganisationId]()), (Reach.CHOSEN, frozenset({world.organisations["southgate"]}))):
        with pytest.raises(Invalid, match="parties only"):
            templates.give(world.context, admin, key, reach, given)
    copy = templates.create(world.context, author, northfield, DETAILS, key)
    with pytest.raises(Invalid, match="parties only"):
        templates.give(world.context, admin, copy, Reach.CHOSEN, frozenset({world.organisations["southgate"]}))


def test_only_authors_save_a_proposal_as_a_template_and_only_for_their_own_party(world: World) -> None:
    proposal = world.complete_draft()
    ask = SaveAsCommand(world.organisations["northfield"], DETAILS, frozenset({"need"}), False)
    for who, refused in (("admin@northfield.example", Refused), (RIVAL, NotFound), ("author@harbour.example", Invalid)):
        with pytest.raises(refused):
            templates.save_as(world.context, world.actor(who), proposal, ask)
    with pytest.raises(Invalid):
        templates.save_as(world.context, world.actor(UNIVERSITY), proposal, replace(ask, sections=frozenset()))


def test_starting_takes_the_answers_and_remembers_where_they_are_from(world: World) -> None:
    key = published(world)
    proposal = start(world, key)
    draft = specifications.draft(world.context, world.actor(UNIVERSITY), proposal)  # type: ignore[arg-type]
    assert draft.content["identity"]["title"] == "Started from a template"
    assert len(draft.content["outcomes"]["items"]) == 5  # type: ignore[arg-type]
    view = starting.origin(world.context, world.actor(UNIVERSITY), proposal)  # type: ignore[arg-type]
    assert view is not None
    assert (view.title, view.owner, view.origin.version, view.newer) == (DETAILS.title, "Harbour Analytics", 1, 0)
    told = templates.page(world.context, world.actor(OWNER), key).adoptions
    assert [(one.organisation, one.version) for one in told] == [("Northfield University", 1)]
    assert audit.verify(world.context).faults == ()


def test_the_owner_learns_of_nobody_who_does_not_let_them_know(world: World) -> None:
    key, actor = published(world), world.actor(OTHER)
    ask = command(actor, world.organisations["southgate"], world.organisations["rival"], world)
    starting.start(world.context, actor, ask, f"template:{key}", shown=False)
    assert templates.page(world.context, world.actor(OWNER), key).adoptions == ()


@pytest.mark.parametrize("name", ["template:nothing", "template:", "proposal:nothing", "programme:nothing", "other:x", "x"])
def test_a_source_that_does_not_exist_is_not_found(world: World, name: str) -> None:
    with pytest.raises(NotFound):
        starting.source(world.context, world.actor(UNIVERSITY), name)


def test_search_finds_by_words_field_and_owner(world: World) -> None:
    published(world)
    actor = world.actor(UNIVERSITY)
    assert len(templates.listing(world.context, actor, "harbour").given) == 1
    assert templates.listing(world.context, actor, "telehealth").given == ()
    assert [one.key for one in templates.listing(world.context, actor, "care distance").shipped] == ["telehealth"]
    assert [one.subject for one in templates.listing(world.context, actor, "", "cloud").shipped] == ["cloud"]
