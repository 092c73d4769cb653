"""What a dialogue waits for longer than for one exchange: sweeps, questions to a whole link, what this machine knows itself."""
