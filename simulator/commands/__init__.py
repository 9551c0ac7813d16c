"""The subcommands of `simulator`, a module for each."""
