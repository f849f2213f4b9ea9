"""From a scenario to the plan record.

question, option, options             what is asked, and the accelerators as candidates
training_method, batch_ramp, ramp     how the weights are trained, and a batch that starts small
sizing, ladder, candidate, choosing   how many, where, and which
limits, too_slow                      what is broken where the answer is no, and what would help
most, most_estimate                   the largest model or the most tokens
alternatives, pareto                  what lost and why, and what nothing beats
chain, uncertainty                    the same formulas on values and on draws
facts, parts, provenance              catalog facts in, record parts out, and where each came from
plan                                  the whole
"""
