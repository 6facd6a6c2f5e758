"""The rules of tenants, people and their names: pure."""
