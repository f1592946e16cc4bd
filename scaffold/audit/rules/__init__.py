"""The rules of the audit: one module a theme, each with its `RULES`; a new module needs no further line."""
