"""What agents send: who they are, whether it holds, and the receipt once it is kept."""
