"""Organisations, their members and offices."""
