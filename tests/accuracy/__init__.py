"""Accuracy: what the program and others make of recordings that nobody here wrote."""
