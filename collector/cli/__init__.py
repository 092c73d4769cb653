"""One file per command of laydown-collector, found by being here."""
