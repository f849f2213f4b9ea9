"""What is trained and how fast: shape, FLOPs, memory, layouts, step time, search.

transformer, shape, shape_scaling, shape_config   which transformer, from a name, a size or a file
parameters, operators, flops                      what one token costs
rates, rate_tables, step_constants                how fast devices and software are
layout, memory, collectives                       how a step is split, what must fit
step_compute, step_communication, step            seconds of one step, part by part
search_space, search                              every layout that fits, fastest first
columns, transformer_columns                      many cases as arrays
"""
