"""What the command's exit codes mean."""

DONE, FAILED, USAGE = 0, 1, 2
FOUND, INCOMPLETE = 3, 4  # done, and --fail-on was met; done, and the coverage has holes: 3 wins
