"""Who looks: accounts, sessions, roles, and what each may see."""
