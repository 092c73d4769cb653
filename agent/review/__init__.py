"""laydown review: questions only a person can answer, asked in the terminal, on a local page or in a sheet."""
