"""Commands of `redeem`, by what they are about."""
