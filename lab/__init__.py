"""A site in a box: simulated devices, all synthetic, for `laydown demo` and the tests. Uses model only."""
