"""The audit of a project as it would run in production: read, never imported and never run."""
