"""One file per probe, sans-I/O: `ask(target)` yields requests, `read(evidence)` yields facts. Contract: agent.ask."""
