"""What the building takes and emits: water, carbon, and their share of one training run."""
