"""The subcommands of `laydown rules`, one file each."""
