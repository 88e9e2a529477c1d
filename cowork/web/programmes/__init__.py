"""The register of approved programmes."""
