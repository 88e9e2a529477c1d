"""The Files page: attaching, looking, changing, withdrawing, and what a browser is told about the bytes."""

import io
import re
from dataclasses import replace
from datetime import date

import pytest

from cowork.domain.files import FileKind, Particulars
from cowork.domain.ids import FileId, ProposalId
from cowork.gateways.blobs import DiskBlobs
from cowork.ports import DiskFull, ScannerAway
from cowork.services import files, letters
from cowork.services.files import AttachCommand, Upload
from cowork.store import files as store
from cowork.store import unit
from tests.web.conftest import Site, seen
from tests.world import World

AUTHOR, PARTNER = "author@northfield.example", "author@harbour.example"
SAID = Particulars(FileKind.SURVEY, "Survey of firms", None, date(2026, 1, 1))


def attached(world: World, proposal: ProposalId, email: str = AUTHOR, private: bool = False, name: str = "survey.csv") -> FileId:
    lane = world.organisations["northfield" if email == AUTHOR else "harbour"] if private else None
    command = AttachCommand((Upload(name, b"firm,answer\nA,yes\n"),), replace(SAID, lane=lane))
    return files.attach(world.context, world.actor(email), proposal, command)[0].file


def posted(*uploads: tuple[str, bytes], **more: str) -> dict[str, object]:
    data: dict[str, object] = {"kind": "survey", "title": "Survey of firms", "lane": "shared", "place": "", **more}
    return {**data, "files": [(io.BytesIO(content), name) for name, content in uploads]}


def test_files_are_attached_looked_at_and_downloaded(site: Site) -> None:
    with site.world() as world:
        proposal = world.draft()
    client = site.signed_in(AUTHOR)
    assert "Nothing is attached yet" in seen(client.get(f"/proposals/{proposal}/files"))
    answer = client.post(f"/proposals/{proposal}/files", data=posted(("Ergebnisse é.csv", b"a,b\n<b>1</b>,2\n"), dated="2026-01-31"))
    assert answer.status_code == 303
    html = seen(client.get(answer.location))
    assert "&lt;b&gt;1&lt;/b&gt;" in html
    assert "31 January 2026" in html
    taken = client.get(answer.location + "/versions/1/download")
    assert taken.headers["Content-Disposition"].startswith("attachment;")
    assert "filename*=UTF-8''Ergebnisse%20%C3%A9.csv" in taken.headers["Content-Disposition"]
    assert taken.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert taken.headers["X-Content-Type-Options"] == "nosniff"
    assert taken.headers["Cache-Control"] == "no-store"
    listed = seen(client.get(f"/proposals/{proposal}/files?kind=survey"))
    assert "Survey of firms" in listed
    assert "Nothing of this kind" in seen(client.get(f"/proposals/{proposal}/files?kind=minutes"))


def test_a_form_says_what_is_missing_and_what_cannot_be_taken(site: Site) -> None:
    with site.world() as world:
        proposal = world.draft()
    client = site.signed_in(AUTHOR)
    html = seen(client.post(f"/proposals/{proposal}/files", data={"kind": "", "dated": "31.1."}), 422)
    for words in ("Choose at least one file", "Choose what kind", "Choose who sees this", "Give the date as a day"):
        assert words in html
    html = seen(client.post(f"/proposals/{proposal}/files", data=posted(("page.html", b"<html>"))), 422)
    assert "“page.html” is of a kind that cannot be attached" in html
    assert "Choose at least one file" in seen(client.post(f"/proposals/{proposal}/files", data=posted()), 422)


def test_sharing_what_was_private_is_asked_on_a_page_of_its_own(site: Site) -> None:
    with site.world() as world:
        proposal = world.draft()
        file = attached(world, proposal, private=True)
    client, address = site.signed_in(AUTHOR), f"/proposals/{proposal}/files/{file}/change"
    assert "Northfield University only" in seen(client.get(address))
    data = {"kind": "survey", "title": "Survey of firms", "lane": "shared", "place": "", "seen": "1"}
    assert "Yes, every party may see this file" in seen(client.post(address, data=data), 422)
    assert client.post(address, data={**data, "share": "y"}).status_code == 303
    assert "Survey of firms" in seen(site.signed_in(PARTNER).get(f"/proposals/{proposal}/files"))


def test_a_file_is_replaced_and_withdrawn_with_a_reason(site: Site) -> None:
    with site.world() as world:
        proposal = world.draft()
        file = attached(world, proposal)
    client, address = site.signed_in(AUTHOR), f"/proposals/{proposal}/files/{file}"
    data = {"seen": "1", "files": (io.BytesIO(b"firm,answer\nB,no\n"), "new.csv")}
    assert client.post(f"{address}/replace", data=data).status_code == 303
    html = seen(client.get(address))
    assert "Version 2" in html
    assert "This is an earlier version" in seen(client.get(f"{address}?version=1"))
    assert "Say why it is withdrawn" in seen(client.post(f"{address}/withdraw", data={"reason": " "}), 422)
    assert client.post(f"{address}/withdraw", data={"reason": "It was wrong."}).status_code == 303
    assert "It was wrong." in seen(client.get(address))
    assert client.post(f"{address}/withdraw", data={"reason": "Again."}).status_code == 409
    with site.world(), unit.writing() as session:
        store.forget(session, file)
    html = seen(client.get(address))
    assert "The bytes of this file are kept no more" in html
    assert "/download" not in html
    assert "SHA-256" in html
    assert "kept no more" in seen(client.get(f"{address}/versions/1/download"), 409)


CANARY = "CANARY-7f3a"


def test_no_page_tells_others_of_a_private_file(site: Site) -> None:
    with site.world() as world:
        proposal = world.complete_draft()
        lane = world.organisations["harbour"]
        command = AttachCommand((Upload(f"{CANARY}.csv", CANARY.encode()),), Particulars(FileKind.PRICE_SHEET, CANARY, lane))
        file = files.attach(world.context, world.actor(PARTNER), proposal, command)[0].file
        world.submit(proposal)
        world.work()
    assert CANARY in seen(site.signed_in(PARTNER).get(f"/proposals/{proposal}/files"))
    tabs = ("draft", "review", "changes", "route", "files", "people", "activity", "export", "told")
    for email in (AUTHOR, "admin@northfield.example", "dean@northfield.example", "admin@rival.example"):
        client = site.signed_in(email)
        pages = [f"/proposals/{proposal}/{tab}" for tab in tabs]
        pages += ["/", "/proposals", f"/proposals?q={CANARY}", "/notifications", "/reports"]
        for address in pages:
            html = client.get(address).get_data(as_text=True)
            assert CANARY not in html.replace(f"q={CANARY}", "").replace(f'value="{CANARY}"', ""), (email, address)
            assert file not in html, (email, address)
        assert client.get(f"/proposals/{proposal}/versions/1/specification.json").get_data().count(CANARY.encode()) == 0
        for path in ("", "/versions/1/download", "/versions/1/pages/1", "/change", "/withdraw"):
            foreign = client.get(f"/proposals/{proposal}/files/{file}{path}")
            unknown = client.get(f"/proposals/{proposal}/files/{'a' * 16}{path}")
            assert foreign.status_code == unknown.status_code, (email, path)
            assert foreign.status_code in (403, 404), (email, path)


def test_a_file_of_another_proposal_is_not_found(site: Site) -> None:
    with site.world() as world:
        proposal, other = world.draft(), world.draft("Another")
        file = attached(world, proposal)
    client = site.signed_in(AUTHOR)
    for path in ("", "/versions/1/download", "/change", "/withdraw"):
        assert client.get(f"/proposals/{other}/files/{file}{path}").status_code == 404


NAMES = ["../../etc/passwd.csv", "C:\\x\\a.csv", "a\r\nSet-Cookie: x.csv", "\u202egpj.csv", "n" * 4000 + ".csv", ".csv"]


@pytest.mark.parametrize("name", NAMES)
def test_whatever_a_file_is_called_its_name_is_plain(site: Site, name: str) -> None:
    with site.world() as world:
        proposal = world.draft()
        file = attached(world, proposal, name=name)
    client = site.signed_in(AUTHOR)
    taken = client.get(f"/proposals/{proposal}/files/{file}/versions/1/download")
    assert taken.status_code == 200
    disposition = taken.headers["Content-Disposition"]
    assert len(disposition) < 700
    assert "Set-Cookie" not in taken.headers or "x.csv" not in taken.headers["Set-Cookie"]
    assert disposition.isascii()
    for sign in ("..", "/", "\\", "\u202e", "%2F", "%5C", "%E2%80%AE"):
        assert sign not in disposition, disposition
    seen(client.get(f"/proposals/{proposal}/files/{file}"))


def test_a_request_that_is_too_large_is_refused_where_files_go_and_earlier_elsewhere(site: Site) -> None:
    with site.world() as world:
        proposal = world.draft()
        world.context = replace(world.context, file_bytes=150_000)
        site.app.extensions["cowork"] = world.context
    site.app.config["MAX_CONTENT_LENGTH"] = 50_000
    client = site.signed_in(AUTHOR)
    large = b"a," * 50_000
    assert client.post(f"/proposals/{proposal}/files", data=posted(("large.csv", large))).status_code == 303
    assert client.post(f"/proposals/{proposal}/files", data=posted(("larger.csv", large * 4 + large[:60_000]))).status_code == 413
    assert client.post(f"/proposals/{proposal}/threads", data={"body": "x" * 100_000}).status_code == 413


def test_a_full_disk_is_said_and_nothing_is_attached(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    with site.world() as world:
        proposal = world.draft()

    def full(self: DiskBlobs, content: bytes) -> None:
        raise DiskFull

    client = site.signed_in(AUTHOR)
    with monkeypatch.context() as patch:
        patch.setattr(DiskBlobs, "put", full)
        answer = client.post(f"/proposals/{proposal}/files", data=posted(("a.csv", b"a,b")))
        assert "disk is full" in seen(answer, 507)
    assert "Nothing is attached yet" in seen(client.get(f"/proposals/{proposal}/files"))


def test_every_bracket_that_is_left_is_named_and_leads_to_the_letter(site: Site) -> None:
    with site.world() as world:
        proposal = world.complete_draft()
        letter = letters.begin(world.context, world.actor(PARTNER), proposal)
        letters.save(world.context, world.actor(PARTNER), proposal, letter, 1, "Letter", "We need [how many] people in [which year].")
    data = {"seen": "2", "name": "Author Of Harbour", "position": "Head", "authority": "y"}
    client, address = site.signed_in(PARTNER), f"/proposals/{proposal}/letters/{letter}"
    html = seen(client.post(f"{address}/sign", data=data), 422)
    assert len(re.findall(r'<a href="#body">[^<]*\[(?:how many|which year)\]', html)) == 2
    assert 'id="body-error"' in html
    assert client.post(address, data={"seen": "2", "title": "Letter", "body": "We need people."}).status_code == 303
    signed = client.post(f"{address}/sign", data={**data, "seen": "3"})
    for page in (signed.location, f"/proposals/{proposal}/files", address):
        assert "from the account of" in seen(client.get(page)).replace("Signed from", "from")


class FoundBy:
    """A scanner that says one thing of every file."""

    def __init__(self, found: str | None) -> None:
        self.found = found

    def scan(self, content: bytes) -> str:
        if self.found is None:
            raise ScannerAway("It does not answer.")
        return self.found


@pytest.mark.parametrize(("found", "words"), [("Test.Pattern", "found “Test.Pattern” in it"), (None, "Try again in a few minutes")])
def test_a_file_that_the_scanner_does_not_clear_is_not_taken_and_the_form_says_why(site: Site, found: str | None, words: str) -> None:
    with site.world() as world:
        proposal = world.draft()
        kept = attached(world, proposal)
        site.app.extensions["cowork"] = replace(world.context, scanner=FoundBy(found))
    client = site.signed_in(AUTHOR)
    html = seen(client.post(f"/proposals/{proposal}/files", data=posted(("b.csv", b"a,b\n3,4\n"), title="My own title")), 422)
    assert words in html
    assert "“b.csv”" in html
    assert 'value="My own title"' in html, "what was typed stays"
    data = {"seen": "1", "files": (io.BytesIO(b"firm,answer\nB,no\n"), "new.csv")}
    assert words in seen(client.post(f"/proposals/{proposal}/files/{kept}/replace", data=data), 422)
    with site.world() as world:
        assert len(list(world.context.blobs.everything())) == 1, "its bytes were never kept"
        site.app.extensions["cowork"] = replace(world.context, scanner=FoundBy(""))
    assert client.post(f"/proposals/{proposal}/files", data=posted(("b.csv", b"a,b\n3,4\n"))).status_code == 303
