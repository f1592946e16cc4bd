"""Read Flask code by its syntax, and edit it without touching another byte. Nothing here imports or runs it."""
