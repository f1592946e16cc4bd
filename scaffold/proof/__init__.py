"""Proving that a project works: what its templates promise, asked of the project while it runs."""
