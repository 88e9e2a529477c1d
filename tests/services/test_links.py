"""Links between answers stay true whatever is removed."""

from cowork.domain.specifications.values import clean_content, rows
from cowork.services import specifications
from tests.world import World

UNIVERSITY = "author@northfield.example"


def test_a_row_that_is_removed_takes_the_links_to_it_along_in_every_section(world: World) -> None:
    proposal = world.complete_draft()
    author = world.actor(UNIVERSITY)
    before = specifications.draft(world.context, author, proposal)
    outcomes = [dict(row) for row in rows(before.content, "outcomes.items")]
    gone = outcomes[0]["id"]
    assert any(gone in row.get("outcomes", []) for row in rows(before.content, "assessments.items"))  # type: ignore[operator]
    world.save(UNIVERSITY, proposal, "outcomes", items=outcomes[1:])
    after = specifications.draft(world.context, author, proposal)
    assert f"'{gone}'" not in str(after.content)
    assert clean_content(after.case.form, after.content)[1] == ()
    assert after.version.section_digests["assessments"] != before.version.section_digests["assessments"]
