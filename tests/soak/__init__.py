"""The same again and again: nothing may grow and results stay equal; short in the tests, long by `make soak`."""
