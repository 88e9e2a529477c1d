"""Comments posted from the pages of a proposal."""
