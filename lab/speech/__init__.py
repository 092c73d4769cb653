"""How a port talks: one module per manner of speaking, found by its name; each has `serve` (TCP) or `reply` (UDP)."""
