"""Plays the rest of the world around the service; talks to it over HTTP only."""
