"""A small SNMP agent: messages, user security, and the ordered view of a device's objects."""
