"""Identifiers, one type per idea, and the words that every subject shares.

Identifiers are opaque strings of 16 lower-case base-32 characters (80 random bits): they do not tell
competitors how many proposals exist. They are made by the shell and passed in; the rules never draw one.
"""

from enum import StrEnum
from typing import NewType

PersonId = NewType("PersonId", str)
OrganisationId = NewType("OrganisationId", str)
OfficeId = NewType("OfficeId", str)
ProgrammeId = NewType("ProgrammeId", str)
ProposalId = NewType("ProposalId", str)
RoundId = NewType("RoundId", str)
ThreadId = NewType("ThreadId", str)
CommentId = NewType("CommentId", str)
DecisionId = NewType("DecisionId", str)
JobId = NewType("JobId", str)
ConditionId = NewType("ConditionId", str)
InterventionId = NewType("InterventionId", str)
DelegationId = NewType("DelegationId", str)
MeetingId = NewType("MeetingId", str)
ItemId = NewType("ItemId", str)
NoticeId = NewType("NoticeId", str)
MailId = NewType("MailId", str)

Digest = NewType("Digest", str)
"""A SHA-256 as 64 lower-case hexadecimal characters."""


class Side(StrEnum):
    """Which kind of organisation a party is."""

    UNIVERSITY = "university"
    EMPLOYER = "employer"
