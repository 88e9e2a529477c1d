"""Cowork: employers and universities design microcredentials together."""
