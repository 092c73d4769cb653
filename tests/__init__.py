"""The tests: one folder for each floor of the house."""
