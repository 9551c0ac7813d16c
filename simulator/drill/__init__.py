"""Drills: what operators fear happens to a small service under load, and then everything has to add up."""
