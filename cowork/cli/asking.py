"""The demonstration's own questions: what an organisation asks beside the form."""

from typing import Any

from cowork.domain.identity import Actor
from cowork.domain.ids import OrganisationId
from cowork.services import questions
from cowork.services.context import Context

UNIVERSITY: tuple[dict[str, Any], ...] = (
    {
        "section": "business", "label": "Faculty cost centre", "type": "text", "max_length": 12, "owner": "university",
        "lane": "university", "guidance": "The number to which the development is charged, such as 48-2210.",
    },
    {
        "section": "delivery", "label": "Rooms and equipment", "type": "rows", "owner": "university", "lane": "shared",
        "guidance": "What has to be booked before the first cohort. Leave it open for offers that are online only.",
        "when": {"fact": "delivery.mode", "is-not": "online"},
        "column": [
            {"key": "what", "label": "What", "type": "text", "required": True},
            {
                "key": "kind", "label": "Kind", "type": "choice",
                "options": [["room", "Room"], ["equipment", "Equipment"], ["licence", "Licence"]],
            },
            {"key": "booked", "label": "Booked", "type": "yesno"},
        ],
    },
)  # fmt: skip
EMPLOYER: tuple[dict[str, Any], ...] = (
    {
        "section": "need", "label": "Works council", "type": "choice", "owner": "employer",
        "guidance": "Whether those who represent the staff have been heard on this offer.",
        "options": [["heard", "Has been heard"], ["planned", "Will be heard"], ["none", "There is none"]],
    },
)  # fmt: skip


def publish(context: Context, admin: Actor, organisation: OrganisationId, asked: tuple[dict[str, Any], ...]) -> None:
    """Publish these questions as the organisation's first set."""
    for saves, table in enumerate(asked):
        questions.put(context, admin, organisation, saves, "", dict(table))
    questions.publish(context, admin, organisation, len(asked))
