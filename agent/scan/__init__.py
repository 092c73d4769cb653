"""A scan: what it will do (plan), what it says beforehand (notice), how it goes (run) and how it goes on later (resume)."""
