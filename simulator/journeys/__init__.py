"""What people do in a scenario, verb by verb, and what is seen and kept of it."""
