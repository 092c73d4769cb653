"""Hostile bytes for everything that reads: targets by folder, a short round in the tests, long ones by `make fuzz`."""
