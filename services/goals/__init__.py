"""Cycles, objectives and key results: what an organisation wants, and how it will tell that it got there."""
