"""The outside world as the domain sees it: database, signatures, Amazon, limits."""
