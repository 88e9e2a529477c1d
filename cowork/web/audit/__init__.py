"""The record of a proposal."""
