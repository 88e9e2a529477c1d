"""The Export page: asking, waiting, downloading, and what it refuses."""

import hashlib

import pytest

from tests.web.conftest import Site, seen

AUTHOR = "author@northfield.example"


def proposal_of(site: Site, *, approved: bool = False) -> str:
    with site.world() as world:
        proposal = world.complete_draft()
        if approved:
            world.submit(proposal)
            world.approve_all(proposal)
        return proposal


def work(site: Site) -> None:
    with site.world() as world:
        world.work()


def test_a_draft_is_asked_for_made_and_downloaded(site: Site) -> None:
    proposal = proposal_of(site)
    client = site.signed_in(AUTHOR)
    page = f"/proposals/{proposal}/export"
    assert "Not asked for yet" in seen(client.get(page))
    assert client.post(page, data={"version": "1"}).status_code == 303
    waiting = seen(client.get(page))
    assert "data-look-again" in waiting
    assert client.get(f"/proposals/{proposal}/versions/1/specification.pdf").status_code == 409
    work(site)
    ready = seen(client.get(page))
    assert "Download the PDF" in ready
    assert "data-look-again" not in ready
    file = client.get(f"/proposals/{proposal}/versions/1/specification.pdf")
    assert file.mimetype == "application/pdf"
    assert file.headers["Content-Disposition"].startswith("attachment; filename=Machine-Learning")
    assert file.data.startswith(b"%PDF")


def test_the_json_has_the_fingerprint_that_the_page_shows(site: Site) -> None:
    proposal = proposal_of(site)
    client = site.signed_in("author@harbour.example")
    file = client.get(f"/proposals/{proposal}/versions/1/specification.json")
    assert hashlib.sha256(file.data).hexdigest() in seen(client.get(f"/proposals/{proposal}/export"))


def test_the_official_document_is_there_after_approval(site: Site) -> None:
    proposal = proposal_of(site, approved=True)
    client = site.signed_in(AUTHOR)
    assert "Waiting to be made" in seen(client.get(f"/proposals/{proposal}/export"))
    work(site)
    assert "official document" in seen(client.get(f"/proposals/{proposal}/export"))


@pytest.mark.parametrize("number", ["0", "2", "x", "1e3", "99999999999999999999", "-1"])
def test_a_version_that_is_not_there_is_a_clear_refusal(site: Site, number: str) -> None:
    proposal = proposal_of(site)
    client = site.signed_in(AUTHOR)
    for response in (
        client.get(f"/proposals/{proposal}/export?version={number}"),
        client.post(f"/proposals/{proposal}/export", data={"version": number}),
        client.get(f"/proposals/{proposal}/versions/{number}/specification.pdf"),
        client.get(f"/proposals/{proposal}/versions/{number}/specification.json"),
    ):
        assert response.status_code in (400, 404, 409)


def test_a_rival_downloads_nothing(site: Site) -> None:
    proposal = proposal_of(site)
    client = site.signed_in("admin@rival.example")
    for address in ("export", "versions/1/specification.pdf", "versions/1/specification.json"):
        assert client.get(f"/proposals/{proposal}/{address}").status_code == 404


def test_a_document_that_is_gone_from_the_disk_is_made_again(site: Site) -> None:
    proposal = proposal_of(site)
    client = site.signed_in(AUTHOR)
    page = f"/proposals/{proposal}/export"
    client.post(page, data={"version": "1"})
    work(site)
    with site.world() as world:
        for file in world.context.files.rglob("*.pdf"):
            file.unlink()
    assert client.get(f"/proposals/{proposal}/versions/1/specification.pdf").status_code == 503
    assert "Not asked for yet" in seen(client.get(page))
    client.post(page, data={"version": "1"})
    work(site)
    assert client.get(f"/proposals/{proposal}/versions/1/specification.pdf").data.startswith(b"%PDF")
