"""From a checkout to dev, from dev to test, from test to prod: the same bytes, seen before they change anything."""
