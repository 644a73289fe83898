"""Doelenboom: from what people say they want to what was achieved, and what was paid for it."""

__version__ = "0.1.0"
