"""Meetings: their list, agenda, attendance, votes, minutes and papers."""
