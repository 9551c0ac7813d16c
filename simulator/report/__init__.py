"""What is left of a run: one HTML file to look at, JUnit XML for machines, the event logs."""
