"""Listening: a filter for what may be heard, pages of what was, and the run from its first note to its report. It sends nothing."""
