"""The worker's loop: jobs as they come, and between them what only the calendar brings about.

Running reviews are looked at when a day begins for one of their parties, since delegations run by days; once a day bytes that are kept no
more go; every minute those reviews that said when, reminders, digests, and what was written together and left.
"""

import logging
import threading
from datetime import date, datetime, timedelta

from cowork.domain.ids import ProposalId
from cowork.services import drafting, jobs, posting, reminding, retention, reviews
from cowork.services.context import Context

IDLE_SECONDS = 0.5
AFTER_FAULT_SECONDS = 5.0
CALENDAR_EVERY = timedelta(minutes=1)
MOST_LOOKS = 20
LOOKS, LOOK_PAUSE_SECONDS = 5, 0.05
"""How many reviews are looked at between two jobs, and the pause after each: pages come first."""

log = logging.getLogger(__name__)


def run(context: Context, stop: threading.Event) -> None:
    """Work until told to stop. A fault is logged and the work goes on, so that one bad job or a database away never ends it."""
    seen: datetime | None = None
    swept: date | None = None
    minute: datetime | None = None
    due: list[ProposalId] = []
    while not stop.is_set():
        try:
            now = context.now()
            if now.date() != swept:
                swept = now.date()
                retention.clean(context)
            if minute is None or now - minute >= CALENDAR_EVERY:
                due += [proposal for proposal in reviews.running(context, seen) if proposal not in due]
                seen = minute = now
                follow_calendar(context)
            worked = jobs.run_next(context)
            for _ in range(min(LOOKS, len(due))):
                reviews.refresh_by_calendar(context, due.pop())
                stop.wait(LOOK_PAUSE_SECONDS)
        except Exception:
            log.exception("the worker met a fault and goes on in %.0f seconds", AFTER_FAULT_SECONDS)
            stop.wait(AFTER_FAULT_SECONDS)
            continue
        if not worked and not due:
            stop.wait(IDLE_SECONDS)


def follow_calendar(context: Context) -> None:
    """What time alone brings about. Doing it twice does it once."""
    for _ in range(MOST_LOOKS):
        if not reminding.look(context):
            break
    reminding.remind(context)
    posting.gather_digests(context)
    drafting.cut_quiet(context)
