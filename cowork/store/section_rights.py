"""Section rights as they are kept: one row for each thing that was said."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from cowork.domain.ids import OrganisationId, PersonId, ProposalId
from cowork.domain.proposals import SectionRule
from cowork.store.rights_records import SectionRuleRecord


def put(session: Session, key: str, proposal: ProposalId, rule: SectionRule) -> None:
    """Keep what was said, in the place of what was said before."""
    remove(session, proposal, rule)
    session.execute(
        sa.insert(SectionRuleRecord).values(
            id=key, proposal=proposal, section=rule.section, organisation=rule.organisation, person=rule.person, right=rule.right.value,
            granted=rule.granted,
        )
    )  # fmt: skip


def remove(session: Session, proposal: ProposalId, rule: SectionRule) -> None:
    """Forget what was said in this place; its right does not matter."""
    record = SectionRuleRecord
    whose = record.person.is_(None) if rule.person is None else record.person == rule.person
    where = (record.proposal == proposal, record.section == rule.section, record.organisation == rule.organisation)
    session.execute(sa.delete(record).where(*where, whose, record.granted == rule.granted))


def forget_person(session: Session, proposal: ProposalId, person: PersonId, organisation: OrganisationId) -> None:
    """Forget what was said of a person whose part ends: should they come again, they begin with what their role gives."""
    record = SectionRuleRecord
    where = (record.proposal == proposal, record.person == person, record.organisation == organisation)
    session.execute(sa.delete(record).where(*where))
