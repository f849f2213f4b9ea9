"""Laws, standards and policies against a design: met, not met, not checked. No certificates."""
