"""What an operator does at the command line: they keep the database anyway, so no policy stands between them and a proposal."""

from dataclasses import dataclass

import sqlalchemy as sa

from cowork.domain.errors import Invalid, NotFound
from cowork.domain.ids import Digest, OrganisationId, ProposalId
from cowork.domain.proposals import ProposalKind, Standing
from cowork.exports import specification_json
from cowork.services import exports, identity, organisations, specifications
from cowork.services.context import Context
from cowork.services.exports import FORMATS, ExportFile
from cowork.services.proposals import StartCommand
from cowork.store import definitions, proposals, unit
from cowork.store import organisations as stored_organisations
