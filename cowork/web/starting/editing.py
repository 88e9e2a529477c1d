"""Writing a template section by section, with the questions of the form."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from cowork.domain.conditions import Content
from cowork.domain.errors import Conflict, Invalid, NotFound
from cowork.domain.ids import TemplateId
from cowork.domain.policy import Action
from cowork.domain.specifications.form import Field, FieldLane, FieldType, Form, Section
from cowork.services import templates
from cowork.services.templates import Sheet
from cowork.web import access
from cowork.web.fields import blame
from cowork.web.parameters import number
from cowork.web.specifications import answers, forms
from cowork.web.specifications.answers import PLACE
from cowork.web.specifications.asking import on_the_page
from cowork.web.specifications.pages import Column, EntryRow, Question, grouped
from cowork.web.starting.forms import DetailsForm, filled

blueprint = Blueprint("template_sheets", __name__)

Page = str | tuple[str, int] | Response
Problems = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class SectionLine:
    """A section in the overview; `answered` counts its answers."""

    key: str
    label: str
    answered: int


def own_fields(section: Section, content: Content) -> tuple[Field, ...]:
    """The questions of a section that a template can answer: what everybody reads, and is not said of one programme only."""
    return tuple(f for f in section.fields if f.lane is FieldLane.SHARED and f.copied and on_the_page(section, f, content))


def lines(form: Form, content: Content) -> tuple[SectionLine, ...]:
    found = (section for section in form.sections if own_fields(section, content))
    return tuple(SectionLine(section.key, section.label, len(content.get(section.key, {}))) for section in found)


@access.route(blueprint, "/templates/<string:template>/edit", Action.EDIT_TEMPLATE)
def overview(template: str) -> Page:
    """What the template says of itself, and its sections."""
    sheet = templates.sheet(access.context(), access.actor(), TemplateId(template))
    return _overview(sheet, DetailsForm(formdata=None, data=filled(sheet.state.details)), [])


def _overview(sheet: Sheet, form: DetailsForm, problems: Problems) -> str:
    return render_template("starting/edit.html", sheet=sheet, form=form, problems=problems, lines=lines(sheet.form, sheet.content))


@access.route(blueprint, "/templates/<string:template>/edit", Action.EDIT_TEMPLATE, methods=("POST",))
def save_details(template: str) -> Page:
    form = DetailsForm()
    try:
        seen = number(request.form.get("saves"))
        templates.save_details(access.context(), access.actor(), TemplateId(template), seen, form.details())
    except Invalid as error:
        sheet = templates.sheet(access.context(), access.actor(), TemplateId(template))
        return _overview(sheet, form, blame(form, error)), 422
    flash("Saved. Others see it when you publish the template.", "success")
    return redirect(f"/templates/{template}/edit", 303)


@access.route(blueprint, "/templates/<string:template>/edit/<string:section>", Action.EDIT_TEMPLATE)
def section(template: str, section: str) -> Page:
    """One section as a form."""
    return _Writing(template, section).shown()


@access.route(blueprint, "/templates/<string:template>/edit/<string:section>", Action.EDIT_TEMPLATE, methods=("POST",))
def save_section(template: str, section: str) -> Page:
    """Save a section, or press a button of a repeating group, which saves nothing and loses nothing."""
    writing = _Writing(template, section)
    return writing.pressed() if "row" in request.form else writing.saved()


class _Writing:
    """One section of one template, with what was posted for it."""

    def __init__(self, template: str, section: str) -> None:
        self.sheet = templates.sheet(access.context(), access.actor(), TemplateId(template))
        try:
            self.section = self.sheet.form.section(section)
        except KeyError:
            raise NotFound("section") from None
        self.fields = own_fields(self.section, self.sheet.content)
        if not self.fields:
            raise NotFound("section")
        groups = [field for field in self.fields if field.type is FieldType.ROWS]
        self.columns = {field.key: frozenset(column.key for column in field.columns if column.copied) for field in groups}

    def shown(self) -> Page:
        return self._page(self._kept(), self.sheet.state.saves)

    def pressed(self) -> Page:
        held = self._posted()
        groups = {field.key: field for field in self.fields if field.key in self.columns}
        action = answers.row_action(request.form.get("row", ""), groups)
        if action is None:
            raise BadRequest
        rows, index = answers.acted(groups[action.field], held.get(action.field), action, access.context().new_id)
        seen = number(request.form.get("saves"))
        return self._page({**self._kept(), **held, action.field: rows}, seen, focus=(action.field, index), unsaved=True)

    def saved(self) -> Page:
        held, seen, key = self._posted(), number(request.form.get("saves")), self.sheet.state.facts.template
        try:
            raw = answers.raw_answers(self.fields, held)
            templates.save_section(access.context(), access.actor(), key, seen, self.section.key, raw)
        except Invalid as error:
            return self._page({**self._kept(), **held}, seen, problems=list(error.problems), unsaved=True), 422
        except Conflict as error:
            return self._page({**self._kept(), **held}, self.sheet.state.saves, stale=str(error), unsaved=True), 409
        flash("Saved. Others see it when you publish the template.", "success")
        return redirect(f"/templates/{key}/edit", 303)

    def _kept(self) -> answers.Row:
        return answers.typed_answers(self.fields, self.sheet.content.get(self.section.key, {}))

    def _posted(self) -> dict[str, object]:
        posted = forms.readable_names(request.form)
        if crowded := forms.too_many_rows(posted):
            raise Invalid([(f"{self.section.key}.{crowded}", "There are too many entries. Remove some.")])
        asked = forms.asked(self.fields, posted)
        return forms.held_answers(forms.section_form(asked, self.sheet.content, self.columns, posted=posted))

    def _page(
        self, held: dict[str, object], seen: int, *, problems: Problems | None = None, focus: tuple[str, int] | None = None,
        stale: str = "", unsaved: bool = False,
    ) -> str:  # fmt: skip
        form = forms.section_form(self.fields, self.sheet.content, self.columns, held=held)
        errors = forms.blame(form, self.section.key, problems or ())
        questions = [
            Question(field, form[field.key], None, "", "", "", self._rows(field, form[field.key], focus), ()) for field in self.fields
        ]
        return render_template(
            "starting/section.html", sheet=self.sheet, section=self.section, questions=questions, errors=errors, seen=seen, stale=stale,
            unsaved=unsaved, lines=lines(self.sheet.form, self.sheet.content),
        )  # fmt: skip

    def _rows(self, field: Field, entries: Any, focus: tuple[str, int] | None) -> tuple[EntryRow, ...]:
        if field.type is not FieldType.ROWS:
            return ()
        return tuple(
            EntryRow(
                index, f"Entry {index + 1}", entry.form["id"], entry.form[PLACE],
                grouped([Column(column, entry.form[column.key]) for column in field.columns if column.copied]), (),
                focus == (field.key, index),
            )
            for index, entry in enumerate(entries.entries)
        )  # fmt: skip
