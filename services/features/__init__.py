"""The feature store: what we know about each customer, folded from completed jobs and surveys."""
