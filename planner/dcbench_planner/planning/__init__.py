"""From a scenario to the plan record.

question, option                      what is asked, and one accelerator as a candidate
sizing, candidate, choosing           how many, where, and which
alternatives                          what lost, and why
chain, uncertainty                    the same formulas on values and on draws
facts, parts, provenance              catalog facts in, record parts out, and where each came from
plan                                  the whole
"""
