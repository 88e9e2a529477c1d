"""Editing one section: showing its form, pressing the buttons of its repeating groups, saving it, settling conflicts."""

from collections.abc import Sequence
from functools import cached_property

from flask import flash, redirect, render_template, request
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from cowork.domain.conditions import Content
from cowork.domain.errors import Conflict, Invalid, Refused
from cowork.domain.policy import Action
from cowork.domain.specifications.form import Section
from cowork.services import comments, live_lists, moving, pending, specifications, suggesting
from cowork.services.cutting import MAX_NOTE
from cowork.services.specifications import Draft, SaveCommand, StaleSave
from cowork.store.comments import ThreadFull
from cowork.web import access
from cowork.web.kept import KeptView, kept
from cowork.web.parameters import number
from cowork.web.specifications import answers, conflicts, forms, lookups, moves, pages
from cowork.web.specifications.suggested import suggestions
from cowork.web.threads import of_section

Answer = Response | str | tuple[str, int]


class Editor:
    """One section of one draft, with what was posted for it."""

    def __init__(self, draft: Draft, section: Section) -> None:
        self.draft = draft
        self.section = section
        self.fields = pages.own_fields(draft, section)
        self.columns = pages.own_columns(draft, self.fields)
        self.note = request.form.get("note", "")[:MAX_NOTE]

    @cached_property
    def listed(self) -> Content:
        """The answers that name what links lead to, as they are written at this moment."""
        return live_lists.with_lists(access.context(), self.draft, self.section)

    def shown(self) -> Answer:
        """The page as it stands."""
        if not self.fields:
            return self._page(None)
        kept = answers.typed_answers(self.fields, self.draft.content.get(self.section.key, {}))
        return self._page(self._form(held=kept))

    def pressed(self) -> Answer:
        """The page again after a button of a repeating group, with everything that was typed."""
        held, _ = self._posted()
        groups = {field.key: field for field in self.fields if field.key in self.columns}
        action = answers.row_action(request.form.get("row", ""), groups)
        if action is None:
            raise BadRequest
        rows, index = answers.acted(groups[action.field], held.get(action.field), action, access.context().new_id)
        form = self._form(held={**held, action.field: rows})
        return self._page(form, base=number(request.form.get("base")), focus=(action.field, index), unsaved=True)

    def finding(self) -> Answer:
        """The page on which a code is searched; the form again, filled, once one was chosen. Nothing is saved and nothing lost."""
        held, _ = self._posted()
        place = lookups.place_of(request.form.get(lookups.FIND, ""), self.fields)
        context, actor, chosen = access.context(), access.actor(), request.form.get(lookups.TAKE)
        if chosen is None or request.form.get("then") == "search":
            page = lookups.find_page(context, actor, self.draft, request.path, place, request.form, held)
            return render_template("specifications/find_code.html", page=page, frame=page.frame)
        form = self._form(held=lookups.taken(context, actor, self.fields, place, chosen, held))
        focus = (place.field.key, place.index) if place.column else None
        return self._page(form, base=number(request.form.get("base")), focus=focus, unsaved=True)

    def saved(self) -> Answer:
        """The next page when it was saved; the same with what is wrong, or with both texts, when it was not."""
        if not self.fields:
            raise Refused(self._refusal())
        held, problems = self._posted()
        base, then = number(request.form.get("base")), request.form.get("then", "")
        if problems:
            return self._refused(held, problems, base)
        command = SaveCommand(self.section.key, base, answers.raw_answers(self.fields, held), self.note)
        try:
            if self.draft.case.may(Action.EDIT_IN_REVIEW):
                return self._moved(command, then)
            saved = specifications.save_section(access.context(), access.actor(), self.draft.case.state.id, command)
        except Invalid as error:
            return self._refused(held, error.problems, base)
        if isinstance(saved, StaleSave):
            page = conflicts.conflict_page(saved, self.section, access.context().differ, self.note, then)
            return render_template("specifications/conflict.html", page=page, frame=page.frame), 409
        flash(f"Saved as version {saved.version}." if saved.changed else "Nothing changed, so no version was made.", "success")
        return redirect(self._after(then), 303)

    def _moved(self, command: SaveCommand, then: str) -> Answer:
        """In review: what the change does to the route; once that is confirmed, saved."""
        proposal, context, actor = self.draft.case.state.id, access.context(), access.actor()
        words = ""
        if seen := request.form.get(moves.SEEN, ""):
            try:
                moved = moving.move(context, actor, proposal, command, seen)
                if not isinstance(moved, StaleSave):
                    flash(f"Saved. The review goes on with this version. {moved.sentence}", "success")
                    return redirect(f"/proposals/{proposal}/draft/{self.section.key}", 303)
            except Conflict as error:
                words = str(error)
        found = moving.preview(context, actor, proposal, command)
        if isinstance(found, StaleSave):
            page = conflicts.conflict_page(found, self.section, context.differ, self.note, then)
            return render_template("specifications/conflict.html", page=page, frame=page.frame), 409
        if not found.sections:
            flash("Nothing changed, so no version was made.", "success")
            return redirect(f"/proposals/{proposal}/draft/{self.section.key}", 303)
        section = f"/proposals/{proposal}/draft/{self.section.key}"
        asked = moves.move_page(found, f"{section}/move", section, request.form, words)
        html = render_template("specifications/move.html", page=asked, frame=asked.frame)
        return (html, 409) if words else html

    def _posted(self) -> tuple[dict[str, object], list[tuple[str, str]]]:
        """What the page held, by field key, and what was left undecided on a conflict page."""
        posted = forms.readable_names(request.form)
        asked = forms.asked(self.fields, posted)
        for prefix in (forms.PREFIX, conflicts.MINE):
            crowded = forms.too_many_rows(posted, prefix)
            for field in asked if crowded else ():
                if field.key == crowded:
                    raise Invalid([(f"{self.section.key}.{crowded}", f"“{field.label}” has too many entries. Remove some.")])
        held = forms.held_answers(forms.section_form(asked, self.draft.content, self.columns, posted=posted))
        if not conflicts.is_settling(posted):
            return held, []
        mine = forms.held_answers(forms.section_form(asked, self.draft.content, self.columns, posted=posted, prefix=conflicts.MINE))
        return conflicts.settled(posted, self.section, held, mine)

    def _refused(self, held: dict[str, object], problems: Sequence[tuple[str, str]], base: int) -> Answer:
        form = self._form(held=held)
        errors = forms.blame(form, self.section.key, problems)
        return self._page(form, base=base, errors=errors, unsaved=True), 422

    def _form(self, held: dict[str, object]) -> forms.HeldForm:
        kept = answers.typed_answers(self.fields, self.draft.content.get(self.section.key, {}))
        return forms.section_form(self.fields, self.listed, self.columns, held={**kept, **held})

    def _page(
        self,
        form: forms.HeldForm | None,
        *,
        errors: list[tuple[str, str]] | None = None,
        base: int | None = None,
        focus: tuple[str, int] | None = None,
        unsaved: bool = False,
    ) -> str:
        context, actor, case = access.context(), access.actor(), self.draft.case
        threads = comments.threads(context, actor, case.state.id)
        here = of_section(threads, self.section)
        asked = suggesting.asked_to_decide(context, actor, case.state.id, here)
        page = pages.section_page(
            self.draft, self.section, form, threads, suggestions(self.draft, here, asked, context.differ),
            errors=errors or (), note=self.note, base=base, focus=focus, unsaved=unsaved,
            listed=self.listed if form is not None else None, unsent=self._unsent(threads),
        )  # fmt: skip
        return render_template("specifications/section.html", page=page, frame=page.frame)

    def _unsent(self, threads: Sequence[ThreadFull]) -> tuple[KeptView, ...]:
        """The comments on this section that the reader keeps and has not sent."""
        case = self.draft.case
        if not case.state.unsent or not case.may(Action.COMMENT):
            return ()
        _, found = pending.mine(access.context(), access.actor(), case.state.id)
        views = kept(case, found, {thread.id: thread for thread in threads})
        return tuple(one for one in views if one.section == self.section.key)

    def _refusal(self) -> str:
        return pages.section_page(self.draft, self.section, None, [], {}).why_not

    def _after(self, then: str) -> str:
        root = f"/proposals/{self.draft.case.state.id}/draft"
        if then != "next":
            return f"{root}/{self.section.key}"
        keys = [section.key for section, _ in self.draft.case.questions.asked(self.draft.content)]
        later = keys[keys.index(self.section.key) + 1 :] if self.section.key in keys else []
        return f"{root}/{later[0]}" if later else root
