"""How far the system scales: a model that computes from measured figures, quotas and prices."""
