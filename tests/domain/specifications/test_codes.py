"""The lists in which people search for codes: what comes with Cowork, what may be imported, what choosing an entry fills."""

import re

import pytest

from cowork.domain.specifications import codes, forms
from cowork.domain.specifications.codes import BadList, Code, CodeList, read

ESCO = """conceptType,conceptUri,skillType,preferredLabel,altLabels,code
KnowledgeSkillCompetence,http://data.europa.eu/esco/skill/1,knowledge,manage musical staff,"manage staff of music
direct musical staff",S1.1
KnowledgeSkillCompetence,http://data.europa.eu/esco/skill/2,knowledge,Haskell,,
"""


@pytest.mark.parametrize("name", codes.names())
def test_every_list_that_comes_with_cowork_can_be_read(name: str) -> None:
    found = codes.shipped(name)
    assert found.entries
    assert len({(entry.code, entry.label) for entry in found.entries}) == len(found.entries)
    assert [entry for entry in found.entries if not entry.label or len(entry.label) > 200 or len(entry.code) > 60] == []
    assert [entry.uri for entry in found.entries if entry.uri and not re.fullmatch(r"https?://[^\s]+", entry.uri)] == []


def test_the_lists_of_esco_are_whole_and_credited() -> None:
    counts = {name: len(codes.shipped(name).entries) for name in ("esco-occupations", "esco-skills", "isced-f")}
    assert counts == {"esco-occupations": 3007, "esco-skills": 420, "isced-f": 220}
    assert all("ESCO classification of the European Commission" in codes.shipped(name).credit for name in counts)


def test_choosing_an_entry_fills_what_stands_beside_it() -> None:
    found = codes.shipped("esco-occupations")
    developer = next(entry for entry in found.entries if entry.code == "2512.4")
    assert found.fills(developer) == {
        "code": "2512.4", "label": "software developer", "framework": "esco", "edition": "ESCO 1.1.1",
        "uri": "http://data.europa.eu/esco/occupation/f2b15a0e-e65a-438a-affb-29b9d50b77d1",
    }  # fmt: skip


def test_a_level_fills_its_framework_and_its_correspondence_where_there_is_one() -> None:
    levels = codes.shipped("levels")
    by_label = {entry.label: levels.fills(entry) for entry in levels.entries}
    assert by_label["NFQ level 8 (Ireland)"] | {"edition": ""} == {
        "code": "8", "label": "NFQ level 8 (Ireland)", "edition": "", "level_framework": "nfq", "eqf_level": "6",
    }  # fmt: skip
    assert "eqf_level" not in by_label["FHEQ level 6 (England, Wales, Northern Ireland)"]


def test_levels_name_frameworks_and_eqf_levels_that_the_form_knows() -> None:
    known = {name: {entry.code for entry in codes.shipped(name).entries} for name in ("level-frameworks", "eqf")}
    for entry in codes.shipped("levels").entries:
        assert entry.more["level_framework"] in known["level-frameworks"]
        assert entry.more.get("eqf_level", "1") in known["eqf"]


def test_the_keys_that_a_lookup_of_the_shipped_form_fills_fit_its_columns() -> None:
    for section in forms.shipped().sections:
        for field in section.fields:
            for column in (column for column in field.columns if column.lookup):
                found = codes.shipped(str(column.lookup))
                beside = {one.key: one for one in field.columns}
                for entry in found.entries:
                    for key, value in found.fills(entry).items():
                        assert len(value) <= (beside[key].max_length or 2_000), (key, value)
                        options = [option.value for option in beside[key].options]
                        assert not options or value in options


def test_the_files_that_esco_publishes_can_be_imported() -> None:
    found = read(ESCO, "esco-skills", "ESCO skills", "ESCO 1.2", "Credit.", "esco")
    assert found.entries == (
        Code("S1.1", "manage musical staff", "http://data.europa.eu/esco/skill/1", ("manage staff of music", "direct musical staff")),
        Code("", "Haskell", "http://data.europa.eu/esco/skill/2"),
    )
    assert found.framework == "esco"


def test_a_list_knows_its_edition() -> None:
    one, other = read(ESCO, "own-skills", "T", "1", "C"), read(ESCO, "own-skills", "T", "2", "C")
    assert one.digest != other.digest == read(ESCO, "own-skills", "Other title", "2", "C").digest


@pytest.mark.parametrize(
    ("text", "name", "said"),
    [
        ("", "own-x", "names the columns"),
        ("code,words\n1,a\n", "own-x", "none of them is “label”"),
        ("label\n", "own-x", "no entry"),
        ("code,label\n1,\n", "own-x", "Line 2 has no label"),
        ("code,label\n" + "9" * 101 + ",a\n", "own-x", "Line 2 has a code of 101 characters"),
        ("label,uri\na,ftp://x\n", "own-x", "does not begin with http"),
        ("label,uri\na,javascript:x\n", "own-x", "does not begin with http"),
        (ESCO, "skills", "cannot be called “skills”"),
        (ESCO, "iso3166-1", "cannot be called"),
        (ESCO, "own-X y", "cannot be called"),
        ("label\n" + "\n".join(f"n{number}" for number in range(50_001)), "own-x", "at most 50,000 fit"),
    ],
)
def test_a_file_that_cannot_be_imported_is_explained(text: str, name: str, said: str) -> None:
    with pytest.raises(BadList) as refused:
        read(text, name, "Title", "1", "Credit")
    assert any(said in problem for problem in refused.value.problems), refused.value.problems


def test_an_import_names_its_title_edition_and_credit() -> None:
    with pytest.raises(BadList) as refused:
        read(ESCO, "own-x", " ", "1" * 21, "")
    assert len(refused.value.problems) == 3


def test_a_form_names_only_lists_that_there_can_be() -> None:
    tried = ("levels", "eqf", "own-roles", "own-", "mine", "own-Roles")
    assert [name for name in tried if codes.may_name(name)] == ["levels", "eqf", "own-roles"]


def test_an_empty_list_is_still_a_list() -> None:
    assert CodeList("own-x", "T", "1", "C", ()).digest
