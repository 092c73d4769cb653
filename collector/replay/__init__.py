"""A new pack judges stored evidence again: first as a preview, then, if a person adopts it, beside the earlier verdicts."""
