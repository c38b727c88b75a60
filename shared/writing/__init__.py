"""How an agent version becomes a request to a model, and its answer a mail: the same for customers and for tests on history."""
