"""Audit: who did what, when, on whose behalf, to which thing; and a tenant's whole log to take away."""
