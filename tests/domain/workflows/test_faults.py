"""Every fault that reading a workflow can tell is provoked here once, and says where it is and what to write instead."""

import ast
import inspect
import re
from collections.abc import Iterator
from types import ModuleType

import pytest

from cowork.domain import conditions
from cowork.domain.workflows import loading, order, reading, reading_conditions, reading_refusals, reading_seats, reading_values, rules
from cowork.domain.workflows.loading import problems
from tests.domain.workflows.test_loading import FACTS, HEADING, OPENING, SEAT, stage, text

AT, IN = 'Stage "dean"', 'Stage "dean", seat "dean"'


def asking(rule: str) -> str:
    """A stage whose only seat has this rule."""
    return stage(seats=SEAT.replace('"any"', rule))


def seated(line: str) -> str:
    """A stage whose only seat has this line in place of its office."""
    return stage(seats=SEAT.replace('office = "dean"', line))


def kind(word: str, lines: str = "", rule: str = "") -> str:
    """A stage of another kind; its seat has no rule unless one is given."""
    return stage(lines, seats=SEAT.replace('rule = "any"', rule)).replace('"decide"', f'"{word}"')


def needing(requirement: str) -> str:
    return stage(f"requires = [{requirement}]")


def window(line: str) -> str:
    """A whole workflow with one submission window."""
    return f"{HEADING}\nwindow = [{{ {line} }}]\n{OPENING}"


STAGES = [
    (stage("colour = 1"), f"{AT}: `colour` is not known here. Known are: key, title,"),
    (stage("due_weeks = 2"), f"{AT}: `due_weeks` is not known here: write `due_days = {{ calendar = 14 }}`."),
    (stage("veto = true"), f"{AT}: `veto` is not known here: a veto is said in the `rule` of a seat, which fails on one"),
    (stage("veto = true"), f"{AT}: `veto` is not known here: a veto is said in the `rule` of a seat, which fails on one"),
    (stage("due_day = 1"), f"{AT}: `due_day` is not known here, but `due_days` is. Known are: key, title,"),
    (stage(key="The Dean"), 'Stage "The Dean": `key` is a short name of lower-case letters, digits and hyphens, such as "quality-office".'),
    (stage(key="head"), 'Workflow: 2 stages have the key "head". Each needs its own.'),
    (stage().replace('title = "A stage"', ""), f"{AT}: `title` is missing: write it as text in quotes."),
    (stage().replace("A stage", "x" * 121), f"{AT}: `title` has 121 characters, but at most 120 are possible."),
    (stage().replace("A stage", "\\u202Ex"), f"{AT}: `title` holds characters that cannot be shown. Type it anew."),
    (stage().replace("decide", "ponder"), f"{AT}: `kind` is one of: decide, endorse, check, vote, consult, notice, inform, end, appeal."),
    (stage('after = "head"'), f'{AT}: `after` is a list of keys in quotes, such as ["head"].'),
    (stage('after = ["head", "head"]'), f"{AT}: `after` names something twice."),
    (stage('after = ["nobody"]'), f'{AT}: `after` names "nobody", but there is no such stage.'),
    (stage('after = ["dean"]'), f"{AT}: `after` names the stage itself, so it could never open: name an earlier one."),
    (stage('after = ["last"]') + stage(key="last"), "Workflow: stages wait for each other in a circle ("),
    (stage('after = ["nobody"]') + stage(key="last"), 'Stage "last": it can never be reached, because a stage before it cannot open.'),
    (stage("due_days = 0"), f"{AT}: `due_days` is a whole number from 1 to 365."),
    (stage("idle_days = 400"), f"{AT}: `idle_days` is a whole number from 1 to 365."),
    (stage('escalate_to = "The Provost"'), f"{AT}: `escalate_to` is a short name of lower-case letters, digits and hyphens"),
    (stage("needed = 2"), f"{AT}: `needed` asks for 2 seats, but there are 1."),
    (stage("reads = []"), f"{AT}: `reads` is empty, so no edit could ever void a decision. Name sections, such as those"),
    (stage("edits = []"), f"{AT}: `edits` is empty. Name sections, or leave it out."),
    (stage('edits = ["cost"]'), f'{AT}: `edits` names the section "cost", which the form does not have.'),
    (stage("statement = 3"), f"{AT}: `statement` is missing: write it as text in quotes."),
    (stage("seat = 1", seats=""), f"{AT}: write each seat as a table of its own that begins with [[stage.seat]]."),
    (stage(seats=""), f"{AT}: there is no seat. Add at least one."),
    (stage(seats=SEAT * 21), f"{AT}: there are 21 seats, but at most 20 are possible."),
    (stage(seats=SEAT * 2), f'{AT}: 2 seats have the key "dean". Each needs its own.'),
]
KINDS = [
    (kind("consult"), f'{AT}: a stage of kind "consult" ends by its term, so it needs `due_days`.'),
    (kind("notice"), f'{AT}: a stage of kind "notice" ends by its term, so it needs `due_days`.'),
    (kind("notice", "due_days = 5", 'rule = "any"'), f"{IN}: a notice says in `rule` only how many objections it takes, such as {{"),
    (kind("notice", "due_days = 5", 'rule = { fails-at = 1, of = "votes" }'), f"{IN}: `of` is one of: members, parties."),
    (kind("notice", "due_days = 5", 'rule = { fails-at = "many" }'), f"{IN}: `fails-at` is a number of people, {{ percent = 50 }}, "),
    (kind("inform", rule='rule = "all"'), f'{IN}: nobody approves at a stage of kind "inform", so it has no `rule`.'),
    (kind("inform", 'statement = "Yes."'), f'{AT}: nobody approves at a stage of kind "inform", so there is no `statement` to sign.'),
    (kind("inform", 'refusal = "ends"'), f'{AT}: a stage of kind "inform" is never refused, so leave `refusal` out.'),
    (
        stage('apart = ["last"]') + stage(key="last"),
        f'{AT}: `apart` names "last", but that is not one of the stages before it or beside it.',
    ),
    (
        stage('after = []\napart = ["last"]') + stage("after = []", key="last"),
        f'{AT}: `apart` names "last", which runs beside it: let that one name',
    ),
    (stage('against = "head"'), f'{AT}: only a stage of kind "appeal" is `against` another one: leave it out, or write'),
    (kind("appeal", "apart = []"), f"{AT}: only the authors can appeal, and decide nothing by it, so leave `apart` out."),
    (kind("appeal"), f"{AT}: the refusal becomes final when the term of the appeal ends, so it needs `due_days`."),
    (kind("inform", 'apart = ["head"]'), f'{AT}: nobody decides at a stage of kind "inform", so leave `apart` out.'),
    (stage("quorum = 2"), f"{AT}: the `quorum` of a stage is about weights, so give its seats a `weight`, or write it into `rule`."),
    (stage('of = "votes"\nneeded = 3', seats=SEAT + "weight = 2\n"), f"{AT}: `of` says what a share is counted against, so write"),
    (stage('parties_needed = "majority"'), f"{AT}: `parties_needed` is not known here: a double majority is `needed`, how much weight,"),
    (stage('deadline = "2027-01-31"'), f"{AT}: `deadline` is not known here: terms of a stage are counted from the day on which it opens,"),
    (stage('closes_on = "12-15"'), f"{AT}: `closes_on` is not known here: terms of a stage are counted from the day on which it opens,"),
    (stage("needed_parties = 2"), f"{AT}: the `needed_parties` of a stage is about weights, so give its seats a `weight`, or"),
    (
        stage('of = "votes"\nneeded_parties = 2', seats=SEAT + "weight = 2\n"),
        f"{AT}: `of` says what a share is counted against, so write `needed_parties` as a share",
    ),
    (stage('closes = "at-term"', seats=SEAT + "weight = 2\n"), f"{AT}: `closes` lets what has not voted fall out, so write `of ="),
    (
        stage('of = "votes"\ncloses = "at-term"', seats=SEAT + "weight = 2\n"),
        f"{AT}: a vote that closes at the end of the term needs `due_days`.",
    ),
    (stage('of = "members"', seats=SEAT + "weight = 2\n"), f'{AT}: `of` is "votes", or left out.'),
    (stage('needed = "majority"'), f"{AT}: `needed` counts seats, and there is one, so leave it out; a share of its people stands in"),
    (
        stage('needed = "majority"', seats=SEAT + SEAT.replace('"dean"', '"other"', 1)),
        f"{AT}: `needed` counts seats, so it is a whole number from 1 to 2; for a share give each a `weight` of 1.",
    ),
    (stage('needed = "half"', seats=SEAT + "weight = 2\n"), f'{AT}: `needed` does not know "half": write {{ percent = 50 }}.'),
    (stage('needed = "some"', seats=SEAT + "weight = 2\n"), f"{AT}: `needed` is a weight such as 3, {{ percent = 50 }}, "),
    (stage("least_days = 2"), f'{AT}: only votes and notices are open for a least time, so one of kind "decide" has'),
    (stage("least_days = 0"), f"{AT}: `least_days` is a whole number from 1 to 365."),
    (stage('due_days = "30 days"'), f'{AT}: `due_days` does not know "30 days": write {{ calendar = 30 }}, or 30 for working days.'),
    (stage('due_days = "three months"'), f'{AT}: `due_days` does not know "three months": write {{ months = 3 }}.'),
    (stage('due_days = "10"'), f'{AT}: `due_days` does not know "10": write 10.'),
    (stage("due_days = { weeks = 2 }"), f"{AT}: `due_days` does not know {{ weeks = 2 }}: write {{ calendar = 14 }}."),
    (stage("due_days = { working = 5 }"), f"{AT}: `due_days` does not know {{ working = 5 }}: write 5."),
    (stage('due_days = "soon"'), f"{AT}: `due_days` is a number of working days, {{ calendar = 30 }} for calendar days, or {{ months = 3"),
    (stage("due_days = { calendar = 5, months = 1 }"), f"{AT}: `due_days` is a number of working days, {{ calendar = 30 }} for"),
    (stage("due_days = { calendar = 0 }"), f"{AT}, in `due_days`: `calendar` is a whole number from 1 to 730."),
    (stage("due_days = { months = 25 }"), f"{AT}, in `due_days`: `months` is a whole number from 1 to 24."),
    (stage("due_months = 3"), f"{AT}: `due_months` is not known here: write `due_days = {{ months = 3 }}`. Known are: key,"),
    (stage("due_calendar_days = 30"), f"{AT}: `due_calendar_days` is not known here: write `due_days = {{ calendar = 30 }}`. Known"),
    (stage("term = 10"), f"{AT}: `term` is not known here: write `due_days = 10`. Known are: key,"),
    (kind("vote", "least_days = 6\ndue_days = { calendar = 30 }"), f"{AT}: `least_days` and `due_days` count different days: write both"),
    (kind("vote", "least_days = { months = 1 }\ndue_days = { calendar = 30 }"), f"{AT}: `least_days` is longer than the term, which ends"),
    (kind("vote", "least_days = 6\ndue_days = 5"), f"{AT}: `least_days` is longer than the term, which ends after 5 working days."),
    (kind("inform", 'lapse = "passed"'), f'{AT}: a stage of kind "inform" needs no decision that could be missing, so leave `lapse` out.'),
    (kind("inform", "valid_days = 5"), f'{AT}: nobody approves at a stage of kind "inform", so no approval runs out: leave `valid_days`'),
    (stage("valid_days = 4000"), f"{AT}: `valid_days` is a whole number from 1 to 3,650."),
    (stage('lapse = "refused"'), f"{AT}: `lapse` says what the end of the term does, so it needs `due_days`."),
    (stage('lapse = "approved"'), f"{AT}: `lapse` is one of: open, refused, passed."),
    (stage('refusal = "holds"'), f'{AT}: `refusal` is "holds" for notices only. Write "ends" or "continues".'),
    (stage('refusal = "stops"'), f"{AT}: `refusal` is one of: ends, continues, holds."),
]
AHEAD = stage(key="last")
REFUSALS = [
    (stage("refusal = {}"), f"{AT}: `refusal` is a table of `reject` and `request-changes`, or has `back-to` with the key of an earlier"),
    (stage('refusal = { rejected = "ends" }'), f"{AT}, refusal: `rejected` is not known here, but `reject` is. Known are: reject,"),
    (stage('refusal = { reject = "maybe" }'), f"{AT}: `reject` is one of: ends, continues, holds."),
    (stage('refusal = { request-changes = "holds" }'), f'{AT}: `request-changes` is "holds" for notices only. Write "ends" or "co'),
    (stage('refusal = { reject = "ends", times = 2 }'), f"{AT}: `refusal` has `times` and `then` beside `back-to` only. Write them in the"),
    (kind("notice", 'due_days = 5\nrefusal = { reject = "ends" }'), f"{AT}: an objection is neither of the two verdicts, so `refusal` of"),
    (stage('refusal = { back-to = "last" }') + AHEAD, f'{AT}: its `refusal` goes back to "last", but that is not one of the stages before'),
    (stage('refusal = { back-to = 1 }'), f'{AT}: `back-to` is the key of an earlier stage, such as {{ back-to = "committee" }}.'),
    (stage('refusal = { back-to = "dean", times = 0 }'), f"{AT}, refusal: `times` is a whole number from 1 to 100."),
    (stage('refusal = { back-to = "dean", then = "ends" }'), f"{AT}, refusal: without `times` it goes back each time, so `then` never"),
    (stage('refusal = { reject = { back-to = "dean", times = 1, then = "holds" } }'), f'{AT}, refusal, reject: `then` is "ends" or'),
    (stage('when = { fact = "refused.last", is = "rejected" }') + AHEAD, f'{AT}: a condition asks how stage "last" ended, but that is not'),
    (stage('when = { fact = "refused.dean", is = "ends" }'), f'{AT}: `when` compares "refused.dean" with ends. It is one of: rejected,'),
]
WHEN = 'when = { fact = "proposal.round", at-least = 3 }'
ENDING = '[[stage]]\nkey = "last"\ntitle = "Last"\nkind = "end"\n'
APPEAL = '[[stage]]\nkey = "appeal"\ntitle = "Appeal"\nkind = "appeal"\nagainst = "dean"\n'
ENDS = [
    (stage() + ENDING + 'outcome = "rejected"\n', 'Stage "last": without a condition it ends every round that comes here. Say in `when`'),
    (stage() + ENDING + WHEN, 'Stage "last": `outcome` is one of: rejected, changes-requested.'),
    (stage() + f"{ENDING}{WHEN}\noutcome = 'rejected'\ndue_days = 3\n", 'Stage "last": the round ends here and nobody is asked, so leave'),
    (stage() + f"{ENDING}{WHEN}\noutcome = 'rejected'\n{SEAT}", 'Stage "last": the round ends here and nobody is asked, so leave `seat`'),
    (stage('outcome = "rejected"'), f'{AT}: only a stage of kind "end" has an `outcome`. What a refusal does is said in `refusal`.'),
    (stage() + f"{ENDING}{WHEN}\noutcome = 'rejected'\n" + stage(key="dean-2"), 'Stage "dean-2": it follows "last", at which the round'),
    (stage() + APPEAL, 'Stage "appeal": the refusal becomes final when the term of the appeal ends, so it needs `due_days`.'),
    (stage() + APPEAL + "needed = 1", 'Stage "appeal": only the authors can appeal, and decide nothing by it, so leave `needed` out.'),
    (stage('against = "head"'), f'{AT}: only a stage of kind "appeal" is `against` another one: leave it out, or write `kind = "appeal"`.'),
    (
        stage() + f'{ENDING}outcome = "rejected"\nwhen = {{ fact = "stage.dean.registrar", is = "refused" }}',
        'Stage "last": a condition asks how seat "registrar" of stage "dean" ended, but that stage has no such seat.',
    ),
    (
        stage() + f'{ENDING}outcome = "rejected"\nwhen = {{ fact = "stage.dean.dean", is = "skipped" }}',
        'Stage "last": `when` compares "stage.dean.dean" with skipped. It is one of: approved, refused, open.',
    ),
]
CONDITIONS = [
    (stage('when = "always"'), f'{AT}: in `when`, a condition is a table such as {{ fact = "section.field", is = "value" }}.'),
    (stage("when = { any = [] }"), f"{AT}: in `when`, `any` stands alone and holds a list of at least one condition."),
    (stage("when = { not = {}, all = 1 }"), f"{AT}: in `when`, `all` stands alone and holds a list of at least one condition."),
    (stage('when = { not = {}, fact = "a.b" }'), f"{AT}: in `when`, `not` stands alone and holds one condition."),
    (stage('when = { fact = "fee", is = 1 }'), f'{AT}: in `when`, `fact` names an answer as "section.field".'),
    (stage('when = { fact = "business.fee", more = 1 }'), f"{AT}: in `when`, the condition on business.fee needs exactly one of: is,"),
    (stage('when = { fact = "business.fee", at-least = "x" }'), f"{AT}: in `when`, `at-least` in the condition on business.fee needs a"),
    (stage('when = { fact = "business.fee", present = 1 }'), f"{AT}: in `when`, `present` in the condition on business.fee is true or"),
    (stage('when = { fact = "business.fee", in = 1 }'), f"{AT}: in `when`, `in` in the condition on business.fee needs a list of values."),
    (stage('when = { fact = "outcomes.items", has-row = 1 }'), f"{AT}: in `when`, `has-row` in the condition on outcomes.items needs a"),
    (stage('when = { fact = "business.cost", is = 1 }'), f'{AT}: `when` asks about "business.cost", which the form does not have.'),
    (
        stage('when = { fact = "business.fees", is = 1 }'),
        f'{AT}: `when` asks about "business.fees", which the form does not have; it has "business.fee".',
    ),
    (stage(f"when = {'{ not = ' * 20}{{}}{' }' * 20}"), f"{AT}: in `when`, conditions stand in each other more than 20 deep. Write it"),
    (
        stage('when = { fact = "proposal.colour", is = 1 }'),
        f'{AT}: `when` asks about "proposal.colour", which the form does not have. Of a proposal it can ask: kind, round',
    ),
    (stage('when = { fact = "complete.cost", is = true }'), f'{AT}: `when` asks about "complete.cost", which the form does not have.'),
    (stage('when = { fact = "changed.cost", is = true }'), f'{AT}: `when` asks about "changed.cost", which the form does not have.'),
    (
        stage('when = { fact = "stage.last", is = "refused" }') + stage(key="last"),
        f'{AT}: a condition asks how stage "last" ended, but that is not one of those before it.',
    ),
    (needing("1"), f"{AT}: write each requires as a table of its own that begins with [[stage.requires]]."),
    (needing('{ title = "a fee" }'), f"{AT}, requirement 1: in `that`, a condition is a table such as"),
    (needing('{ that = { fact = "business.fee", present = true } }'), f"{AT}, requirement 1: `title` is missing: write it as text in"),
    (needing('{ name = "a fee", that = {} }'), f"{AT}, requirement 1: `name` is not known here. Known are: title, that."),
]
SEATS = [
    (seated(""), f"{IN}: say who sits here: `office`, `person`, `participants` or `named`."),
    (seated('office = "The Dean"'), f'{IN}: `office` names kinds of office such as "dean": one in quotes, or a list.'),
    (seated('office = ["dean", "dean"]'), f"{IN}: `office` names something twice."),
    (seated('person = "the dean"'), f"{IN}: `person` names e-mail addresses: one in quotes, or a list."),
    (seated("participants = 1"), f'{IN}: `participants` names roles: "author", "commenter", "reader", or "all": one in quotes, or a list.'),
    (seated('participants = "guest"'), f'{IN}: `participants` names "guest". Known are: author, commenter, reader, all.'),
    (seated('office = "dean"\nparties = "most"'), f'{IN}: `parties` is one of: "each", "lead", "partners", '),
    (
        stage('when = { fact = "stage.head", is = "declined" }'),
        f'{AT}: `when` compares "stage.head" with declined. It is one of: approved, approved-with-conditions, refused, skipped,',
    ),
    (seated('office = "dean"\nkeys = "some"'), f'{IN}: `keys` is a number of parties, "any", {{ percent = 50 }}, {{ more-than = 50 }},'),
    (seated('office = "dean"\nweight = 0'), f"{IN}: `weight` is a whole number from 1 to 1,000."),
    (seated('office = "dean"\nweight = 2\nkeys = 2'), f"{IN}: with a `weight` the vote of every party is counted by it, so leave `keys`"),
    (
        kind("notice", "due_days = 5", rule="weight = 2"),
        f'{IN}: nobody approves at a stage of kind "notice", so no vote has a `weight`; where objections are to weigh, write a vote',
    ),
    (kind("inform", rule="weight = 2"), f'{IN}: nobody approves at a stage of kind "inform", so no vote has a `weight`.'),
    (seated('office = "dean"\ncolour = 1'), f"{IN}: `colour` is not known here. Known are: key, side,"),
    (stage(seats=SEAT.replace("university", "college")), f"{IN}: `side` is one of: university, employer, both."),
]
ALONE = f"{IN}: `at-least` alone is a number of people, and a share of all members beside another one:"
TWO = SEAT + SEAT.replace('key = "dean"', 'key = "two"')
ONCE = [
    (stage("votes = 1", seats=TWO), f'{AT}: `votes` is "once": one vote counts in every seat of the stage where somebody sits.'),
    (stage('votes = "once"'), f"{AT}: a vote counts in several seats where there are several, but there is one: leave `votes` out."),
    (kind("inform", 'votes = "once"'), f'{AT}: nobody votes at a stage of kind "inform", so leave `votes` out.'),
    (
        stage('votes = "once"', seats=TWO.replace('"any"', '{ at-least = 1, objections = "block" }', 1)),
        f'{AT}: everybody is asked once, so write `objections = "block"` in the `rule` of every seat, or of none.',
    ),
    (seated('office = "dean"\nvotes = "once"'), f"{IN}: `votes` is not known here. Known are: key, side,"),
]
RULES = [
    (asking('{ at-least = "one-third" }'), f"{ALONE} write `{{ more-than = 33 }}`."),
    (asking('{ at-least = "majority", quorum = 5 }'), f'{ALONE} write `"majority"`.'),
    (asking("{ at-least = { percent = 25 } }"), f"{ALONE} write `{{ percent = 25 }}`."),
    (asking('{ majority = true, at-least = { percent = 60 } }'), f"{IN}: both shares are of all members, so the larger one decides: leave"),
    (asking('{ majority = true, of = "votes", at-least = "25 %" }'), f'{IN}: `at-least` does not know "25 %": write {{ percent = 25 }}.'),
    (asking('{ majority = true, of = "votes", at-least = 0.25 }'), f"{IN}: `at-least` does not know 0.25: write {{ percent = 25 }}."),
    (asking('{ majority = true, of = "votes", members = 4 }'), f"{IN}: `members` is not known in `rule`, but `at-least` is. Known are:"),
    (asking('{ at-least = "2" }'), f"{IN}: `at-least` is a whole number from 1 to 1,000, without quotes."),
    (asking("{ all-but = 2 }"), f"{IN}: `all-but` is not known in `rule`: write {{ majority = true, fails-at = 3 }}."),
    (asking('{ all-but = "two" }'), f"{IN}: `all-but` is not known in `rule`. Known are: at-least,"),
    (asking('"blue"'), f"{IN}: `rule` is one of “any”, “all”, “majority”, “two-thirds”, or a table such as {{ at-least = 2 }}."),
    (asking("{ colour = 2 }"), f"{IN}: `colour` is not known in `rule`. Known are: at-least, percent,"),
    (asking("{ at_least = 2 }"), f"{IN}: `at_least` is not known in `rule`, but `at-least` is. Known are: at-least, percent,"),
    (asking("{ three-quarters = true }"), f"{IN}: `three-quarters` is not known in `rule`: write `percent = 75`."),
    (asking('"three-quarters"'), f'{IN}: `rule` does not know "three-quarters": write {{ percent = 75 }}.'),
    (asking("2"), f"{IN}: `rule` does not know 2: write {{ at-least = 2 }}."),
    (asking('{ majority = true, quorum = "half" }'), f'{IN}: `quorum` does not know "half": write {{ percent = 50 }}.'),
    (asking('{ majority = true, fails-at = "consensus" }'), f'{IN}: `fails-at` does not know "consensus": write 1.'),
    (asking('{ percent = "60" }'), f"{IN}: `percent` is a whole number from 1 to 100, without quotes."),
    (asking("{ percent = 66.7 }"), f"{IN}: `percent` is a whole number from 1 to 100; two thirds are said by `two-thirds`."),
    (asking("{ percent = 0.6 }"), f"{IN}: `percent` is a whole number from 1 to 100; 0.6 is written as 60."),
    (asking("{ majority = true, closes = true }"), f'{IN}: `closes` is "at-term", or left out.'),
    (stage(seats=SEAT + "quorum = 5\n"), f"{IN}: `quorum` belongs into `rule`: write `rule = {{ quorum = 5, at-least = 1 }}`."),
    (
        stage(seats=SEAT.replace('"any"', '"majority"') + 'quorum = 5\nchair = "breaks-ties"\n'),
        f'{IN}: `quorum` and `chair` belong into `rule`: write `rule = {{ quorum = 5, majority = true, chair = "breaks-ties" }}`.',
    ),
    (stage(seats=SEAT.replace('rule = "any"', "percent = 60")), f"{IN}: `percent` belongs into `rule`: write `rule = {{ percent = 60 }}`."),
    (stage(seats=SEAT + f'chair = "{"x" * 200}"\n'), f"{IN}: `chair` belongs into `rule`: write `rule = {{ …, chair = … }}`."),
    (asking("{ majority = true, percent = 50 }"), f"{IN}: `rule` has both `percent` and `majority`. Keep one of them; only `at-least`"),
    (asking("{ percent = 50, at-least = 0 }"), f"{IN}: `at-least` is a whole number from 1 to 1,000."),
    (asking("{ at-least = 0 }"), f"{IN}: `at-least` is a whole number from 1 to 1,000."),
    (asking('{ percent = 50, quorum = 2, with = [] }'), f"{IN}: `with` names different kinds of office, such as"),
    (asking('{ percent = 50, quorum = 2, with = "The Students" }'), f"{IN}: `with` names different kinds of office, such as"),
    (asking('{ percent = 50, quorum = 2, with = { dean = "3" } }'), f"{IN}: `with` says of dean how many holders the quorum must include:"),
    (asking('{ percent = 50, quorum = 2, with = { dean = 0 } }'), f"{IN}: `dean` is a whole number from 1 to 100."),
    (asking('{ percent = 50, quorum = 2, with = ["dean", 3] }'), f"{IN}: `with` names different kinds of office, such as"),
    (asking('{ percent = 50, with = "student-member" }'), f"{IN}: `with` says who must be among the quorum, so write `quorum` beside it."),
    (
        asking('{ percent = 50, quorum = 2, with = ["dean", "student-member"] }'),
        f'{IN}: `with` names "student-member", but nobody sits here by that office: add it to `office`.',
    ),
    (asking("{ more-than = 100 }"), f"{IN}: `more-than` is a whole number from 1 to 99."),
    (asking('{ majority = true, quorum = { more-than = 0 } }'), f"{IN}: `more-than` is a whole number from 1 to 99."),
    (asking("{ percent = 101 }"), f"{IN}: `percent` is a whole number from 1 to 100."),
    (asking("{ majority = false }"), f"{IN}: write `majority = true`, or leave it out."),
    (asking('{ majority = true, quorum = "some" }'), f"{IN}: `quorum` is a number of people, {{ percent = 50 }}, "),
    (asking('{ majority = true, of = "parties" }'), f"{IN}: `of` counts parties at notices only. Here each party decides by itself:"),
    (asking("{ fails-at = { percent = 0 } }"), f"{IN}: `percent` is a whole number from 1 to 100."),
    (asking('{ majority = true, of = "everybody" }'), f"{IN}: `of` is one of: members, present, votes."),
    (asking('{ at-least = 2, of = "present" }'), f"{IN}: `of` says what a share is counted against, so it needs `percent`,"),
    (asking('{ at-least = 2, chair = "breaks-ties" }'), f"{IN}: a tie can only come about in a majority vote: write `majority = true`"),
    (asking('{ fails-at = 2, dissent = "ends" }'), f'{IN}: `fails-at` counts dissents, so `dissent` cannot be "ends".'),
    (asking('{ closes = "at-term" }'), f"{AT}: a vote that closes at the end of the term needs `due_days`."),
]
JOINT = 'office = "dean"\nbench = "joint"'
BENCHES = [
    (asking("{ majority = true, quorum = { each-party = 1 } }"), f"{IN}: `each-party` and `each-side` count the people of a joint bench: "),
    (seated('office = "dean"\nbench = "one"'), f'{IN}: `bench` is "joint", or left out where each party has its own.'),
    (seated(f'{JOINT}\nparties = "lead"'), f"{IN}: one party alone has no joint bench: leave `bench` out, or write "),
    (seated(f'{JOINT}\nkeys = "any"'), f"{IN}: a joint bench votes as one body, so leave `keys` out."),
    (
        kind("notice", "due_days = 5", 'bench = "joint"\nrule = { fails-at = 1, of = "parties" }'),
        f'{IN}: a joint bench is one body, so `of = "parties"` counts nothing there: leave `of` out.',
    ),
    (asking("{ quorum = { each-party = 1, each = 1 } }"), f"{IN}: `each` is not known in a `quorum`. Known are: people, each-party,"),
    (asking("{ quorum = { people = 1 } }"), f"{IN}: write the people of a `quorum` without a table, or add `each-party` or `each-side`."),
    (seated('participants = "reader"\notherwise = "head"'), f"{IN}: `otherwise` says who sits where nobody of the seat’s `office` can, "),
    (seated('office = "dean"\notherwise = "dean"'), f'{IN}: `otherwise` names "dean", which is the `office` of this seat already. Name '),
]
PARTIES = [
    (seated('office = "dean"\nparties = "some"'), f'{IN}: `parties` is one of: "each", "lead", "partners", "others", or a list of'),
    (seated('office = "dean"\nparties = ["Northfield"]'), f"{IN}: `parties` names the short names of organisations, such as "),
    (seated('office = "dean"\nparties = "others"'), f'{AT}: `parties = "others"` means those that no other seat here names, '),
]
WHOLE = [
    (window("opens = 1, closes = 20, note = 1"), "Workflow, window 1: `note` is not known here. Known are: opens, closes."),
    (window('opens = "9-1", closes = "10-15"'), 'Workflow, window 1: `opens` is a day of the year such as "09-01" (month-day) or a day'),
    (window('opens = "02-01", closes = "02-30"'), 'Workflow, window 1: `closes` is a day of the year such as "09-01" (month-day) or a day'),
    (window('opens = "09-01", closes = 20'), 'Workflow, window 1: `opens` and `closes` are both days of the year ("09-01") or both days'),
    (HEADING.replace("version = 1", "version = 0") + OPENING, "Workflow: `version` is a whole number from 1 to 1,000,000."),
    (HEADING + "owner = 1\n" + OPENING, "Workflow: `owner` is not known here. Known are: key, version, title, description, source,"),
    (HEADING + "idle_days = 0\n" + OPENING, "Workflow: `idle_days` is a whole number from 1 to 365."),
    (HEADING + "outline = 1\n" + OPENING, "Workflow: `outline` is true or false."),
    (HEADING, "Workflow: there is no stage. Add at least one."),
    (HEADING + kind("inform"), "Workflow: no stage decides anything: consulting and informing approve nothing. Add a stage that decides."),
    ("#" * 200_001, "Workflow: the text has 200,001 characters, but only 200,000 are read. Shorten it."),
    ("x = " + "[" * 20_000, "Workflow: lists or tables are nested too deeply to be read. Write it flatter."),
    ("key = ", "Workflow: the text is not valid TOML: "),
]
BALLOTS = [
    (stage('ballot = "open"'), f'{AT}: `ballot` is "secret": who has voted is shown, how they voted is not. Leave it out otherwise.'),
    (stage('votes = "secret"'), f'{AT}: a vote of which nobody learns who voted how is written as `ballot = "secret"`.'),
]
EVERY = (*BALLOTS, *STAGES, *KINDS, *REFUSALS, *ENDS, *CONDITIONS, *SEATS, *ONCE, *RULES, *BENCHES, *PARTIES)
CASES = [*((text(added), told) for added, told in EVERY), *WHOLE]


@pytest.mark.parametrize(("source", "told"), CASES, ids=[told[:100] for _, told in CASES])
def test_a_fault_is_told_with_its_place_and_what_to_write(source: str, told: str) -> None:
    found = problems(source, FACTS)
    assert any(fault.startswith(told) for fault in found), found
    assert all(fault.endswith(".") and ".." not in fault and fault.isprintable() for fault in found)


def templates(module: ModuleType) -> Iterator[str]:
    """The sentences that a module tells, as patterns: what it fills in stands for anything."""
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("self._fault", "_Bad", "BadCondition"):
            sentence = node.args[-1]
        elif isinstance(node, ast.Return) and isinstance(node.value, ast.JoinedStr) and module is rules:
            sentence = node.value
        elif isinstance(node, ast.Tuple) and len(node.elts) == 1 and module is loading:
            sentence = node.elts[0]
        elif isinstance(node, ast.Yield) and isinstance(node.value, ast.Tuple) and module is order:
            sentence = node.value.elts[-1]
        else:
            continue
        if isinstance(sentence, ast.Constant):
            yield re.escape(str(sentence.value))
        elif isinstance(sentence, ast.JoinedStr):
            yield "".join(re.escape(str(part.value)) if isinstance(part, ast.Constant) else ".*" for part in sentence.values)


MODULES = [reading, reading_values, reading_conditions, reading_refusals, reading_seats, order, rules, conditions, loading]


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_no_fault_is_left_that_nobody_ever_saw(module: ModuleType) -> None:
    seen = "\n".join(fault for source, _ in CASES for fault in problems(source, FACTS))
    known = [pattern for pattern in templates(module) if pattern]
    assert len(known) >= 3
    assert [pattern for pattern in known if re.search(pattern, seen) is None] == []
