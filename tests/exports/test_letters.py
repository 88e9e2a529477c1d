"""Mails as people read them."""

from dataclasses import replace

from cowork.exports.letters import Part, written

URL = "https://cowork.example/p"
NEEDED = "Still needed: the dean’s approval."
PART = Part("Your turn: <b>Data</b>", "<b>Data</b>", "You are asked.", NEEDED, "Monday", URL, "Read and decide")


def test_hostile_titles_stay_text_in_html_and_as_they_are_in_text() -> None:
    letter = written("Anna", [PART], "", "https://cowork.example/account/notifications")
    assert letter.subject == "Your turn: <b>Data</b>"
    assert "&lt;b&gt;Data&lt;/b&gt;" in letter.html
    assert "<b>" not in letter.html
    assert "<b>Data</b>" in letter.text
    assert "Still needed: the dean’s approval." in letter.text
    assert letter.html.count("https://cowork.example/p") == 1


def test_a_digest_lists_all_and_names_the_first_in_its_subject() -> None:
    letter = written("Anna", [PART, PART, PART], "daily", "https://cowork.example/c")
    assert letter.subject == "Cowork today: Your turn: <b>Data</b> and 2 more"
    assert letter.text.count("* Your turn") == 3


def test_a_mail_says_why_somebody_gets_it() -> None:
    part, meeting = PART, replace(PART, meeting=True)
    takes_part, holds = "you take part, or because you follow the proposal", "you hold the office that meets"
    for parts, why in (((part,), takes_part), ((meeting,), holds), ((part, meeting), f"{takes_part}, or because {holds}")):
        made = written("Ann", parts, "", f"{URL}/choices")
        assert f"You get this because {why}." in made.text
        assert f"You get this because {why}." in made.html
