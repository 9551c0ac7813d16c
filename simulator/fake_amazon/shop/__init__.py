"""A small shop, in which credit can be seen and spent."""
