"""Verbs: load, decide with the domain, save. They take a session first and never commit."""
