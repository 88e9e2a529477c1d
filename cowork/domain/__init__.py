"""The rules. Standard library only: no Flask, no SQLAlchemy, no clock, no chance."""
