"""The worker: what runs beside the pages."""
