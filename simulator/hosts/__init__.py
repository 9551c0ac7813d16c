"""Ways in which a reward link is opened: a phone, and on it a browser or a view inside an app."""
