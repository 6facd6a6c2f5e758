"""The progress projection: what the numbers are, what they were on any day, and what they came from."""
