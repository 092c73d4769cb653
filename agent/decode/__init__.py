"""Pure readers of the wire forms: bytes in, values out; they never judge."""
