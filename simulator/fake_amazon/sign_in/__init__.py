"""Login with Amazon, the fake's side: registered clients, the pages a person sees, tokens, profile."""
