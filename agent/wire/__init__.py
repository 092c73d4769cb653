"""The privileged process: raw frames. scapy lives here and only here."""
