"""Signing in and out, and the own account."""
