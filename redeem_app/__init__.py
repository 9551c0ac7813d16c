"""Serves signed reward links and applies each reward once to one Amazon account."""
