"""The workflows of an organisation: drafts, versions, who may see and use them, and the record of it all."""

import json
from dataclasses import replace

import pytest

from cowork.domain.errors import Conflict, Invalid, NotFound, Refused
from cowork.domain.ids import Digest, OrganisationId, ProposalId
from cowork.domain.toml import dumps
from cowork.domain.workflows import drafting, loading
from cowork.domain.workflows.progress import StageStanding
from cowork.services import audit, migrating, proposals, reviews, workflow_drafts, workflow_trials, workflows
from cowork.services.proposals import StartCommand
from cowork.services.workflow_drafts import DraftPage, StaleDraft
from cowork.store import audit as chain
from cowork.store import unit
from tests.services.test_chains import submitted
from tests.world import World

ADMIN, AUTHOR, RIVAL, PARTNER = "admin@northfield.example", "author@northfield.example", "admin@rival.example", "admin@harbour.example"
USUAL = "joint-employer-university"


def house(world: World, slug: str = "northfield") -> OrganisationId:
    return world.organisations[slug]


def copied(world: World, slug: str = "northfield", key: str = USUAL) -> str:
    return workflow_drafts.copy(world.context, world.actor(f"admin@{slug}.example"), house(world, slug), key, None, revise=False)


def draft_of(world: World, draft: str, slug: str = "northfield") -> DraftPage:
    return workflow_drafts.page(world.context, world.actor(f"admin@{slug}.example"), house(world, slug), draft)


def saved(world: World, draft: str, text: str, seen: int = 1) -> DraftPage | StaleDraft:
    return workflow_drafts.save(world.context, world.actor(ADMIN), house(world), draft, seen, text)


def publish(world: World, slug: str = "northfield", draft: str | None = None) -> Digest:
    """Publish a copy of the usual workflow; the digest of the version."""
    admin, draft = world.actor(f"admin@{slug}.example"), draft or copied(world, slug)
    page = draft_of(world, draft, slug)
    key, number = workflow_drafts.publish(world.context, admin, house(world, slug), draft, page.draft.saves)
    return workflows.page(world.context, admin, house(world, slug), key, number).shown.digest


def start(world: World, workflow: Digest) -> ProposalId:
    command = StartCommand("A credential", house(world), (house(world, "harbour"),), workflow)
    return proposals.start(world.context, world.actor(AUTHOR), command)


def events(world: World, slug: str = "northfield") -> list[tuple[str, dict[str, object]]]:
    with unit.reading() as session:
        return [(entry.kind, entry.payload) for entry in chain.entries(session, house(world, slug), None, 100)][::-1]


def test_an_organisation_sees_what_comes_with_cowork_and_its_own(world: World) -> None:
    publish(world)
    publish(world, "rival")
    found = workflows.listing(world.context, world.actor(AUTHOR), house(world))
    assert [line.newest.key for line in found.own] == [f"{USUAL}-northfield"]
    assert {line.newest.key for line in found.shipped} == {flow.key for flow in loading.shipped()}
    assert (found.manages, found.drafts) == (False, ())


def test_a_copy_is_a_workflow_of_its_own_and_the_next_version_raises_the_number(world: World) -> None:
    digest = publish(world)
    key = f"{USUAL}-northfield"
    page = workflows.page(world.context, world.actor(AUTHOR), house(world), key)
    assert (page.shown.version, page.workflow.key) == (1, key)
    assert page.workflow.title == "Joint approval by employer and university (Northfield University)"
    draft = workflow_drafts.copy(world.context, world.actor(ADMIN), house(world), key, None, revise=True)
    assert publish(world, draft=draft) != digest, "the same text is another definition under another number"
    page = workflows.page(world.context, world.actor(ADMIN), house(world), key)
    assert [one.version for one in page.versions] == [2, 1]
    assert page.source.startswith("# Published in Cowork by northfield (")
    assert workflows.page(world.context, world.actor(ADMIN), house(world), key, 1).shown.digest == digest
    assert copied(world), "a second copy has another key"
    assert workflows.listing(world.context, world.actor(ADMIN), house(world)).drafts[0].title.startswith("Joint approval")


def test_two_organisations_can_publish_the_same_text(world: World) -> None:
    text = draft_of(world, copied(world)).text
    other = workflow_drafts.import_text(world.context, world.actor(RIVAL), house(world, "rival"), text)
    assert publish(world) != publish(world, "rival", other)


def test_what_comes_with_cowork_is_not_revised_and_its_key_not_taken(world: World) -> None:
    with pytest.raises(Invalid, match="stays as it is"):
        workflow_drafts.copy(world.context, world.actor(ADMIN), house(world), USUAL, None, revise=True)
    draft = copied(world)
    table = drafting.parse(draft_of(world, draft).text) or {}
    saved(world, draft, dumps({**table, "key": USUAL}))
    with pytest.raises(Invalid, match="comes with Cowork"):
        workflow_drafts.publish(world.context, world.actor(ADMIN), house(world), draft, 2)


def test_a_draft_with_faults_is_kept_and_not_published(world: World) -> None:
    draft = workflow_drafts.create(world.context, world.actor(ADMIN), house(world))
    for seen, text in enumerate(["not = = toml", 'title = "x"\n[[stage]]\ndue_days = "soon"\n', "é" * 200_000, ""], 1):
        page = saved(world, draft, text, seen)
        assert isinstance(page, DraftPage)
        assert (page.text, bool(page.problems)) == (text, True)
        with pytest.raises(Invalid) as refused:
            workflow_drafts.publish(world.context, world.actor(ADMIN), house(world), draft, seen + 1)
        assert [sentence for _, sentence in refused.value.problems] == list(page.problems)
    with pytest.raises(Invalid, match="at most 200,000"):
        saved(world, draft, "é" * 200_001, 5)


def test_a_fact_that_the_form_does_not_have_is_a_fault(world: World) -> None:
    draft = copied(world)
    page = saved(world, draft, draft_of(world, draft).text.replace("business.fee", "business.fees"))
    assert isinstance(page, DraftPage)
    assert any('asks about "business.fees"' in problem for problem in page.problems)


def test_a_stale_save_changes_nothing_and_gives_both_texts(world: World) -> None:
    draft = copied(world)
    first, text = draft_of(world, draft), 'title = "Theirs"\n'
    assert isinstance(saved(world, draft, text), DraftPage)
    stale = saved(world, draft, 'title = "Mine"\n')
    assert isinstance(stale, StaleDraft)
    assert (stale.mine, stale.page.text, stale.page.draft.saves) == ('title = "Mine"\n', text, 2)
    for act in (workflow_drafts.delete, workflow_drafts.publish):
        with pytest.raises(Conflict, match="meanwhile"):
            act(world.context, world.actor(ADMIN), house(world), draft, first.draft.saves)
    same = saved(world, draft, text, 2)
    assert isinstance(same, DraftPage)
    assert same.draft.saves == 2, "nothing was changed, so nothing was saved"


def test_a_deleted_draft_is_gone(world: World) -> None:
    draft = copied(world)
    workflow_drafts.delete(world.context, world.actor(ADMIN), house(world), draft, 1)
    with pytest.raises(NotFound):
        draft_of(world, draft)


@pytest.mark.parametrize(("text", "words"), [("", "paste the text"), ("a = = 1", "not valid TOML"), ("x" * 200_001, "at most 200,000")])
def test_what_is_no_workflow_is_not_imported(world: World, text: str, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        workflow_drafts.import_text(world.context, world.actor(ADMIN), house(world), text)


def test_what_is_exported_can_be_imported_again(world: World) -> None:
    publish(world)
    _, text = workflows.text_of(world.context, world.actor(AUTHOR), house(world), f"{USUAL}-northfield")
    draft = workflow_drafts.import_text(world.context, world.actor(ADMIN), house(world), "\ufeff" + text.replace("\n", "\r\n"))
    page = draft_of(world, draft)
    assert page.problems == ()
    assert "Published in Cowork" not in page.text
    assert replace(loading.load(page.text), digest=Digest("")) == replace(loading.load(text), digest=Digest(""))


def test_configuration_changes_are_events_without_a_text(world: World) -> None:
    draft = workflow_drafts.import_text(world.context, world.actor(ADMIN), house(world), draft_of(world, copied(world)).text)
    digest, key = publish(world, draft=draft), f"{USUAL}-northfield"
    for offered in (False, False, True):
        workflows.set_offered(world.context, world.actor(ADMIN), house(world), key, offered)
    found = [(kind, payload) for kind, payload in events(world) if kind.startswith("workflow-")]
    assert [kind for kind, _ in found] == ["workflow-imported", "workflow-published", "workflow-retired", "workflow-offered"]
    assert found[1][1] == {"workflow": digest, "key": key, "version": 1}
    assert "Joint approval" not in json.dumps(found)
    assert audit.verify(world.context).faults == ()


def test_members_read_and_only_administrators_change(world: World) -> None:
    draft, member, mine = copied(world), world.actor(AUTHOR), house(world)
    assert workflows.page(world.context, member, mine, USUAL).workflow.key == USUAL
    for act in (
        lambda: workflow_drafts.page(world.context, member, mine, draft),
        lambda: workflow_drafts.save(world.context, member, mine, draft, 1, "x"),
        lambda: workflow_drafts.create(world.context, member, mine),
        lambda: workflow_drafts.copy(world.context, member, mine, USUAL, None, revise=False),
        lambda: workflow_drafts.publish(world.context, member, mine, draft, 1),
        lambda: workflow_drafts.delete(world.context, member, mine, draft, 1),
        lambda: workflow_drafts.import_text(world.context, member, mine, "x"),
        lambda: workflows.set_offered(world.context, member, mine, USUAL, False),
        lambda: workflow_trials.of_draft(world.context, member, mine, draft, None),
    ):
        with pytest.raises(Refused, match="Only administrators"):
            act()


def test_a_rival_sees_and_uses_nothing_of_another_organisation(world: World) -> None:
    draft, digest, rival = copied(world), publish(world), world.actor(RIVAL)
    key = f"{USUAL}-northfield"
    for act in (
        lambda: workflows.listing(world.context, rival, house(world)),
        lambda: workflow_drafts.page(world.context, rival, house(world), draft),
        lambda: workflows.page(world.context, rival, house(world, "rival"), key),
        lambda: workflow_drafts.copy(world.context, rival, house(world, "rival"), key, None, revise=False),
        lambda: workflow_drafts.page(world.context, rival, house(world, "rival"), draft),
        lambda: workflow_trials.of_draft(world.context, rival, house(world, "rival"), draft, None),
    ):
        with pytest.raises(NotFound):
            act()
    assert digest not in {flow.digest for flow in proposals.choices(world.context, rival).workflows}
    command = StartCommand("Theirs", house(world, "rival"), (house(world, "southgate"),), digest)
    with pytest.raises(Invalid, match="Choose the way"):
        proposals.start(world.context, rival, command)
    own = proposals.start(world.context, rival, replace(command, workflow=world.workflow()))
    with pytest.raises(Invalid, match="Choose the way"):
        proposals.choose_workflow(world.context, rival, own, digest)


def test_the_parties_of_a_proposal_choose_from_each_others_workflows(world: World) -> None:
    theirs = publish(world, "harbour")
    with pytest.raises(Invalid):
        start(world, theirs)
    proposal = start(world, world.workflow())
    offered = [flow.digest for flow in proposals.workflows_for(world.context, world.actor(AUTHOR), proposal)]
    assert offered[0] == world.workflow(), "the usual one is first"
    assert theirs in offered
    proposals.choose_workflow(world.context, world.actor(AUTHOR), proposal, theirs)


def test_only_the_newest_version_that_is_not_retired_is_offered(world: World) -> None:
    old, key = publish(world), f"{USUAL}-northfield"
    proposal = start(world, old)
    new = publish(world, draft=workflow_drafts.copy(world.context, world.actor(ADMIN), house(world), key, None, revise=True))
    offered = {flow.digest for flow in proposals.choices(world.context, world.actor(AUTHOR)).workflows}
    assert new in offered
    assert old not in offered
    proposals.choose_workflow(world.context, world.actor(AUTHOR), proposal, old)  # the one it has already changes nothing
    workflows.set_offered(world.context, world.actor(ADMIN), house(world), key, False)
    assert new not in {flow.digest for flow in proposals.choices(world.context, world.actor(AUTHOR)).workflows}
    with pytest.raises(Invalid):
        proposals.choose_workflow(world.context, world.actor(AUTHOR), proposal, new)
    workflows.set_offered(world.context, world.actor(ADMIN), house(world), USUAL, False)
    assert world.workflow() not in {flow.digest for flow in proposals.choices(world.context, world.actor(AUTHOR)).workflows}
    assert world.workflow() in {flow.digest for flow in proposals.choices(world.context, world.actor(RIVAL)).workflows}


def test_the_last_workflow_stays_offered(world: World) -> None:
    *others, last = [flow.key for flow in loading.shipped()]
    for key in others:
        workflows.set_offered(world.context, world.actor(ADMIN), house(world), key, False)
    with pytest.raises(Invalid, match="the last workflow"):
        workflows.set_offered(world.context, world.actor(ADMIN), house(world), last, False)


def test_versions_are_compared_line_by_line(world: World) -> None:
    publish(world)
    key = f"{USUAL}-northfield"
    draft = workflow_drafts.copy(world.context, world.actor(ADMIN), house(world), key, None, revise=True)
    saved(world, draft, draft_of(world, draft).text.replace("due_days = 15", "due_days = 10"))
    publish(world, draft=draft)
    lines = workflows.compare(world.context, world.actor(AUTHOR), house(world), key, None, None).lines
    assert [line for line in lines if line[0] in "-+" and "due" in line[1]] == [("-", "due_days = 15"), ("+", "due_days = 10")]
    with pytest.raises(NotFound):
        workflows.compare(world.context, world.actor(AUTHOR), house(world), key, 7, None)


def test_a_draft_is_tried_on_a_proposal_without_effect(world: World) -> None:
    proposal, draft = world.complete_draft(), copied(world)
    before = events(world), proposals.case(world.context, world.actor(AUTHOR), proposal).state
    trial = workflow_trials.of_draft(world.context, world.actor(ADMIN), house(world), draft, proposal)
    assert [line.id for line in trial.proposals] == [proposal]
    assert trial.progress is not None
    assert trial.progress.stage("partners").standing is StageStanding.OPEN
    assert trial.progress.stage("partners").seats[0].missing[0].name == "Signer Of Harbour"
    assert (events(world), proposals.case(world.context, world.actor(AUTHOR), proposal).state) == before
    saved(world, draft, 'title = "x"')
    trial = workflow_trials.of_draft(world.context, world.actor(ADMIN), house(world), draft, proposal)
    assert (trial.progress, bool(trial.problems)) == (None, True)


def test_nobody_tries_a_workflow_on_a_proposal_that_is_not_open_to_them(world: World) -> None:
    proposal = world.complete_draft()
    for organisation, email in (("rival", RIVAL), ("southgate", "admin@southgate.example")):
        with pytest.raises(NotFound):
            workflow_trials.of_version(world.context, world.actor(email), house(world, organisation), USUAL, None, proposal)


def test_running_rounds_keep_their_version_and_are_named_to_those_who_read_them(world: World) -> None:
    digest, key = publish(world), f"{USUAL}-northfield"
    proposal = world.complete_draft()
    proposals.choose_workflow(world.context, world.actor(AUTHOR), proposal, digest)
    world.submit(proposal)
    assert workflows.page(world.context, world.actor(ADMIN), house(world), key).running == ()
    publish(world, draft=workflow_drafts.copy(world.context, world.actor(ADMIN), house(world), key, None, revise=True))
    assert [one.proposal for one in workflows.page(world.context, world.actor(ADMIN), house(world), key).running] == [proposal]
    assert workflows.page(world.context, world.actor("nobody@northfield.example"), house(world), key).running == ()
    world.approve_all(proposal)
    assert workflows.page(world.context, world.actor(ADMIN), house(world), key).running == ()


def test_a_round_is_never_moved_to_the_workflow_of_a_rival_that_chose_the_same_key(world: World) -> None:
    digest, key = publish(world), f"{USUAL}-northfield"
    proposal = world.complete_draft()
    proposals.choose_workflow(world.context, world.actor(AUTHOR), proposal, digest)
    world.submit(proposal)
    draft = copied(world, "rival")
    table = drafting.parse(draft_of(world, draft, "rival").text) or {}
    text = dumps({**table, "key": key, "title": "A rival’s own way"})
    workflow_drafts.save(world.context, world.actor(RIVAL), house(world, "rival"), draft, 1, text)
    theirs = publish(world, "rival", draft)
    assert migrating.page(world.context, world.actor(ADMIN), proposal).versions == ()
    with pytest.raises(NotFound):
        migrating.page(world.context, world.actor(ADMIN), proposal, theirs)
    with pytest.raises(Invalid, match="Choose another version"):
        migrating.migrate(world.context, world.actor(ADMIN), proposal, theirs, "", "Because.")
    mine = publish(world, draft=workflow_drafts.copy(world.context, world.actor(ADMIN), house(world), key, None, revise=True))
    assert [card.digest for card in migrating.page(world.context, world.actor(ADMIN), proposal).versions] == [mine]
    shipped = world.complete_draft()
    world.submit(shipped)
    assert migrating.page(world.context, world.actor(ADMIN), shipped).versions == ()


def test_an_operator_sees_every_workflow_and_its_text(world: World) -> None:
    publish(world)
    found = {(line.key, line.owner) for line in workflows.everything(world.context)}
    assert (USUAL, "") in found
    assert (f"{USUAL}-northfield", "northfield") in found
    assert "[[stage]]" in workflows.source_for_operator(world.context, f"{USUAL}-northfield", "northfield")
    with pytest.raises(NotFound):
        workflows.source_for_operator(world.context, USUAL, "northfield")


def test_the_dry_run_and_the_trial_say_which_named_party_takes_no_part(world: World) -> None:
    admin, northfield = world.actor("admin@northfield.example"), world.organisations["northfield"]
    seats = (
        '{ key = "own", side = "university", parties = ["northfield"], office = "dean", title = "Dean", rule = "any" }, '
        '{ key = "away", side = "university", parties = ["southgate"], office = "dean", title = "Their dean", rule = "any" }'
    )
    proposal = submitted(world, f'[[stage]]\nkey = "deans"\ntitle = "Deans"\nkind = "decide"\nseat = [{seats}]\n')
    key = reviews.route(world.context, admin, proposal).workflow.key
    tried = workflow_trials.of_version(world.context, admin, northfield, key, None, proposal)
    told = ("“Deans” asks Their dean of “southgate”, which takes no part as a university in this proposal. The seat is left out.",)
    assert tried.left_out == told
    assert tried.progress is not None
    assert [place.bench.party for place in tried.progress.stage("deans").seats] == [northfield]
    reviews.withdraw(world.context, world.actor("author@northfield.example"), proposal)
    assert reviews.route(world.context, world.actor("author@northfield.example"), proposal).left_out == told
