"""The rules of rewards; imports nothing but itself and the standard library."""
