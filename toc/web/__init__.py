"""Pages: the only place that knows HTTP."""
