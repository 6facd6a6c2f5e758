"""The inbox as an aggregate: what a person has read of it."""
