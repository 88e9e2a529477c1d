"""The export page of a proposal and the files it hands out."""
