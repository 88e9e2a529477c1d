"""The draft pages: the overview, the sections to write, the framework checks, and what changed between versions."""

from flask import Blueprint

blueprint = Blueprint("specifications", __name__)
