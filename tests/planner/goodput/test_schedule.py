import numpy as np
import pytest

from dcbench_planner.goodput.schedule import schedule
from tests.planner.examples import book, cluster


def _schedule(step_time_s=10.0, accelerators=16_384, **values):
    return schedule(
        step_time_s=step_time_s,
        tokens=15.6e12,
        step_tokens=16e6,
        cluster=cluster(accelerators=accelerators, params=405e9, tokens=15.6e12),
        book=book(**values),
    )


def test_training_days_by_hand():
    # 15.6e12 / 16e6 = 975,000 steps of 10 s = 112.85 days.
    found = _schedule(run__evaluation_share=0.0)

    assert found.steps == 975_000
    assert found.training_days == pytest.approx(112.847, rel=1e-4)
    assert found.calendar_days == pytest.approx(found.training_days / found.goodput, rel=1e-12)


def test_evaluation_takes_its_share_of_training():
    # Hand calculation: 112.847 days x 1.02.
    found = _schedule(run__evaluation_share=0.02)

    assert found.training_days == pytest.approx(115.104, rel=1e-4)


def test_goodput_of_llama_3_405b():
    # Published: above 90 % effective training time on 16,384 H100, interruption every 3.09 h.
    found = _schedule()

    assert found.job_mttf_hours == pytest.approx(3.09, rel=0.01)
    assert 0.90 <= found.goodput <= 0.97


def test_larger_jobs_keep_less_time():
    goodput = [_schedule(accelerators=n).goodput for n in (512, 4096, 32_768)]

    assert goodput == sorted(goodput, reverse=True)


def test_interval_is_never_shorter_than_the_write():
    found = _schedule(storage__write_gb_per_s_per_node=0.001)

    assert found.checkpoint_interval_s == pytest.approx(found.checkpoint_write_s)


@pytest.mark.parametrize(
    "worse",
    [
        {"reliability__interruptions_per_1000_gpu_days": 0.8},
        {"reliability__detect_and_reschedule_s": 900.0},
        {"reliability__warm_up_s": 900.0},
        {"reliability__checkpoint_sync_s": 30.0},
        {"reliability__repair_days": 10.0},
    ],
)
def test_every_trouble_costs_time(worse):
    assert _schedule(**worse).goodput < _schedule().goodput


def test_draws_give_the_scalar_answer_element_by_element():
    rates = np.array([0.3, 0.5, 0.8])
    plain = book()
    drawn = plain.with_draws({"reliability.interruptions_per_1000_gpu_days": rates})
    machine = cluster(accelerators=4096, params=405e9)
    inputs = {"step_time_s": 10.0, "tokens": 1e12, "step_tokens": 16e6, "cluster": machine}

    together = schedule(**inputs, book=drawn).goodput

    single = [
        schedule(**inputs, book=book(reliability__interruptions_per_1000_gpu_days=rate)).goodput
        for rate in rates
    ]
    assert together == pytest.approx(single, rel=1e-12)
