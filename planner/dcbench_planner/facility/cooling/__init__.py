"""How heat leaves: fans, pumps, compressors, towers, composed to the twelve systems."""
