"""The lab's wires: namespaces, links, addresses, or loopback with a port map."""
