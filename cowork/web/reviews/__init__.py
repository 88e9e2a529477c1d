"""The review, submission, decision and route pages of a proposal."""
