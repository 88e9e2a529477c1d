"""Events as sentences: what somebody did, in words that need no knowledge of the record's own."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from cowork.domain.files import KIND_WORDS as KIND_WORDS_OF_FILES
from cowork.domain.ids import PersonId
from cowork.domain.specifications.signing import WORDS as SIGNED_WORDS
from cowork.domain.specifications.signing import Statement
from cowork.services.audit import Activity
from cowork.store.audit import Entry

SYSTEM = "Cowork"
"""Who did what nobody did by hand."""
VERDICT_WORDS = {
    "approve": "approved", "approve-with-conditions": "approved, with conditions,", "request-changes": "asked for changes to",
    "reject": "rejected", "no-objection": "had no objection to", "object": "objected to", "abstain": "abstained on",
    "recuse": "stood aside from deciding on", "comment": "had no further comments on", "table": "put off",
    "appeal": "appealed on", "voted": "voted in secret on",
}  # fmt: skip
KIND_WORDS = {"new": "a new programme", "revision": "a revision", "renewal": "a renewal", "retirement": "a retirement"}
ORIGIN_WORDS = {
    "shipped": "a template that comes with Cowork", "template": "a template", "proposal": "the answers of another proposal",
    "programme": "the answers of an approved programme",
}  # fmt: skip
ROLE_WORDS = {"author": "an author", "commenter": "a commenter", "reader": "a reader"}
FILE_WORDS = {kind.value: words.lower() for kind, words in KIND_WORDS_OF_FILES.items()}
TONES = {
    "proposal-approved": "success", "outline-approved": "success",
    "proposal-rejected": "danger", "changes-requested": "warning", "referred-back": "warning",
    "decision-made": "info", "proposal-submitted": "info", "review-held": "warning", "stage-overridden": "warning",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class EventRow:
    """An act on the Activity page: one event, or a thread's opening with its first comment.

    `private` says in words who alone sees it; `version` is the one it is about, if any; `links` are the number and hash of each event.
    """

    seq: int
    at: datetime
    who: str
    text: str
    private: str
    version: int | None
    saved: bool
    tone: str
    links: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class _Words:
    """Names for what payloads only identify."""

    activity: Activity

    def person(self, payload: Mapping[str, object]) -> str:
        return self.activity.names.get(PersonId(str(payload.get("person"))), "somebody")

    def along(self, payload: Mapping[str, object]) -> str:
        """Those who wrote a version with whoever saved it."""
        writers = payload.get("writers")
        if not isinstance(writers, list):
            return ""
        names = sorted(self.activity.names.get(PersonId(str(writer)), "somebody") for writer in writers)
        return ", written with " + " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)

    def party(self, key: object) -> str:
        found = (party.name for party in self.activity.case.state.facts.parties if party.organisation == key)
        return next(found, "a former party")

    def stage(self, payload: Mapping[str, object]) -> str:
        workflow, key = self.activity.workflows.get(str(payload.get("round"))), str(payload.get("stage", ""))
        known = {stage.key: stage.title for stage in workflow.stages} if workflow else {}
        return known.get(key, key.replace("-", " "))

    def workflow(self, payload: Mapping[str, object]) -> str:
        found = self.activity.workflows.get(str(payload.get("workflow")))
        return f"“{found.title}”" if found else "another way"

    def sections(self, keys: object) -> str:
        labels = {section.key: section.label for section in self.activity.case.form.sections}
        return ", ".join(labels.get(str(key), str(key)) for key in keys) if isinstance(keys, list) else ""

    def place(self, payload: Mapping[str, object]) -> str:
        section = self.sections([payload["section"]]) if payload.get("section") else ""
        return f"on {section}" if section else "on the whole proposal"


Teller = Callable[[Mapping[str, object], _Words], str]


def _version_saved(payload: Mapping[str, object], words: _Words) -> str:
    sections = words.sections(payload.get("sections"))
    return f"saved version {payload['version']}{words.along(payload)}{': ' + sections if sections else ''}"


def _decision(payload: Mapping[str, object], words: _Words) -> str:
    did = VERDICT_WORDS.get(str(payload["verdict"]), str(payload["verdict"]))
    sections = words.sections(payload.get("sections"))
    about = f" in {sections}" if sections else ""
    where = " in a meeting" if payload.get("meeting") else ""
    whose = f"recorded the vote of {words.person(payload)}{where}: " if "person" in payload else ""
    return f"{whose}{did} version {payload['version']}{about} for {words.party(payload['party'])}, at the stage “{words.stage(payload)}”"


def _participant_added(payload: Mapping[str, object], words: _Words) -> str:
    role = ROLE_WORDS.get(str(payload["role"]), "a participant")
    return f"made {words.person(payload)} {role} for {words.party(payload['organisation'])}"


def _pulled(payload: Mapping[str, object], _words: _Words) -> str:
    count = payload.get("taken")
    taken = "none" if count == 0 else "one of them" if count == 1 else f"{count} of them"
    return f"looked at the changes of the template up to its version {payload['version']} and took {taken}"


def _thread_opened(payload: Mapping[str, object], words: _Words) -> str:
    did = "objected" if payload.get("objection") else "suggested other wording" if payload.get("suggestion") else "opened a comment"
    return f"{did} {words.place(payload)}, version {payload['version']}"


RIGHT_WORDS = {"read": "only read", "comment": "comment on", "suggest": "suggest changes to", "edit": "edit"}


def _right_set(payload: Mapping[str, object], words: _Words) -> str:
    party, section = words.party(payload["organisation"]), words.sections([payload["section"]])
    whose = f"{words.person(payload)} of {party}" if "person" in payload else f"everybody of {party}"
    if "right" not in payload:
        return f"gave {whose} what their role gives in {section}"
    return f"let {whose} {RIGHT_WORDS.get(str(payload['right']), 'read')} {section}"


def _granted(payload: Mapping[str, object], words: _Words) -> str:
    party, section = words.party(payload["organisation"]), words.sections([payload["section"]])
    did = "let the authors of {} edit {}" if payload["granted"] else "ended that the authors of {} edit {} beside their own part"
    return did.format(party, section)


def _asked(payload: Mapping[str, object], words: _Words) -> str:
    whom = words.party(payload["answering"])
    if "role" in payload:
        return f"asked {whom} to take part as {ROLE_WORDS.get(str(payload['role']), 'a participant')}"
    return f"asked {whom} to {RIGHT_WORDS.get(str(payload.get('right')), 'read')} {words.sections([payload.get('section')])}"


def _rows(payload: Mapping[str, object], words: _Words) -> str:
    rows = [str(row).split("/") for row in payload["rows"]] if isinstance(payload["rows"], list) else []
    sections = words.sections(list(dict.fromkeys(path.partition(".")[0] for path, *_ in rows)))
    said = " and ".join(dict.fromkeys(SIGNED_WORDS.get(Statement(row[2]), "").lower() for row in rows if len(row) == 3))
    return f"{'a row' if len(rows) == 1 else f'{len(rows)} rows'} of {sections or 'the alignment'} as {said}"


TELLERS: dict[str, Teller] = {
    "proposal-started": lambda p, _w: f"started this proposal for {KIND_WORDS.get(str(p['proposal_kind']), 'a programme')}",
    "participant-added": _participant_added,
    "participant-removed": lambda p, w: f"ended the part of {w.person(p)} for {w.party(p['organisation'])}",
    "workflow-chosen": lambda p, w: f"chose {w.workflow(p)} as the way of approval",
    "origin-noted": lambda p, _w: f"began with {ORIGIN_WORDS.get(str(p['origin']), 'other answers')}, version {p['version']}",
    "changes-pulled": _pulled,
    "version-saved": _version_saved,
    "form-changed": lambda p, _w: f"took over the newest questions of the parties, in version {p['version']}",
    "thread-opened": _thread_opened,
    "comment-added": lambda _p, _w: "wrote a comment",
    "comment-withdrawn": lambda _p, _w: "took back a comment that nobody had answered",
    "thread-placed": lambda p, _w: f"said which words of version {p['version']} a comment is about",
    "suggestion-accepted": lambda p, w: f"took over a suggestion of {w.person(p)} into version {p['version']}",
    "suggestion-rejected": lambda p, w: f"turned down a suggestion of {w.person(p)}",
    "thread-resolved": lambda _p, _w: "resolved a comment",
    "thread-reopened": lambda _p, _w: "reopened a comment",
    "proposal-submitted": lambda p, w: f"submitted version {p['version']} for approval by {w.workflow(p)} (round {p['number']})",
    "decision-made": _decision,
    "put-off": lambda p, w: f"put off version {p['version']} in a meeting of {w.party(p['party'])}, at the stage “{w.stage(p)}”",
    "changes-requested": lambda p, w: f"The proposal went back to its authors from the stage “{w.stage(p)}”",
    "referred-back": lambda p, w: f"The stage “{w.stage(p)}” referred the proposal back to “{w.stage({**p, 'stage': p['to']})}”",
    "stage-renewed": lambda p, w: f"The stage “{w.stage(p)}” began anew, because what was said there was on another text",
    "proposal-rejected": lambda p, w: f"The proposal was rejected at the stage “{w.stage(p)}”",
    "proposal-approved": lambda p, _w: f"The proposal was approved: version {p['version']} is in force",
    "outline-approved": lambda p, _w: f"The outline was accepted in version {p['version']}: the whole form is open",
    "proposal-withdrawn": lambda _p, _w: "withdrew the proposal from review",
    "decision-undone": lambda p, w: f"took back a decision at “{w.stage(p)}”{': the review runs on' if p.get('reopened') else ''}",
    "condition-set": lambda p, w: f"set a condition at the stage “{w.stage(p)}”, to be seen to by {w.person(p)}",
    "condition-reported": lambda _p, _w: "reported a condition as done",
    "condition-closed": lambda _p, _w: "closed a condition: it is met",
    "condition-waived": lambda _p, _w: "waived a condition",
    "review-held": lambda _p, _w: "put the review on hold",
    "review-resumed": lambda _p, _w: "resumed the review",
    "proposal-revived": lambda _p, _w: "revived the proposal: its authors can edit and submit it again",
    "stage-added": lambda p, w: f"added the stage “{w.stage(p)}” to this review",
    "reviewer-added": lambda p, w: f"added {w.person(p)} to those asked at “{w.stage(p)}” for {w.party(p['party'])}",
    "reviewer-removed": lambda p, w: f"removed {w.person(p)} from those asked at “{w.stage(p)}” for {w.party(p['party'])}",
    "stage-overridden": lambda p, w: f"passed the stage “{w.stage(p)}” as an administrator, without what it asks",
    "round-moved": lambda p, _w: f"let the review go on with version {p['version']}",
    "round-migrated": lambda p, w: f"let the review go on under {w.workflow(p)}",
    "rows-signed": lambda p, w: f"signed {_rows(p, w)} for {w.party(p['organisation'])}, on version {p['version']}",
    "rows-unsigned": lambda p, w: f"took back the signature of {_rows(p, w)} for {w.party(p['organisation'])}",
    "signatures-asked": lambda p, _w: f"asked the employers to sign the rows of the alignment, version {p['version']}",
    "file-attached": lambda p, _w: f"attached a file ({FILE_WORDS.get(str(p['file_kind']), 'file')})",
    "file-replaced": lambda p, _w: f"put a newer version in the place of a file (number {p['number']})",
    "file-changed": lambda _p, _w: "changed what is said about a file",
    "file-shared": lambda _p, _w: "shared a file of their own organisation with every party",
    "file-kept-private": lambda p, w: f"took a file back: only {w.party(p['organisation'])} sees it from now on",
    "file-withdrawn": lambda _p, _w: "withdrew a file",
    "file-forgotten": lambda _p, _w: "The bytes of a withdrawn file are kept no more: its time was over",
    "letter-written": lambda _p, _w: "began a letter of support",
    "letter-discarded": lambda _p, _w: "discarded a letter of support that was not signed",
    "letter-signed": lambda p, w: f"signed a letter of support for {w.party(p['organisation'])}",
    "programme-published": lambda p, _w: f"{'put the programme into' if p['public'] else 'took the programme out of'} the public register",
    "section-right-set": _right_set,
    "section-granted": _granted,
    "party-opened": lambda p, w: f"{'let' if p['opened'] else 'no longer lets'} members of {w.party(p['organisation'])} find it and ask",
    "access-asked": _asked,
    "access-answered": lambda p, w: f"{'accepted' if p['accepted'] else 'declined'} what {w.person(p)} had asked for",
    "access-unasked": lambda _p, _w: "took back what they had asked for",
    "exported": lambda p, _w: f"made the {str(p['format']).upper()} of version {p['version']}",
}
"""A sentence for every kind of event of a proposal. Those that begin with a capital are about no one's act."""


def event_rows(activity: Activity) -> tuple[EventRow, ...]:
    """The events of a page, newest first."""
    words, rows, first_comment = _Words(activity), list[EventRow](), None
    for entry in activity.entries:
        if first_comment is not None and _opens(entry, first_comment):
            rows[-1] = _row(entry, words, first_comment)
        else:
            rows.append(_row(entry, words))
        first_comment = entry if entry.kind == "comment-added" else None
    return tuple(rows)


def _opens(entry: Entry, comment: Entry) -> bool:
    """Whether this event opened the thread in which the next one was the first comment."""
    same = entry.payload.get("thread") == comment.payload.get("thread")
    return entry.kind == "thread-opened" and same and comment.seq == entry.seq + 1


def _row(entry: Entry, words: _Words, *more: Entry) -> EventRow:
    tell = TELLERS.get(entry.kind)
    text = tell(entry.payload, words) if tell else entry.kind.replace("-", " ")
    version, lane = entry.payload.get("version"), entry.payload.get("lane")
    return EventRow(
        seq=entry.seq,
        at=entry.at,
        who="" if text[:1].isupper() else entry.actor_name or SYSTEM,
        text=text,
        private=f"Only {words.party(lane)} sees this" if lane else "",
        version=version if isinstance(version, int) else None,
        saved=entry.kind == "version-saved",
        tone=TONES.get(entry.kind, "neutral"),
        links=tuple((one.seq, str(one.hash)) for one in (entry, *more)),
    )
