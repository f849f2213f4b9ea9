"""What is trained: dimensions, where they come from, parameters, operators and FLOPs."""
