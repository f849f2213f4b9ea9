"""Published training runs, and how far the planner is off on them.

`training.csv` holds the runs with their sources. `runs` reads them, `prepared` makes columns of
them once, `fitting` finds the constants, `folds` leaves sources or GPU generations out, `scores`
sums errors up, `scoreboard` puts it together for `dcbench validate`.
"""
