"""Event simulation of pipeline schedules: every pass of every accelerator, one by one.

Each accelerator works through its queue in order. A pass starts when the accelerator is free and
what it needs has arrived: a forward pass needs the forward pass of the stage before, a backward
pass that of the stage after, both plus the send time where the other stage is on another
accelerator. Sends do not occupy an accelerator.

Orders are those of the programs that run them: 1F1B and interleaved 1F1B of Megatron-LM
(`megatron/core/pipeline_parallel/schedules.py`, `get_schedule_table`), ZB-H1 of Qi et al. 2024
(arXiv:2401.10241, figure 3 top; the weight gradients of accelerator i wait for i micro-batches),
ZB-V of the same paper (section 6) as in PyTorch's `ScheduleZBVZeroBubble`, DualPipeV of
deepseek-ai/DualPipe (`dualpipev.py`).
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

FORWARD, INPUT_GRADIENT, WEIGHT_GRADIENT, BACKWARD = "F", "B", "W", "BW"
Pass = tuple[str, int, int]
"""Kind, stage, micro-batch."""
Queue = list[tuple[Pass, ...]]
"""Passes in order; those in one tuple run mixed and end together."""


@dataclass(frozen=True, kw_only=True)
class Pipeline:
    """Times of one accelerator and micro-batch; stages of an accelerator share them equally."""

    p: int
    v: int
    m: int
    forward: float
    input_gradient: float
    weight_gradient: float
    last_extra: float = 0.0
    """Added to the last stage: a third to each kind of pass."""
    send: float = 0.0
    v_shaped: bool = False
    group: int = 0
    """Micro-batches that pass a chunk before the next chunk starts; 0 is p."""

    @property
    def stages(self):
        return self.p * self.v

    def device(self, stage):
        around, place = divmod(stage, self.p)
        return self.p - 1 - place if self.v_shaped and around % 2 else place

    def seconds(self, one):
        kind, stage, _ = one
        parts = {
            FORWARD: [self.forward], INPUT_GRADIENT: [self.input_gradient],
            WEIGHT_GRADIENT: [self.weight_gradient],
            BACKWARD: [self.input_gradient, self.weight_gradient],
        }[kind]  # fmt: skip
        extra = self.last_extra / 3 if stage == self.stages - 1 else 0.0
        return sum(part / self.v + extra for part in parts)

    def needs(self, one):
        kind, stage, micro = one
        if kind == WEIGHT_GRADIENT:
            return (INPUT_GRADIENT, stage, micro)
        if kind == FORWARD:
            return (FORWARD, stage - 1, micro) if stage else None
        if stage == self.stages - 1:
            return (FORWARD, stage, micro)
        return (INPUT_GRADIENT, stage + 1, micro)

    def fullest(self):
        return self.forward + self.input_gradient + self.weight_gradient + max(0, self.last_extra)


def span(pipe: Pipeline, queues: list[Queue]) -> float:
    """Seconds from the first pass to the end of the last one."""
    ends, free = {}, [0.0] * pipe.p
    waiting = [deque(queue) for queue in queues]
    while any(waiting):
        moved = False
        for device, queue in enumerate(waiting):
            while queue and (ready := _ready(pipe, queue[0], ends)) is not None:
                block = queue.popleft()
                free[device] = max(free[device], ready) + sum(map(pipe.seconds, block))
                ends |= {_finished(one): free[device] for one in block}
                moved = True
        if not moved:
            raise AssertionError(f"deadlock: {[list(queue)[:1] for queue in waiting]}")
    return max(free)


def peak_in_flight(pipe: Pipeline, queue: Queue) -> float:
    """Micro-batches held at most, in units of one accelerator's layers; weight gradients free."""
    held, peak = 0, 0
    for block in queue:
        for kind, _, _ in block:
            held += kind == FORWARD
            peak = max(peak, held)
            held -= kind in (WEIGHT_GRADIENT, BACKWARD)
    return peak / pipe.v


def _ready(pipe, block, ends):
    latest = 0.0
    for one in block:
        need = pipe.needs(one)
        if need is None:
            continue
        if need not in ends:
            return None
        far = pipe.device(need[1]) != pipe.device(one[1])
        latest = max(latest, ends[need] + (pipe.send if far else 0.0))
    return latest


def _finished(one):
    kind, stage, micro = one
    return (INPUT_GRADIENT if kind == BACKWARD else kind, stage, micro)


def one_f_one_b(pipe: Pipeline) -> list[Queue]:
    """1F1B, interleaved where v > 1, in Megatron-LM's order."""
    group = pipe.group or pipe.p
    table = [
        (chunk, micro)
        for start in range(0, pipe.m, group)
        for chunk in range(pipe.v)
        for micro in range(start, min(start + group, pipe.m))
    ]
    return [_one_f_one_b_queue(pipe, rank, table) for rank in range(pipe.p)]


def _one_f_one_b_queue(pipe, rank, table):
    forward = [(FORWARD, chunk * pipe.p + rank, micro) for chunk, micro in table]
    backward = [(BACKWARD, (pipe.v - 1 - chunk) * pipe.p + rank, micro) for chunk, micro in table]
    after = pipe.p - rank - 1
    warmup = after if pipe.v == 1 else 2 * after + (pipe.v - 1) * (pipe.group or pipe.p)
    warmup = min(warmup, len(table))
    steady = [one for pair in zip(forward[warmup:], backward, strict=False) for one in pair]
    return [(one,) for one in forward[:warmup] + steady + backward[len(table) - warmup :]]


def zero_bubble_h1(pipe: Pipeline) -> list[Queue]:
    """ZB-H1: 1F1B with the weight gradient of accelerator i delayed by i micro-batches."""
    return [_zero_bubble_h1_queue(pipe, rank) for rank in range(pipe.p)]


def _zero_bubble_h1_queue(pipe, rank):
    warmup = min(pipe.p - rank - 1, pipe.m)
    queue = [(FORWARD, rank, micro) for micro in range(warmup)]
    for micro in range(pipe.m):
        if warmup + micro < pipe.m:
            queue.append((FORWARD, rank, warmup + micro))
        queue.append((INPUT_GRADIENT, rank, micro))
        if micro >= rank:
            queue.append((WEIGHT_GRADIENT, rank, micro - rank))
    queue += [(WEIGHT_GRADIENT, rank, i) for i in range(max(0, pipe.m - rank), pipe.m)]
    return [(one,) for one in queue]


class _VQueue:
    """Builds the queue of one accelerator that holds stages `rank` and `2 p - 1 - rank`."""

    def __init__(self, pipe: Pipeline, rank: int) -> None:
        self.stages = (rank, 2 * pipe.p - 1 - rank)
        self.count = {}
        self.stored = deque()
        self.queue = []

    def add(self, *kinds_and_chunks: tuple[str, int]) -> None:
        self.queue.append(tuple(self._next(kind, chunk) for kind, chunk in kinds_and_chunks))

    def forward(self, chunk):
        self.add((FORWARD, chunk))

    def backward(self, chunk, *, split=False):
        if not split:
            self.add((BACKWARD, chunk))
            return
        self.add((INPUT_GRADIENT, chunk))
        self.stored.append((WEIGHT_GRADIENT, *self.queue[-1][0][1:]))

    def weight(self):
        self.queue.append((self.stored.popleft(),))

    def _next(self, kind, chunk):
        counter = (kind == FORWARD, kind == WEIGHT_GRADIENT, chunk)
        micro = self.count.get(counter, 0)
        self.count[counter] = micro + 1
        return kind, self.stages[chunk], micro


def zero_bubble_v(pipe: Pipeline) -> list[Queue]:
    """ZB-V, made for equal F, B and W; fewer micro-batches than 2 p - 1 leave slots empty."""
    queues = [_zero_bubble_v_queue(pipe, rank) for rank in range(pipe.p)]
    return [[block for block in queue if block[0][2] < pipe.m] for queue in queues]


def _zero_bubble_v_queue(pipe, rank):
    n, queue = max(2 * pipe.p - 1, pipe.m), _VQueue(pipe, rank)
    before, after = rank, pipe.p - rank
    for _ in range(2 * after - 1):
        queue.forward(0)
    for _ in range(before):
        queue.forward(1)
        queue.forward(0)
    for _ in range(after):
        _forward_backward_weight(queue, 1)
    forwards = 2 * after - 1 + before
    for i in range(n - pipe.p):
        if forwards + i < n:
            queue.forward(0)
        queue.backward(0, split=True)
        queue.weight()
        _forward_backward_weight(queue, 1)
    for _ in range(before):
        queue.backward(0, split=True)
        queue.backward(1, split=True)
    late = [one for one in queue.stored if one[1] == queue.stages[1]]
    queue.stored = deque(one for one in queue.stored if one[1] == queue.stages[0])
    for _ in range(after):
        queue.backward(0, split=True)
        queue.weight()
    return queue.queue + [(one,) for one in late] + [(one,) for one in queue.stored]


def _forward_backward_weight(queue, chunk):
    queue.forward(chunk)
    queue.backward(chunk, split=True)
    queue.weight()


def dual_pipe_v(pipe: Pipeline) -> list[Queue]:
    """DualPipeV with steps 1 to 8 of `dualpipev.py`; needs m >= 2 p."""
    return [_dual_pipe_v_queue(pipe, rank) for rank in range(pipe.p)]


def _dual_pipe_v_queue(pipe, rank):
    queue, after = _VQueue(pipe, rank), pipe.p - rank - 1
    for _ in range(2 * after):
        queue.forward(0)
    for _ in range(rank + 1):
        queue.forward(0)
        queue.forward(1)
    for _ in range(after):
        queue.backward(1, split=True)
        queue.weight()
        queue.forward(1)
    for i in range(pipe.m - 2 * pipe.p + rank + 1):
        if i == 0 and after == 0:
            queue.forward(0)
            queue.backward(1)
        else:
            queue.add((FORWARD, 0), (BACKWARD, 1))
        queue.add((FORWARD, 1), (BACKWARD, 0))
    _dual_pipe_v_end(queue, rank, after)
    return queue.queue


def _dual_pipe_v_end(queue, rank, after):
    for _ in range(after):
        queue.backward(1)
        queue.add((FORWARD, 1), (BACKWARD, 0))
    split = False
    for i in range(rank + 1):
        split = split or (i == (rank + 1) // 2 and rank % 2 == 1)
        queue.backward(1, split=split)
        split = split or i == (rank + 1) // 2
        queue.backward(0, split=split)
    for _ in range(after):
        queue.weight()
        queue.backward(0, split=True)
    while queue.stored:
        queue.weight()
