"""The whole site as its tests see it: runs of the lab, its captures read, the ledger's sets of addresses."""
