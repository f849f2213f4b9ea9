"""How weights are trained: optimizer, adapters, offload, distillation."""
