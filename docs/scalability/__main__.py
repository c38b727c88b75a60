"""``python -m docs.scalability count``: count calls anew."""
import sys
from docs.scalability.counting import count
if __name__ == "__main__":
    count()
