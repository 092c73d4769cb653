"""All that touches network, disk, clock or keys. Probes, imports and mibs below it stay pure."""
