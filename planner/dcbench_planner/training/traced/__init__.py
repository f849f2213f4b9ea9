"""Models that are only known as a traced list of operators."""
