"""The versioned file formats and how they are read and written.

run          what was measured                 dcbench.records.run
calibration  curves fitted to runs             dcbench.records.calibration
scenario     what is asked of the planner      dcbench.records.scenario
plan         the answer                        dcbench.records.plan
facility     one facility design at one site   dcbench.records.facility
"""
