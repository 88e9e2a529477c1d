"""The register, open to everybody; the programme's page; and checking a document."""

import pytest

from cowork.domain.ids import ProgrammeId
from cowork.services import jobs, programmes
from tests.web.conftest import Site, seen, without_token
from tests.world import World

AUTHOR, HEAD, STRANGER = "author@northfield.example", "head@northfield.example", "admin@rival.example"
TITLE = "Machine Learning for Business Analysts"


def approved(world: World, *, public: bool = False) -> ProgrammeId:
    """A proposal approved by everybody; the programme it made."""
    proposal = world.complete_draft()
    world.submit(proposal)
    world.approve_all(proposal)
    line = programmes.register(world.context, world.actor(AUTHOR)).lines[0]
    if public:
        programmes.publish(world.context, world.actor(AUTHOR), line.id, True)
    return line.id


def test_an_empty_register_says_how_it_fills(site: Site) -> None:
    assert "No programme is public yet" in seen(site.client().get("/programmes"))
    assert "No programme is in the register yet" in seen(site.signed_in(AUTHOR).get("/programmes"))


def test_an_approved_programme_is_seen_by_its_parties_alone_until_it_is_published(site: Site) -> None:
    with site.world() as world:
        programme = approved(world)
    owner, visitor, stranger = site.signed_in(AUTHOR), site.client(), site.signed_in(STRANGER)
    page = f"/programmes/{programme}"
    assert "Only its parties see it" in seen(owner.get("/programmes"))
    assert TITLE in seen(owner.get(page))
    for outside in (visitor, stranger):
        assert TITLE not in seen(outside.get("/programmes"))
        assert without_token(seen(outside.get(page), 404)) == without_token(seen(outside.get("/programmes/unknown"), 404))
        assert outside.get(f"{page}/specification.pdf").status_code == 404
    assert owner.post(f"{page}/publish", data={"public": "1"}).status_code == 303
    for outside in (visitor, stranger):
        assert TITLE in seen(outside.get("/programmes"))
        html = seen(outside.get(page))
        assert "Explain how a supervised model learns" in html
        assert "Open the proposal" not in html
    assert owner.post(f"{page}/publish", data={"public": "0"}).status_code == 303
    seen(visitor.get(page), 404)


def test_only_authors_and_administrators_publish(site: Site) -> None:
    with site.world() as world:
        page = f"/programmes/{approved(world)}/publish"
    assert site.client().post(page, data={"public": "1"}).status_code == 401
    seen(site.signed_in(HEAD).post(page, data={"public": "1"}), 403)
    seen(site.signed_in(STRANGER).post(page, data={"public": "1"}), 404)
    assert site.signed_in("admin@harbour.example").post(page, data={"public": "1"}).status_code == 303


def test_private_answers_are_never_on_the_page(site: Site) -> None:
    with site.world() as world:
        proposal = world.complete_draft()
        world.save(AUTHOR, proposal, "business", costs=[{"item": "CANARY COST", "kind": "development", "amount": 1}])
        world.submit(proposal)
        world.approve_all(proposal)
        programme = programmes.register(world.context, world.actor(AUTHOR)).lines[0].id
        programmes.publish(world.context, world.actor(AUTHOR), programme, True)
    for client in (site.client(), site.signed_in(AUTHOR)):
        assert "CANARY" not in seen(client.get(f"/programmes/{programme}"))


def test_the_official_pdf_is_handed_out_when_it_is_made(site: Site) -> None:
    with site.world() as world:
        programme = approved(world, public=True)
    page = f"/programmes/{programme}/specification.pdf"
    assert "being made" in seen(site.client().get(page), 409)
    with site.world() as world:
        while jobs.run_next(world.context):
            pass
    answer = site.client().get(page)
    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    assert answer.data.startswith(b"%PDF")
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=Machine-Learning-for-Business-Analysts-v")


def test_a_fingerprint_is_checked(site: Site) -> None:
    with site.world() as world:
        programme = approved(world, public=True)
        digest = programmes.page(world.context, None, programme).line.digest
    client = site.client()
    assert "64 characters" in seen(client.get("/programmes/verify"))
    spaced = "+".join(digest[at : at + 8].upper() for at in range(0, 64, 8))
    assert f"This is the approved specification of {TITLE}" in seen(client.get(f"/programmes/verify?digest={spaced}"))
    assert "No approved specification has this number" in seen(client.get(f"/programmes/verify?digest={'0' * 64}"))


def test_a_programme_that_is_not_public_is_not_confirmed_to_strangers(site: Site) -> None:
    with site.world() as world:
        programme = approved(world)
        digest = programmes.page(world.context, world.actor(AUTHOR), programme).line.digest
    address = f"/programmes/verify?digest={digest}"
    assert TITLE not in seen(site.client().get(address))
    assert TITLE not in seen(site.signed_in(STRANGER).get(address))
    assert TITLE in seen(site.signed_in(AUTHOR).get(address))


@pytest.mark.parametrize("digest", ["x", "0" * 63, "0" * 65, "g" * 64, "%F0%9F%92%A9", "a" * 9000, "<script>"])
def test_what_is_no_fingerprint_is_explained(site: Site, digest: str) -> None:
    assert "64 characters" in seen(site.client().get(f"/programmes/verify?digest={digest}"), 422)


@pytest.mark.parametrize("after", ["x", "~", "2026-01-01T00:00:00Z~zzz", "%F0%9F%92%A9", "a" * 9000])
def test_odd_places_show_the_register(site: Site, after: str) -> None:
    seen(site.client().get(f"/programmes?after={after}"))


def test_the_register_is_read_page_by_page(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programmes, "PAGE", 2)
    with site.world() as world:
        for _ in range(3):
            world.pass_time()
            approved(world)
    client = site.signed_in(AUTHOR)
    first = seen(client.get("/programmes"))
    assert first.count('class="work-item"') == 2
    older = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = seen(client.get(older))
    assert second.count('class="work-item"') == 1
    assert 'rel="prev" href="/programmes"' in second
