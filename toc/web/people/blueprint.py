"""The blueprint of everything about people, which all modules of this package add their routes to."""

from flask import Blueprint

people = Blueprint("people", __name__)
