"""Signing in, accounts, who takes part in a programme, invitations and personal links."""

from toc.web.people import invitations, links, organisations, sign_in, taking_part
from toc.web.people.blueprint import people
from toc.web.people.sign_in import init_app
from toc.web.texts import people as texts
from toc.web.texts import register

register(texts.SENTENCES, texts.WORDS)

__all__ = ["init_app", "invitations", "links", "organisations", "people", "sign_in", "taking_part"]
