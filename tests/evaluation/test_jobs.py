"""The queue of background jobs: bounded, idempotent, cancelled at the next report."""

from __future__ import annotations

import threading

import pytest

from trusteq_core.errors import DataError
from trusteq_core.evaluation.jobs import BusyError, JobRunner

SOON = 20


@pytest.fixture
def gate():
    event = threading.Event()
    yield event
    event.set()


def blocked(gate: threading.Event, started: threading.Event | None = None):
    def work(report):
        report(1, 10)
        if started is not None:
            started.set()
        gate.wait(SOON)
        report(2, 10)
        return "result"

    return work


def running_job(runner: JobRunner, gate: threading.Event, key: str = "first"):
    started = threading.Event()
    job = runner.submit(key, blocked(gate, started))
    assert started.wait(SOON)
    return job


def test_a_job_gives_its_result():
    job = JobRunner().submit("a", lambda report: report(3, 3) or 42)
    assert job.wait(SOON)
    assert (job.state, job.result, job.done, job.total, job.error) == ("done", 42, 3, 3, None)
    assert job.seconds >= 0
    assert job.remaining_seconds is None


def test_time_left_follows_from_the_pace_so_far(gate):
    job = running_job(JobRunner(), gate)
    assert job.remaining_seconds == pytest.approx(9 * job.seconds, rel=0.5)


def test_one_key_is_one_job_while_it_waits_runs_and_after(gate):
    runner = JobRunner()
    first = running_job(runner, gate)
    second = runner.submit("second", blocked(gate))
    assert runner.submit("first", blocked(gate)) is first
    assert runner.submit("second", blocked(gate)) is second
    gate.set()
    assert second.wait(SOON)
    assert runner.submit("first", blocked(gate)) is first


def test_a_cancelled_job_stops_at_its_next_report_and_can_be_started_anew(gate):
    runner = JobRunner()
    job = running_job(runner, gate)
    job.cancel()
    gate.set()
    assert job.wait(SOON)
    assert job.state == "cancelled"
    assert job.result is None
    again = runner.submit("first", lambda _report: "again")
    assert again is not job
    assert again.wait(SOON)
    assert again.result == "again"


def test_a_job_cancelled_while_waiting_never_runs(gate):
    runner = JobRunner()
    first = running_job(runner, gate)
    ran = []
    waiting = runner.submit("waiting", ran.append)
    waiting.cancel()
    gate.set()
    assert waiting.wait(SOON)
    assert first.wait(SOON)
    assert waiting.state == "cancelled"
    assert ran == []


def test_asking_again_for_a_job_that_is_to_stop_starts_it_anew(gate):
    runner = JobRunner()
    running = running_job(runner, gate)
    waiting = runner.submit("second", lambda _report: "old")
    running.cancel()
    waiting.cancel()
    again = runner.submit("first", lambda _report: "new first")
    other = runner.submit("second", lambda _report: "new second")
    gate.set()
    assert again.wait(SOON)
    assert other.wait(SOON)
    assert (again.result, other.result) == ("new first", "new second")
    assert running.state == waiting.state == "cancelled"


def test_a_full_queue_refuses_and_a_cancelled_job_makes_room(gate):
    runner = JobRunner(max_workers=1, max_queued=2)
    running_job(runner, gate)
    queued = [runner.submit(key, blocked(gate)) for key in ("a", "b")]
    with pytest.raises(BusyError, match="2 computations are waiting already"):
        runner.submit("c", blocked(gate))
    queued[0].cancel()
    runner.submit("c", blocked(gate))
    assert queued[0].state == "cancelled"


def test_a_failing_job_keeps_its_error_and_the_next_one_runs():
    def fail(_report):
        raise DataError("No such column.")

    runner = JobRunner()
    failed, after = runner.submit("fails", fail), runner.submit("after", lambda _report: 1)
    assert after.wait(SOON)
    assert failed.state == "failed"
    assert str(failed.error) == "No such column."
    assert after.result == 1


def test_two_workers_run_two_jobs_at_once(gate):
    runner = JobRunner(max_workers=2)
    jobs = [running_job(runner, gate, key) for key in ("one", "two")]
    assert [job.state for job in jobs] == ["running", "running"]
    gate.set()
    assert all(job.wait(SOON) for job in jobs)


def test_finished_jobs_are_forgotten_in_the_end():
    runner = JobRunner()
    for number in range(100):
        runner.submit(str(number), lambda _report: 0).wait(SOON)
    assert len(runner.jobs()) <= 33
