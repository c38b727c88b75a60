"""The agent registry: immutable versions of every writer, and the aliases that point at them."""
