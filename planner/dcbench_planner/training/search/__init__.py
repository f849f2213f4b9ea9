"""Finding the fastest layouts among all."""
