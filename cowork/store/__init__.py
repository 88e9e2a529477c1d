"""What is kept: records, queries, the one commit, migrations. Records never leave; frozen dataclasses do."""
