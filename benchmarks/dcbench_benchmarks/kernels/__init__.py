"""What is timed, one module per kind of case; only these modules (and `worker`) import torch.

place             the device of a case: its cache, its stopwatch
prepared          what a kernel hands to the worker
matmul            matrix products; correctness in `matmul_check`
memory_copy       copies within one device
train_step        one training step of the `transformer`; counts in `transformer_counts`
all_reduce        starts one process per rank; what a rank does is in `collective_rank`
"""
