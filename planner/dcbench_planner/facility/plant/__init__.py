"""What stands there: units, ratings, spares, and how often they fail."""
