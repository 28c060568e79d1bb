"""Runs a schedule: what comes next is the oldest thing that waits, or whatever the seed draws."""

from collections.abc import Callable

from tests.faults.happenings import Happenings
from tests.faults.outcome import Outcome
from tests.faults.queues import Queue

TICK_SECONDS, SLOW_TICK_SECONDS = 300.0, 3600.0
MOST_ACTIONS = 1_200
# A job of Bedrock's that never ends is stopped after two days, and the jobs of its halves too.
LONGEST_SECONDS = 10 * 86_400.0
Action = Callable[[], None]


class Driver(Happenings):
    """Chooses what happens, until nothing waits any more."""

    def run(self) -> Outcome:
        with self.world.alive():
            actions = 0
            while actions < MOST_ACTIONS and self.clock.seconds - self._begin < LONGEST_SECONDS:
                actions += 1
                self.world.services.notice_stops()
                action = self._drawn() if not self._quiet_phase else self._next_in_turn()
                if action is None:
                    self.outcome.is_quiet = True
                    break
                action()
                if not self._quiet_phase and actions > 30 and not self._drops and self._draw.random() < 0.05:
                    self._calm_down()
        self.outcome.calls, self.outcome.met = self.world.calls, self.world.faults.met
        return self.outcome

    def _calm_down(self) -> None:
        """From here on nothing fails, and everything comes in its turn."""
        self._tell("no more faults")
        self._calm_since = self.clock.seconds
        self._quiet_phase, self.world.faults.armed = True, False
        self.world.services.ends, self.world.refusals = [], []
        while self.running:
            self._step(self.running[0])

    def _drawn(self) -> Action | None:
        choices: list[tuple[int, Action]] = [(8, lambda one=one: self._step(one)) for one in self.running]
        if len(self.running) < self.schedule.at_once:
            choices += [(3, lambda f=found: self._deliver(*f)) for found in self._deliverable()]
            if self._is_free("BatchDueFunction"):
                choices.append((1, self._tick))
        if self._drops:
            choices.append((2, self._drop))
        jobs = self.world.services.pending
        choices += [
            (2, lambda p=place: self._end(p)) for place, job in enumerate(jobs) if job.due <= self.clock.seconds
        ]
        choices.append((1, self._wait))
        return self._draw.choices([a for _, a in choices], [weight for weight, _ in choices])[0]

    def _next_in_turn(self) -> Action | None:
        found = self._deliverable()
        if found:
            oldest = min(found, key=lambda f: f[0].visible()[0].visible_at)
            return lambda: self._deliver(*oldest)
        due = [place for place, job in enumerate(self.world.services.pending) if job.due <= self.clock.seconds]
        if due:
            return lambda: self._end(due[0])
        if self._drops and self._begin + self._drops[0][1].at <= self.clock.seconds:
            return self._drop
        if self.clock.seconds >= self._last_tick + self._pause():
            return self._tick
        return self._wait if self._something_waits() else None

    def _pause(self) -> float:
        """Seconds between ticks: fewer of them once nothing but patience is needed, to save the time of this run."""
        pending = self.world.services.pending
        is_long = bool(pending) and all(job.due == float("inf") for job in pending)
        waited = self.clock.seconds - self._calm_since
        return SLOW_TICK_SECONDS if is_long or (self._quiet_phase and waited > 7200) else TICK_SECONDS

    def _something_waits(self) -> bool:
        messages = any(queue.messages for queue, _, _ in self.queues)
        rows = any("backlog" in row for row in self.world.rows().values())
        return bool(messages or rows or self._drops or self.world.services.pending)

    def _deliverable(self) -> list[tuple[Queue, str, int]]:
        return [one for one in self.queues if self._is_free(one[1]) and one[0].visible()]

    def _is_free(self, function: str) -> bool:
        reserved = self.world.functions[function].concurrency == 1
        return not (reserved and any(one.function == function for one in self.running))

    def _wait(self) -> None:
        moments = [queue.next_moment() for queue, _, _ in self.queues]
        moments += [job.due for job in self.world.services.pending]
        moments += [self._begin + drop.at for _, drop in self._drops[:1]] + [self._last_tick + self._pause()]
        later = [moment for moment in moments if self.clock.seconds < moment < float("inf")]
        if later:
            self.clock.seconds = min(later)
