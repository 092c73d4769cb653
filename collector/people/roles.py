"""The roles. Each may what the one before it may."""

ROLES = ("viewer", "reviewer", "admin")
"""viewer: reads. reviewer: answers, drafts, previews. admin: people, agents, packs, erasure."""
