"""Running the work that a commit left behind: one job at a time, each with its handler."""

import logging
from collections.abc import Callable
from typing import Any

from cowork.domain.errors import Conflict, CoworkError
from cowork.ports import MailAway
from cowork.services import exports, letters, marked, notifying, posting, showing
from cowork.services.context import Context
from cowork.store import jobs, unit

log = logging.getLogger(__name__)

Handler = Callable[[Context, dict[str, Any]], str]

HANDLERS: dict[str, Handler] = {
    "export-pdf": exports.run_pdf_job, "changes-pdf": marked.run_job, "tell": notifying.tell, "tell-meeting": notifying.tell_meeting,
    "mail": posting.post, "file-preview": showing.run_preview_job, "letter-pdf": letters.run_letter_job,
}  # fmt: skip
"""What does each kind of job. A handler may run twice for one job (after a killed worker), so it must not mind."""


def run_next(context: Context) -> bool:
    """Take one job that is due and do it; False when there was none.

    A failed job is put off, and given up after some attempts; one that is overtaken (Conflict) at once, since waiting mends nothing.
    """
    with unit.writing() as session:
        line = jobs.take(session, context.now())
    if line is None:
        return False
    result, error, final, away = "", "", False, False
    try:
        result = HANDLERS[line.kind](context, line.payload)
    except CoworkError as fault:
        error, final, away = str(fault), isinstance(fault, Conflict) and line.kind == "export-pdf", isinstance(fault, MailAway)
    except (OSError, LookupError):
        log.exception("job %s (%s) failed", line.id, line.kind)
        error = "The server could not finish this. Whoever runs it finds the cause in its log."
    with unit.writing() as session:
        if error:
            jobs.fail(session, line, error, context.now(), final=final)
            if away:
                jobs.put_off(session, line.kind, context.now())
        else:
            jobs.finish(session, line, result, context.now())
    return True
