"""Single exchanges on the wire, each a small state machine on the reactor: a datagram, a connection, a sweep, SNMP."""
