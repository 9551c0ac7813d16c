"""Fake apps: each has a server, which holds the API key and counts, and a phone screen that people use."""
