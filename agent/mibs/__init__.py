"""One file per SNMP MIB: which columns to ask and how to read them into facts. Pure; shared by probes and imports."""
