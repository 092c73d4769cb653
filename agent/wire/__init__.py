"""The privileged process: raw frames, and nothing else. It loads scapy, the standard library and this folder only (docs/licences.md)."""
