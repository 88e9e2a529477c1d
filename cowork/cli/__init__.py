"""The `cowork` command: one module for each subject."""
