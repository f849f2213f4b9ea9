"""What is trained and how fast: shape, FLOPs, memory, layouts, step time, search.

shape      which model, from a name, a size or a file; what one token costs
method     optimizer, adapters, offload, distillation
layout     how a step is split, and the software it runs on
memory     what must fit, by component and stage
network    collectives
step       rates of devices, schedules, seconds part by part
search     the fastest layouts that fit
traced     models known only as a list of operators
columns, remembered   many cases as arrays
"""
