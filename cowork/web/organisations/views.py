"""Organisations, their members and offices."""

from flask import Blueprint

blueprint = Blueprint("organisations", __name__)
