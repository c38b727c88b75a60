"""The evaluation service: a candidate and the baseline write for the same past jobs, and the drafts are compared."""
