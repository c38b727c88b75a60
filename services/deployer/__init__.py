"""The deployer: moves a candidate from a small share of the customers to all of them, or takes it back."""
