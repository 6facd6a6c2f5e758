"""Notifications: what people are told, once each, whatever is replayed."""
