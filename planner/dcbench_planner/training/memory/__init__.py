"""Memory of an accelerator at its peak."""
