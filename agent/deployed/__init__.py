"""The agent as it lives on a site: enrolled, scanning by its own schedule, sending what a named person released."""
