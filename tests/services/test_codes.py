"""Lists of codes on both databases: searching, importing in place of a shipped list or beside it, removing."""

import pytest

from cowork.domain.errors import Invalid, NotFound
from cowork.services import codes
from tests.world import World

SIGNER = "signer@harbour.example"
FILE = "conceptUri,preferredLabel,altLabels,code\nhttp://data.europa.eu/esco/skill/9,use a lathe,turn metal,S9\n"


def import_skills(world: World, edition: str = "ESCO 1.2", name: str = "esco-skills", text: str = FILE) -> None:
    codes.import_list(world.context, text, name, "ESCO skills", edition, "By the European Commission.", "esco")


def found(world: World, name: str, words: str) -> list[str]:
    return [one.code.label for one in codes.search(world.context, world.actor(SIGNER), name, words).found]


def test_an_imported_edition_takes_the_place_of_the_shipped_one_until_it_is_removed(world: World) -> None:
    before = codes.search(world.context, world.actor(SIGNER), "esco-skills", "programming")
    assert before.found
    import_skills(world)
    after = codes.search(world.context, world.actor(SIGNER), "esco-skills", "turn met")
    assert [(one.code.label, one.other) for one in after.found] == [("use a lathe", "turn metal")]
    assert after.list.fills(after.found[0].code)["edition"] == "ESCO 1.2"
    assert after.state != before.state
    assert found(world, "esco-skills", "programming") == []
    codes.remove_list(world.context, "esco-skills")
    assert found(world, "esco-skills", "programming") == [one.code.label for one in before.found]


def test_a_newer_edition_is_searched_at_once(world: World) -> None:
    import_skills(world)
    assert found(world, "esco-skills", "lathe") == ["use a lathe"]
    import_skills(world, "ESCO 1.3", text=FILE.replace("use a lathe", "run a lathe"))
    assert found(world, "esco-skills", "lathe") == ["run a lathe"]
    assert [card.edition for card in codes.imported(world.context)] == ["ESCO 1.3"]


def test_a_list_of_ones_own_stands_beside_the_others(world: World) -> None:
    with pytest.raises(NotFound):
        found(world, "own-jobs", "lathe")
    import_skills(world, name="own-jobs")
    assert found(world, "own-jobs", "lathe") == ["use a lathe"]
    known = {one.name: one for one in codes.lists(world.context, world.actor(SIGNER))}
    assert known["own-jobs"].imported
    assert known["esco-skills"].size == 420
    assert "iso3166-1" not in known


def test_a_file_with_faults_changes_nothing(world: World) -> None:
    with pytest.raises(Invalid) as refused:
        import_skills(world, text="words\nx\n")
    assert "names the columns" in str(refused.value.problems)
    assert codes.imported(world.context) == []
    with pytest.raises(NotFound):
        codes.remove_list(world.context, "esco-skills")
