"""My work, the lists of proposals, and who takes part."""

from flask import Blueprint

blueprint = Blueprint("proposals", __name__)
