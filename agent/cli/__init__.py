"""One file per command; the wiring."""
