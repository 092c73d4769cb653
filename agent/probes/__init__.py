"""One file per probe, sans-I/O: `ask(target)` yields requests, `read(evidence)` yields facts. The contract is agent.ask."""
