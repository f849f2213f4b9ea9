"""Time of collectives and of other ways to exchange gradients."""
