"""`cowork user` and `cowork organisation`: the first people of an instance."""

import io

import pytest

from tests.cli.conftest import Cowork

PASSWORD = "seven small kites over the harbour"


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The password comes on standard input."""
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n{PASSWORD} again\n"))


@pytest.mark.usefixtures("typed")
def test_a_person_is_added_listed_and_made_a_member(cowork: Cowork) -> None:
    assert cowork("user", "add", "Ada@Example.org", "--name", "Ada Byron", "--password-stdin").code == 0
    assert cowork("organisation", "add", "northfield", "--name", "Northfield", "--side", "university").code == 0
    assert "is an administrator of northfield" in cowork("organisation", "member", "northfield", "ada@example.org", "--admin").out
    assert cowork("user", "list").out == "ada@example.org  Ada Byron\n"


@pytest.mark.usefixtures("typed")
def test_a_person_can_be_shut_out_and_let_in_again(cowork: Cowork) -> None:
    cowork("user", "add", "ada@example.org", "--name", "Ada", "--password-stdin")
    assert cowork("user", "deactivate", "ada@example.org").code == 0
    assert "(deactivated)" in cowork("user", "list").out
    assert cowork("user", "deactivate", "ada@example.org", "--undo").code == 0
    assert "(deactivated)" not in cowork("user", "list").out


@pytest.mark.usefixtures("typed")
def test_a_password_can_be_replaced(cowork: Cowork) -> None:
    cowork("user", "add", "ada@example.org", "--name", "Ada", "--password-stdin")
    outcome = cowork("user", "password", "ada@example.org", "--password-stdin")
    assert (outcome.code, outcome.err) == (0, "")


def test_an_easy_password_is_refused_in_words(cowork: Cowork, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("short\n"))
    outcome = cowork("user", "add", "ada@example.org", "--name", "Ada", "--password-stdin")
    assert outcome.code == 1
    assert "Use at least" in outcome.err


def test_nobody_is_asked_for_a_password_where_nobody_sits(cowork: Cowork, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    outcome = cowork("user", "add", "ada@example.org", "--name", "Ada")
    assert outcome.code == 1
    assert "--password-stdin" in outcome.err


def test_an_unknown_organisation_is_named_with_those_there_are(cowork: Cowork, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n"))
    cowork("organisation", "add", "northfield", "--name", "Northfield", "--side", "university")
    cowork("user", "add", "ada@example.org", "--name", "Ada", "--password-stdin")
    outcome = cowork("organisation", "member", "southfield", "ada@example.org")
    assert outcome.code == 1
    assert "southfield" in outcome.err
    assert "northfield" in outcome.err
