"""What failures and checkpoints cost in time."""
