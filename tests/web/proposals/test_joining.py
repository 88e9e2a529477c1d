"""The pages on which people ask to take part, and on which they are answered."""

from tests.web.conftest import Site, seen
from tests.web.posting import words_of

AUTHOR, PARTNER, COLLEAGUE = "author@northfield.example", "author@harbour.example", "nobody@northfield.example"


def test_a_colleague_finds_a_draft_asks_and_is_let_in(site: Site) -> None:
    with site.world() as world:
        proposal = world.draft()
        northfield = str(world.organisations["northfield"])
    author, colleague = site.signed_in(AUTHOR), site.signed_in(COLLEAGUE)
    assert "No draft accepts requests now" in seen(colleague.get("/proposals/open"))
    author.post(f"/proposals/{proposal}/open", data={"organisation": northfield, "opened": "y"})
    html = seen(colleague.get("/proposals/open"))
    assert "Machine Learning for Business Analysts" in html
    wish = {"organisation": northfield, "role": "commenter", "words": "I <i>teach</i> it."}
    assert colleague.post(f"/proposals/open/{proposal}", data=wish).status_code == 303
    assert "Waits for an answer" in seen(colleague.get("/proposals/open"))
    assert "still waits" in seen(colleague.post(f"/proposals/open/{proposal}", data=wish), 422)
    people = seen(author.get(f"/proposals/{proposal}/people"))
    assert "I &lt;i&gt;teach&lt;/i&gt; it." in people
    assert "to take part as commenter" in words_of(people)
    assert "Requests that wait" not in seen(site.signed_in(PARTNER).get(f"/proposals/{proposal}/people"))
    key = people.partition(f"/proposals/{proposal}/requests/")[2].partition('"')[0]
    answer = author.post(f"/proposals/{proposal}/requests/{key}", data={"accept": "y", "words": "Welcome."})
    assert answer.status_code == 303
    page = words_of(seen(colleague.get(f"/proposals/{proposal}/people")))
    assert "Accepted" in page
    assert "Welcome." in page
    assert "Commenter" in page


def test_more_is_asked_for_on_the_people_page(site: Site) -> None:
    with site.world() as world:
        proposal = world.draft()
        harbour = str(world.organisations["harbour"])
    partner = site.signed_in(PARTNER)
    wish = {"organisation": harbour, "section": "assessments", "right": "edit"}
    assert partner.post(f"/proposals/{proposal}/requests", data=wish).status_code == 303
    assert "You asked to edit “Assessment" in words_of(seen(partner.get(f"/proposals/{proposal}/people")))
    partner.post(f"/proposals/{proposal}/requests", data={"take-back": "y"})
    assert "Taken back" in seen(partner.get(f"/proposals/{proposal}/people"))
    partner.post(f"/proposals/{proposal}/requests", data={"organisation": harbour})
    assert "Choose a role, or a section" in seen(partner.get(f"/proposals/{proposal}/people"))


def test_the_marked_up_pdf_is_asked_for_on_the_changes_page_and_taken_away(site: Site) -> None:
    with site.world() as world:
        proposal = world.complete_draft()
        world.save(AUTHOR, proposal, "identity", title="Another title")
    client = site.signed_in(AUTHOR)
    assert "Make the marked-up PDF" in seen(client.get(f"/proposals/{proposal}/changes"))
    assert client.post(f"/proposals/{proposal}/changes/pdf", data={"old": "1", "new": "2"}).status_code == 303
    assert "data-look-again" in seen(client.get(f"/proposals/{proposal}/changes?old=1&new=2"))
    assert client.get(f"/proposals/{proposal}/changes/1/2/changes.pdf").status_code == 409
    with site.world() as world:
        world.work()
    assert "Download the marked-up PDF" in seen(client.get(f"/proposals/{proposal}/changes?old=1&new=2"))
    answer = client.get(f"/proposals/{proposal}/changes/1/2/changes.pdf")
    assert answer.headers["Content-Type"] == "application/pdf"
    assert "attachment" in answer.headers["Content-Disposition"]
