"""One file per page or API group, found by being here: each has HANDLERS (docs/collector.md says how one is added)."""
