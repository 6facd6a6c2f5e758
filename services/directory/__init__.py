"""Tenants and people: who there is, and what each may do."""
