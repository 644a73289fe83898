"""Figures: domain values in, a plotly figure out; no request and no query."""
