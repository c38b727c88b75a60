"""The review console: the page, who may sign in, and the HTTP API before the services."""
