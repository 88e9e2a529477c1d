"""The pages. Views translate between HTTP and use cases; they decide nothing."""
