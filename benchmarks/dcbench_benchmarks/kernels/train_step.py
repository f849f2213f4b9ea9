"""One training step: forward, cross-entropy, backward, AdamW, on a fixed random batch.

Work: tokens. FLOP by `transformer_counts.step_flop`. In bf16 the weights and gradients are bf16
and the optimizer works on fp32 master weights (Micikevicius et al., arXiv 1710.03740, section
3.1). The loss must be finite and end below the loss of the untrained model: a fast wrong step is a
failure.
"""

from __future__ import annotations

import math
import statistics

import torch
from torch import Tensor
from torch.nn import functional

from dcbench_benchmarks.kernels.matmul import set_precision
from dcbench_benchmarks.kernels.place import Place
from dcbench_benchmarks.kernels.prepared import Checked, Prepared
from dcbench_benchmarks.kernels.transformer import Transformer
from dcbench_benchmarks.kernels.transformer_counts import num_params, step_flop
from dcbench_benchmarks.suite import Shape
from dcbench_benchmarks.timing import Timed, Workload

DTYPES = {"fp32": torch.float32, "bf16": torch.bfloat16}
LEARNING_RATE = 1e-4


class Trainer:
    """Model, optimizer and batch of one case."""

    def __init__(self, shape: Shape, dtype: str, place: Place, seed: int) -> None:
        set_precision(dtype)
        generator = torch.Generator(device=place.device).manual_seed(seed)
        with place.device:
            self.model = Transformer(shape).to(DTYPES[dtype])
        self.model.init_weights(generator)
        size = (shape.micro_batch, shape.sequence + 1)
        text = torch.randint(0, shape.vocab, size, generator=generator, device=place.device)
        self._inputs, self._targets = text[:, :-1], text[:, 1:].reshape(-1)
        self._weights: list[Tensor] = list(self.model.parameters())
        self._masters = self._master_weights()
        self._optimizer = torch.optim.AdamW(self._masters, lr=LEARNING_RATE, fused=True)
        self.losses: list[Tensor] = []

    def step(self, _: int = 0) -> None:
        """Run one step and keep its loss, without waiting for the device."""
        logits = self.model(self._inputs)
        loss = functional.cross_entropy(logits.flatten(0, 1).float(), self._targets)
        loss.backward()  # type: ignore[no-untyped-call] # torch leaves it untyped
        self._update()
        self.losses.append(loss.detach())

    def forget_warm_up(self) -> None:
        """Keep the loss of the untrained model only, to compare the timed steps with.

        Not that of the last warm-up step: by then a small model knows the batch by heart, and what
        is left of its loss goes up and down.
        """
        del self.losses[1:]

    def _master_weights(self) -> list[Tensor]:
        if all(weight.dtype == torch.float32 for weight in self._weights):
            return list(self._weights)
        return [weight.detach().float() for weight in self._weights]

    def _update(self) -> None:
        if self._masters[0] is not self._weights[0]:
            for master, weight in zip(self._masters, self._weights, strict=True):
                master.grad = None if weight.grad is None else weight.grad.float()
                weight.grad = None
        self._optimizer.step()
        self._optimizer.zero_grad(set_to_none=True)
        if self._masters[0] is not self._weights[0]:
            with torch.no_grad():
                torch._foreach_copy_(self._weights, self._masters)


def prepare(shape: Shape, dtype: str, place: Place, seed: int) -> Prepared:
    """Build model, optimizer and batch of one case."""
    trainer = Trainer(shape, dtype, place, seed)

    def derived(timed: Timed) -> dict[str, float]:
        step_s = statistics.median(timed.samples)
        losses = trainer.losses
        return {
            "step_s": step_s, "model_flop": step_flop(shape),
            "model_flop_per_s": step_flop(shape) / step_s, "params": float(num_params(shape)),
            "loss_first": float(losses[0]), "loss_last": float(losses[-1]),
            "timed_steps": float(len(losses) - 1),
        } | _peak_memory(place)  # fmt: skip

    return Prepared(
        workload=Workload(iterate=trainer.step, max_iterations=place.max_iterations),
        work=float(shape.tokens), work_unit="token",
        check=lambda _: check_losses([float(loss) for loss in trainer.losses]),
        derived=derived, on_start=trainer.forget_warm_up,
    )  # fmt: skip


def check_losses(losses: list[float]) -> Checked:
    """Check that the loss stays finite and ends below where it began.

    Args:
        losses: of the untrained model and of all timed steps, in nats.
    """
    figures = {"losses_not_finite": float(sum(not math.isfinite(loss) for loss in losses))}
    if figures["losses_not_finite"]:
        return Checked(passed=False, reason="wrong result: the loss is not finite", figures=figures)
    figures |= {"loss_last": losses[-1], "loss_last_limit": losses[0]}
    if len(losses) > 1 and losses[-1] >= losses[0]:
        reason = f"wrong result: the loss did not fall ({losses[0]:.6g} to {losses[-1]:.6g})"
        return Checked(passed=False, reason=reason, figures=figures)
    return Checked(passed=True, figures=figures)


def _peak_memory(place: Place) -> dict[str, float]:
    """Peak of torch's allocator on a GPU; on a CPU there is no such count."""
    if not place.is_cuda:
        return {}
    return {"peak_memory_bytes": float(torch.cuda.max_memory_allocated(place.device))}
