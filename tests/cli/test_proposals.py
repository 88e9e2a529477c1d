"""`cowork import`, `list`, `export`, `check` and `audit verify`: a proposal's way in and out."""

import hashlib
import io
import json
import sqlite3
from pathlib import Path

import pytest

from tests.cli.conftest import Cowork

CONTENT = {"identity": {"title": "Cloud security for small firms"}}
UNKNOWN = "a" * 16
EXPORTED = Path(__file__).parents[1] / "domain" / "specifications" / "exported"


@pytest.fixture
def proposal(cowork: Cowork, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> str:
    """The id of a proposal that was imported in the name of a member of an employer."""
    monkeypatch.setattr("sys.stdin", io.StringIO("seven small kites over the harbour\n"))
    cowork("organisation", "add", "northfield", "--name", "Northfield University", "--side", "university")
    cowork("organisation", "add", "harbour", "--name", "Harbour Cloud", "--side", "employer")
    cowork("user", "add", "ada@example.org", "--name", "Ada", "--password-stdin")
    cowork("organisation", "member", "harbour", "ada@example.org")
    file = tmp_path / "in.json"
    file.write_text(json.dumps({"content": CONTENT}), encoding="utf-8")
    outcome = cowork("import", str(file), "--as", "ada@example.org", "--with", "northfield")
    assert (outcome.code, outcome.err) == (0, "")
    return outcome.out.strip()


def test_a_proposal_is_listed_as_text_and_as_json(cowork: Cowork, proposal: str) -> None:
    assert "Cloud security for small firms" in cowork("list").out
    listed = json.loads(cowork("list", "--json", "--state", "draft").out)
    expected = {"id": proposal, "title": "Cloud security for small firms", "state": "draft", "version": 1}
    assert listed == [expected | {"parties": ["Harbour Cloud", "Northfield University"]}]
    assert json.loads(cowork("list", "--json", "--state", "approved").out) == []


def test_what_was_exported_can_be_imported_again_unchanged(cowork: Cowork, proposal: str, tmp_path: Path) -> None:
    first, second = tmp_path / "first.json", tmp_path / "second.json"
    assert cowork("export", proposal, "--format", "json", "-o", str(first)).code == 0
    again = cowork("import", str(first), "--as", "ada@example.org", "--with", "northfield").out.strip()
    assert again != proposal
    assert cowork("export", again, "--format", "json", "-o", str(second)).code == 0
    assert hashlib.sha256(first.read_bytes()).digest() == hashlib.sha256(second.read_bytes()).digest()


def test_an_export_of_an_older_form_is_imported_and_says_what_was_left_out(cowork: Cowork, proposal: str) -> None:
    file = EXPORTED / "microcredential-2.json"
    outcome = cowork("import", str(file), "--as", "ada@example.org", "--with", "northfield")
    assert outcome.code == 0
    assert outcome.err.startswith("Left out: Alignment: Job tasks: confirmed (")
    assert outcome.err.endswith("answers): the form asks this no more.\n")
    again = json.loads(cowork("export", outcome.out.strip(), "--format", "json", "-o", "-").out)
    before = json.loads(file.read_text(encoding="utf-8"))
    assert again["content"]["outcomes"] == before["content"]["outcomes"]


@pytest.mark.slow
def test_a_draft_is_exported_as_pdf(cowork: Cowork, proposal: str, tmp_path: Path) -> None:
    target = tmp_path / "draft.pdf"
    outcome = cowork("export", proposal, "-o", str(target))
    assert outcome.code == 0, outcome.err
    assert target.read_bytes().startswith(b"%PDF-")


def test_an_unknown_proposal_is_refused(cowork: Cowork) -> None:
    outcome = cowork("export", UNKNOWN, "--format", "json", "-o", "-")
    assert (outcome.code, outcome.out) == (1, "")
    assert "does not exist" in outcome.err


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ("[]", "cowork:"),
        ('{"content": {"identity": {"title": 5}}}', "identity.title"),
        ('{"content": {"nonsense": {"a": "b"}}}', "nonsense"),
    ],
)
def test_a_file_that_cannot_be_kept_is_refused_and_nothing_is(cowork: Cowork, proposal: str, tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "bad.json"
    file.write_text(text, encoding="utf-8")
    outcome = cowork("import", str(file), "--as", "ada@example.org", "--with", "northfield")
    assert outcome.code == 1
    assert words in outcome.err
    assert "Traceback" not in outcome.err
    assert len(json.loads(cowork("list", "--json").out)) == 1


def test_a_whole_record_is_verified_and_a_changed_event_is_named(cowork: Cowork, proposal: str, tmp_path: Path) -> None:
    assert cowork("check").code == 0
    assert cowork("audit", "verify").code == 0
    with sqlite3.connect(tmp_path / "instance" / "cowork.sqlite3") as database:
        triggers = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'event'")]
        assert triggers, "nothing keeps events from being changed"
        with pytest.raises(sqlite3.Error):
            database.execute("UPDATE event SET payload = '{}' WHERE stream = ?", (proposal,))
        for name in triggers:
            database.execute(f"DROP TRIGGER {name}")
        database.execute("UPDATE event SET payload = '{}' WHERE stream = ? AND seq = 2", (proposal,))
    database.close()
    outcome = cowork("audit", "verify")
    assert outcome.code == 1
    assert f"{proposal}: event 2 was changed" in outcome.err


def test_a_head_on_paper_is_found_in_the_record_or_not(cowork: Cowork, proposal: str, tmp_path: Path) -> None:
    database = sqlite3.connect(tmp_path / "instance" / "cowork.sqlite3")
    (head,) = database.execute("SELECT event_head FROM proposal WHERE id = ?", (proposal,)).fetchone()
    database.close()
    assert "is part of this record" in cowork("audit", "verify", "--head", head).out
    other = cowork("audit", "verify", "--head", "f" * 64)
    assert other.code == 1
    assert "not part of this record" in other.err
