"""Published measurements, and how far the planner is off on them: a package for each part."""
