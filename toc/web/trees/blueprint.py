"""The blueprint of the goal tree as files."""

from flask import Blueprint

from toc.web import texts
from toc.web.texts import trees as tree_texts

texts.register(tree_texts.SENTENCES, tree_texts.WORDS)

trees = Blueprint("trees", __name__)
