"""Ground floor: the nouns of the walk, one canonical form, one digest. Imports nothing of ours."""
