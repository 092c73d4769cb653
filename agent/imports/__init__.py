"""One file per kind of file read as evidence: `sniff`, `take` and `read`. The contract is agent.ask."""
