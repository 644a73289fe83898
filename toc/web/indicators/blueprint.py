"""The routes of indicators, and the texts that they show."""

from flask import Blueprint

from toc.web import texts
from toc.web.texts import exchange as exchange_texts
from toc.web.texts import indicators as indicator_texts
from toc.web.texts import indicators_defining as defining_texts
from toc.web.texts import logging as logging_texts

texts.register(indicator_texts.SENTENCES, indicator_texts.WORDS)
texts.register(defining_texts.SENTENCES, defining_texts.WORDS)
texts.register(logging_texts.SENTENCES, logging_texts.WORDS)
texts.register(exchange_texts.SENTENCES, exchange_texts.WORDS)

indicators = Blueprint("indicators", __name__)
