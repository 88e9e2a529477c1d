"""The files of a proposal and its letters of support."""
