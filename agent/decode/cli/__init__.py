"""Texts that network devices print at a terminal: sessions cut into commands, platforms guessed, templates run, rows told as facts."""
