"""Real embedded engines beside the simulated views, driven by the same few acts, so that one scenario runs on all."""
