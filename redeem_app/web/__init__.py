"""HTTP: turns requests into use cases and results into pages or JSON."""
