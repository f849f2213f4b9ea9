"""What is trained and how fast: shape, FLOPs, memory, layouts, step time, search.

transformer, shape, shape_scaling, shape_config   which transformer, from a name, a size or a file
parameters, operators, flops                      what one token costs
rates, rate_tables, step_constants                how fast devices and software are
layout, memory, collectives                       how a step is split, what must fit
step_compute, step_communication, step            seconds of one step, part by part
chunks                                            memory and time of any number of layouts
search_space, search_bounds, search_pruned, search  the fastest layouts that fit, all or part tried
pareto                                            answers that no other beats in every respect
columns, transformer_columns, remembered          many cases as arrays
"""
