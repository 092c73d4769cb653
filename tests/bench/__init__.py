"""Speeds, printed and not asserted: one file a bench, found by being in the folder. `make bench` runs them all."""
