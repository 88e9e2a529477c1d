"""The record of a proposal."""

from flask import Blueprint

blueprint = Blueprint("audit", __name__)
