"""What every service needs and nothing about anybody's business; imports no service."""
