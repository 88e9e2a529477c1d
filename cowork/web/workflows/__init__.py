"""Workflows of an organisation: reading, writing, publishing and trying them."""
