"""A signal that comes while files are written is acted on between two steps, and only there."""

import signal

import pytest

from scaffold.signals import NUMBERS, as_interrupts, held_back


@pytest.mark.parametrize("number", NUMBERS, ids=lambda number: signal.Signals(number).name)
def test_a_signal_waits_for_the_next_check(number: int) -> None:
    before = signal.getsignal(number)
    steps: list[str] = []

    def work() -> None:
        with held_back() as check:
            check()
            signal.raise_signal(number)
            steps.append("this step is finished")
            check()
            steps.append("this one is not begun")

    with pytest.raises(KeyboardInterrupt):
        work()
    assert steps == ["this step is finished"]
    assert signal.getsignal(number) == before


def test_a_signal_after_the_last_check_finds_the_work_complete() -> None:
    with held_back() as check:
        check()
        signal.raise_signal(signal.SIGINT)


def test_a_signal_that_nobody_wants_stays_unheard() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as nohup does
    try:
        with held_back() as check:
            signal.raise_signal(signal.SIGHUP)
            check()
        assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_another_thread_leaves_the_signals_to_the_main_one() -> None:
    from threading import Thread

    done = []

    def work() -> None:
        with held_back() as check:
            check()
            done.append(True)

    thread = Thread(target=work)
    thread.start()
    thread.join()
    assert done == [True]


@pytest.mark.parametrize("number", NUMBERS, ids=lambda number: signal.Signals(number).name)
def test_any_of_them_ends_a_long_run_once_and_lets_it_put_things_away(number: int) -> None:
    before = signal.getsignal(number)
    put_away: list[str] = []

    def work() -> None:
        with as_interrupts():
            try:
                signal.raise_signal(number)
            finally:
                signal.raise_signal(number)
                put_away.append("all")

    with pytest.raises(KeyboardInterrupt):
        work()
    assert put_away == ["all"]
    assert signal.getsignal(number) == before
