"""Keys, signatures and what verifying says of each."""
