"""Pure: facts to claims to devices to findings. No clock, no socket, no disk but loading a pack."""
