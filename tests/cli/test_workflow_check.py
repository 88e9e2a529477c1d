"""`cowork workflow check` tells the author of a workflow what to mend."""

from importlib.resources import files
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cowork.cli.workflows import workflow

LIBRARY = sorted(
    (entry for entry in files("cowork.domain.workflows").joinpath("library").iterdir() if entry.name.endswith(".toml")),
    key=lambda entry: entry.name,
)


def check(path: Path) -> Result:
    return CliRunner().invoke(workflow, ["check", str(path)])


@pytest.mark.parametrize("source", LIBRARY, ids=lambda entry: entry.name)
def test_every_workflow_that_comes_with_cowork_can_be_used(source: Path) -> None:
    result = check(Path(str(source)))
    assert (result.exit_code, result.stderr) == (0, "")
    assert "can be used" in result.stdout


def test_each_fault_is_named_with_its_place_and_the_command_fails(tmp_path: Path) -> None:
    path = tmp_path / "bad.toml"
    text = LIBRARY[0].read_text(encoding="utf-8")
    path.write_text(text.replace("[[stage]]", "[[stage]]\nsurprise = 1", 1), encoding="utf-8")
    result = check(path)
    assert result.exit_code == 1
    assert "surprise" in result.stderr
    assert "Mend them" in result.stderr


def test_a_file_that_is_no_text_is_refused_in_words(tmp_path: Path) -> None:
    path = tmp_path / "picture.toml"
    path.write_bytes(b"\x89PNG\xff\xfe")
    result = check(path)
    assert result.exit_code == 1
    assert "not a text in UTF-8" in result.stderr


def test_a_missing_file_is_a_mistake_in_the_command(tmp_path: Path) -> None:
    assert check(tmp_path / "nothing.toml").exit_code == 2
