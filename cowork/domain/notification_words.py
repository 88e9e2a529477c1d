"""What notices say, in words: the label of each kind, a headline, one sentence, and where it leads."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from cowork.domain.notifications import Channel, Kind

LABELS: Mapping[Kind, tuple[str, str]] = {
    Kind.YOUR_TURN: ("Your turn", "Something is asked of you: a decision, a comment, people to name, or to object in time."),
    Kind.CHANGES_REQUESTED: ("Changes requested", "A proposal that you write came back to you."),
    Kind.APPROVED: ("Approved", "A proposal that you take part in was approved."),
    Kind.OUTLINE_APPROVED: ("Outline accepted", "An outline that you take part in was accepted: the whole form is open."),
    Kind.REJECTED: ("Rejected", "A proposal that you take part in was rejected."),
    Kind.CONDITION_SET: ("Condition set", "An approval set a condition that you answer for."),
    Kind.MENTIONED: ("Mentioned", "Somebody wrote @ and your name in a comment."),
    Kind.ANSWERED: ("Answered", "Somebody wrote in a thread after you, or settled what you suggested."),
    Kind.NO_LONGER_NEEDED: ("No longer needed", "You were asked, and somebody else did it or it was taken back."),
    Kind.INFORMED: ("For your information", "A stage tells you of a proposal and asks nothing."),
    Kind.REMINDER: ("Reminder", "What is asked of you is due in two working days."),
    Kind.WINDOW_CLOSING: ("Objection window closing", "The last days in which you can object."),
    Kind.OVERDUE: ("Overdue", "What was asked of you was due and is not done."),
    Kind.ESCALATED: ("Escalated", "Nobody has decided for too long, and you can do something about it."),
    Kind.CONDITION_DUE: ("Condition due", "A condition of an approval that you answer for is due."),
    Kind.ASKED_TO_SIGN: ("Asked to sign", "The other side asks you to sign rows of the alignment for your organisation."),
    Kind.SIGNATURE_STALE: ("Signed row changed", "A row of the alignment that you signed changed, so that your signature counts no more."),
    Kind.EVIDENCE_EXPIRES: ("Evidence expires", "A file that your organisation attached can soon not be relied on any more."),
    Kind.MEETING_PLANNED: ("Meeting planned", "A meeting of an office that you hold was planned."),
    Kind.MEETING_MOVED: ("Meeting put off or moved", "A meeting of yours has another day, time or place."),
    Kind.MEETING_CANCELLED: ("Meeting cancelled", "A meeting of yours will not take place."),
    Kind.AGENDA_READY: ("Agenda ready", "The agenda of a meeting of yours is complete."),
    Kind.ACCESS_ASKED: ("Somebody asks to take part", "Somebody asks for a role or a right in a proposal of yours."),
    Kind.ACCESS_ANSWERED: ("Your request answered", "What you asked for in a proposal was accepted or declined."),
    Kind.CHANGED: ("Changed", "A proposal that you follow changed."),
}
"""Each kind with what it means, in the order of the choices page."""

CHANNEL_LABELS: Mapping[Channel, str] = {
    Channel.INSTANT: "At once", Channel.DAILY: "In a daily mail", Channel.WEEKLY: "In a weekly mail", Channel.PAGE: "Not by mail",
}  # fmt: skip

HEADLINES: Mapping[Kind, str] = {
    Kind.YOUR_TURN: "Your turn: {title}",
    Kind.CHANGES_REQUESTED: "Changes requested: {title}",
    Kind.APPROVED: "Approved: {title}",
    Kind.OUTLINE_APPROVED: "Outline accepted: {title}",
    Kind.REJECTED: "Rejected: {title}",
    Kind.CONDITION_SET: "A condition for you: {title}",
    Kind.MENTIONED: "{by} mentioned you: {title}",
    Kind.ANSWERED: "{by} answered you: {title}",
    Kind.NO_LONGER_NEEDED: "No longer needed: {title}",
    Kind.INFORMED: "For your information: {title}",
    Kind.REMINDER: "Due soon: {title}",
    Kind.WINDOW_CLOSING: "Last days to object: {title}",
    Kind.OVERDUE: "Overdue: {title}",
    Kind.ESCALATED: "Nobody has decided: {title}",
    Kind.CONDITION_DUE: "A condition is due: {title}",
    Kind.ASKED_TO_SIGN: "Asked to sign: {title}",
    Kind.SIGNATURE_STALE: "What you signed changed: {title}",
    Kind.EVIDENCE_EXPIRES: "Evidence expires: {title}",
    Kind.MEETING_PLANNED: "Meeting planned: {title}",
    Kind.MEETING_MOVED: "New day, time or place: {title}",
    Kind.MEETING_CANCELLED: "Cancelled: {title}",
    Kind.AGENDA_READY: "Agenda ready: {title}",
    Kind.ACCESS_ASKED: "{by} asks to take part: {title}",
    Kind.ACCESS_ANSWERED: "Your request was answered: {title}",
    Kind.CHANGED: "Changed: {title}",
}

SENTENCES: Mapping[Kind, str] = {
    Kind.YOUR_TURN: "You are asked at {stages}.",
    Kind.CHANGES_REQUESTED: "{stage} sent it back to its authors. Read what is asked, change the text and submit it again.",
    Kind.APPROVED: "Every stage is done. The official document can be downloaded.",
    Kind.OUTLINE_APPROVED: "Every party wants to go on. The whole form is open, with everything that was typed.",
    Kind.REJECTED: "{stage} rejected it. The reason is kept with the proposal.",
    Kind.CONDITION_SET: "{stage} approved it on a condition that you answer for. Report on the Route page when it is met.",
    Kind.MENTIONED: "{by} named you in a comment.",
    Kind.ANSWERED: "{by} answered, or settled a suggestion, in a thread that you took part in.",
    Kind.NO_LONGER_NEEDED: "You were asked at {stages}. That is done or taken back, so nothing is asked of you there any more.",
    Kind.INFORMED: "{stage} tells you of it. Nothing is asked of you.",
    Kind.REMINDER: "You are asked at {stages}, and have not answered yet.",
    Kind.WINDOW_CLOSING: "It passes at {stages} unless somebody objects in time.",
    Kind.OVERDUE: "You are asked at {stages}. The term is over, and the proposal still waits for you.",
    Kind.ESCALATED: "Nothing was decided at {stages} for {days} working days. Ask those who sit there, or name somebody who can decide.",
    Kind.CONDITION_DUE: "It was approved on a condition that you answer for. Report on the Route page when it is met.",
    Kind.ASKED_TO_SIGN: "{by} asks you to sign which job tasks and outcomes are in demand, and assessed as on the job.",
    Kind.SIGNATURE_STALE: "Version {version} by {by} changed what {signatures} on. Read the rows as they are now, and sign again what you "
    "still stand by.",
    Kind.EVIDENCE_EXPIRES: "A file of your organisation can be relied on until {day} only. Replace it with a newer one, or withdraw it.",
    Kind.MEETING_PLANNED: "It is planned. Its agenda follows; what waits for you can be read already.",
    Kind.MEETING_MOVED: "It has another day, time or place. Please note it anew.",
    Kind.MEETING_CANCELLED: "It will not take place. What was on its agenda waits for another meeting.",
    Kind.AGENDA_READY: "The agenda is complete. Read what is on it before you meet.",
    Kind.ACCESS_ASKED: "{by} asks for a role or for a right in a section. Accept or decline it on the People page.",
    Kind.ACCESS_ANSWERED: "{by} answered what you asked for. The page says how.",
    Kind.CHANGED: "It changed since you last looked.",
}

TO_NAME = "You are asked to name the people who decide at {stages}."
"""Said of YOUR_TURN where it is that, and nothing else, that is asked."""
TO_APPEAL = "It was refused, and you can appeal at {stages}. Without an appeal in time the decision is final."
"""The same where authors can appeal."""
AGAIN = "This is round {round}."
"""Said beside YOUR_TURN when a proposal comes again."""
NEWER = "It has a newer version than in round {before}, in which you were asked too: the page can show what is different."
"""Said beside that where it is known; `before` is the last such round."""
DEPUTY = "You are asked as the deputy of {principal}."

PLACES: Mapping[Kind, str] = {
    **dict.fromkeys(Kind, "review"), Kind.CHANGES_REQUESTED: "draft",
    Kind.OUTLINE_APPROVED: "draft", Kind.APPROVED: "export", Kind.CHANGED: "activity",
    Kind.ESCALATED: "route", Kind.CONDITION_DUE: "route", Kind.CONDITION_SET: "route",
    Kind.NO_LONGER_NEEDED: "route", Kind.REJECTED: "route",
    Kind.ACCESS_ASKED: "people", Kind.ACCESS_ANSWERED: "people",
    Kind.ASKED_TO_SIGN: "alignment", Kind.SIGNATURE_STALE: "alignment",
    Kind.EVIDENCE_EXPIRES: "files",
}  # fmt: skip

ACTIONS: Mapping[Kind, str] = {
    **dict.fromkeys(Kind, "Read it"),
    Kind.OUTLINE_APPROVED: "Write on", Kind.YOUR_TURN: "Read and decide", Kind.REMINDER: "Read and decide", Kind.OVERDUE: "Read and decide",
    Kind.WINDOW_CLOSING: "Read, and object if you have to", Kind.CHANGES_REQUESTED: "Read what is asked", Kind.ANSWERED: "Read the answer",
    Kind.MENTIONED: "Read the comment", Kind.APPROVED: "Get the document", Kind.CHANGED: "See what changed",
    Kind.ASKED_TO_SIGN: "Read and sign", Kind.SIGNATURE_STALE: "Read and sign again",
    Kind.ESCALATED: "See who is asked", Kind.CONDITION_DUE: "See the condition",
    Kind.CONDITION_SET: "See the condition", Kind.NO_LONGER_NEEDED: "See where it stands",
    Kind.ACCESS_ASKED: "Accept or decline", Kind.ACCESS_ANSWERED: "See the answer",
    Kind.EVIDENCE_EXPIRES: "See the file",
}  # fmt: skip

LAPSED = "The term of {lapsed} ended without the decision it needs. Change the text if you want to, and submit it again."
MOST_SUBJECT = 200
OPEN_DRAFTS = "/proposals/open"
"""Where drafts are that accept requests, with what was answered: it leads who may not read the proposal."""


@dataclass(frozen=True, slots=True)
class Wording:
    """A notice in words. `path` leads to it, from the root of the site; `action` is what the link says."""

    headline: str
    sentence: str
    path: str
    action: str


def wording(kind: Kind, title: str, facts: Mapping[str, object], base: str, *, stages: tuple[str, ...] = (), by: str = "") -> Wording:
    """The words of a notice about the thing of this title, whose pages lie under `base`. `stages` are titles, `by` a name."""
    count = facts.get("signatures", 0)
    quoted = join(f"“{stage}”" for stage in stages) or "its stage"
    words = {
        "title": one_line(title), "by": by or "Somebody", "stages": quoted, "stage": f"The stage {quoted}" if stages else "A stage",
        "lapsed": f"the stage {quoted}" if stages else "a stage",
        "days": facts.get("days", ""), "day": facts.get("day", ""), "version": facts.get("version", ""),
        "signatures": "one of your signatures rests" if count == 1 else f"{count} of your signatures rest",
    }  # fmt: skip
    lapsed = kind is Kind.CHANGES_REQUESTED and facts.get("lapsed")
    names = kind is Kind.YOUR_TURN and bool(facts.get("names"))
    appeal = kind is Kind.YOUR_TURN and bool(facts.get("appeal"))
    sentence = (LAPSED if lapsed else TO_NAME if names else TO_APPEAL if appeal else SENTENCES[kind]).format(**words)
    round_ = facts.get("round")
    if kind is Kind.YOUR_TURN and isinstance(round_, int) and round_ > 1:
        sentence += " " + AGAIN.format(round=round_)
        sentence += " " + NEWER.format(before=facts["newer_than"]) if "newer_than" in facts else ""
    anchor = f"#thread-{facts['thread']}" if "thread" in facts else ""
    within = f"/{facts['file']}" if kind is Kind.EVIDENCE_EXPIRES and "file" in facts else ""
    place = "naming" if names else PLACES[kind]
    path = f"{base}/{place}{within}{anchor}" if base.startswith("/proposals/") and base != OPEN_DRAFTS else base
    action = "Name people" if names else "Read, and appeal if you want to" if appeal else ACTIONS[kind]
    return Wording(shortened(HEADLINES[kind].format(**words)), sentence, path, action)


def one_line(text: str) -> str:
    """The text without line ends and other control characters: it stands in a mail's head."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def shortened(text: str, most: int = MOST_SUBJECT) -> str:
    """The text in at most so many characters."""
    text = one_line(text)
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def join(words: Iterable[str]) -> str:
    """Several words as people say them: a, b and c."""
    *others, last = [*words] or [""]
    return f"{', '.join(others)} and {last}" if others else last
