"""My work, the lists of proposals, and who takes part."""
