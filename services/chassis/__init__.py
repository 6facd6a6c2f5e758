"""The microservice chassis: what every service shares, and nothing that knows OKRs."""
