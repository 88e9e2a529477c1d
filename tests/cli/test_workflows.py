"""`cowork workflow list`, `show` and `export` read the workflows of the instance."""

from pathlib import Path

from cowork.domain.workflows import loading
from tests.cli.conftest import Cowork

KEY = "joint-employer-university"


def test_every_workflow_is_listed_with_its_owner_and_version(cowork: Cowork) -> None:
    lines = [line.split("\t") for line in cowork("workflow", "list").out.splitlines()]
    assert {line[1] for line in lines} == {flow.key for flow in loading.shipped()}
    assert {line[0] for line in lines} == {"-"}


def test_a_workflow_is_told_in_words(cowork: Cowork) -> None:
    told = cowork("workflow", "show", KEY).out
    assert "5. Curriculum committee’s vote: vote, after Quality check and Business check" in told
    assert "Curriculum committee (university): 2 approvals" in told


def test_what_is_exported_is_what_the_check_takes(cowork: Cowork, tmp_path: Path) -> None:
    path = tmp_path / "flow.toml"
    assert cowork("workflow", "export", KEY, "--output", str(path)).code == 0
    assert "can be used" in cowork("workflow", "check", str(path)).out
    assert cowork("workflow", "export", KEY).out == path.read_text(encoding="utf-8")


def test_what_is_not_there_is_said(cowork: Cowork, tmp_path: Path) -> None:
    for command in (("show", "nothing"), ("export", KEY, "--of", "nobody")):
        found = cowork("workflow", *command)
        assert found.code == 1
        assert "does not exist" in found.err
    assert "cannot be written" in cowork("workflow", "export", KEY, "--output", str(tmp_path / "no" / "where.toml")).err
