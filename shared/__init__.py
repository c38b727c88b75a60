"""What every service needs and nothing about anybody's business; imports no service."""

import gc

gc.set_threshold(50_000)  # what imports make stays: looking through it for garbage was a tenth of a cold start
