"""Kills, full disks, damaged files, jumping clocks at seeded moments: a short round in the tests, long ones by `make faults`."""
