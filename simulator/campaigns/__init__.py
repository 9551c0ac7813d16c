"""Campaign files to learn from and to play with: one for each kind of reward, and `draw_banners` for their pictures."""
