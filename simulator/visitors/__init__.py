"""People, robots and app servers as plain HTTP, without a browser: what load and drills are made of."""
