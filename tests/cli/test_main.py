"""What every command has in common: help, exit codes, and faults in words."""

from pathlib import Path

import pytest

from cowork.cli.main import COMMANDS
from tests.cli.conftest import Cowork

WORDS = [(name,) for name in ("serve", "worker", "seed", "list", "import", "export", "check")]
GROUPS = [("workflow", "check"), ("audit", "verify"), ("db", "upgrade"), ("organisation", "add"), ("organisation", "member")]
USERS = [("user", word) for word in ("add", "list", "password", "deactivate")]


@pytest.mark.parametrize("words", [*WORDS, *GROUPS, *USERS], ids=" ".join)
def test_every_command_has_help(cowork: Cowork, words: tuple[str, ...]) -> None:
    outcome = cowork(*words, "--help")
    assert outcome.code == 0
    assert outcome.out.startswith(f"Usage: cowork {' '.join(words)}")
    assert outcome.err == ""


def test_the_help_lists_every_command(cowork: Cowork) -> None:
    out = cowork("--help").out
    assert [command.name for command in COMMANDS if f"  {command.name} " not in out] == []


MISTAKES = [("nonsense",), ("list", "--state", "lost"), ("export",), ("audit", "verify", "--head", "abc")]


@pytest.mark.parametrize("words", MISTAKES, ids=" ".join)
def test_a_command_that_is_not_understood_ends_with_2(cowork: Cowork, words: tuple[str, ...]) -> None:
    outcome = cowork(*words)
    assert outcome.code == 2
    assert "Usage: cowork" in outcome.err
    assert outcome.out == ""


def test_settings_that_cannot_be_used_are_named_together(cowork: Cowork, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COWORK_BASE_URL", "nowhere")
    monkeypatch.setenv("COWORK_DATABSE_URL", "sqlite:///x")
    monkeypatch.setenv("COWORK_SMTP_URL", "ftp://mail.example")
    monkeypatch.setenv("COWORK_CLAMD_URL", "127.0.0.1:3310")
    outcome = cowork("list")
    assert outcome.code == 1
    assert "COWORK_SMTP_URL must be an address" in outcome.err
    assert "COWORK_MAIL_FROM must be an address" in outcome.err
    assert "COWORK_BASE_URL must be an address" in outcome.err
    assert "COWORK_CLAMD_URL must be an address" in outcome.err
    assert "COWORK_DATABSE_URL is not a setting" in outcome.err


def test_an_instance_without_a_database_says_what_to_do(cowork: Cowork, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("COWORK_INSTANCE", str(tmp_path / "new"))
    outcome = cowork("list")
    assert outcome.code == 1
    assert "`cowork db upgrade`" in outcome.err
    assert "Traceback" not in outcome.err
