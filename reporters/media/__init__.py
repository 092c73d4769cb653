"""Media: one file each, `write(document, filing) -> bytes`. A medium is found by being in this folder."""
