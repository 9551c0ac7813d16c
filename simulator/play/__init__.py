"""The playground: a world for a person's hands."""
