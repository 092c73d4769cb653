"""SNMP as the driver speaks it: versions 1, 2c and 3, and which credential a device gets. No socket here."""
