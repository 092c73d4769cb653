"""Packs on their way: signed files for sites without a network, and new registries."""
