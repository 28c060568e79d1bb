"""What a transform job will take, before it starts: from what finished jobs of this deployment took.

A job bills every one of its instances from its start to its end:
https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeTransformJob.html (TransformEndTime). It takes the
time to start and load the model, and then, for the instance that has most to do, the time that its tokens take. Both
are learned by least squares over the finished jobs, in which older ones count less and less.
"""

from __future__ import annotations

from collections.abc import Iterable

from notes_pipeline.models import Frozen, StagedShard

# Until three jobs have finished. Starting takes four to seven minutes with most images; the speed is that of a small
# fine-tuned model on a few CPUs, slower than what the demonstration model does: docs/performance.md.
DEFAULT_STARTUP_SECONDS = 300.0
DEFAULT_TOKENS_PER_SECOND = 500.0
FEWEST_JOBS = 3
# What a job weighs once the next has finished: the last five or so decide.
_FADE = 0.8
# Sizes that differ by less than this share of their mean say nothing of the time to start.
_LEAST_SPREAD = 0.1
# A job that is still running after so much is stopped.
_PATIENCE = 4.0
_SHORTEST_DEADLINE, _FIRST_DEADLINE = 2 * 3600, 24 * 3600


class JobSize(Frozen):
    """What a job has to do.

    Attributes:
        tokens: of all its shards.
        largest: tokens of its largest shard, which one instance takes alone.
        shards: how many; a job spreads over its instances shard by shard.
    """

    tokens: int = 0
    largest: int = 0
    shards: int = 0

    def plus(self, shard: StagedShard) -> JobSize:
        """Return the size with one more shard."""
        return JobSize(
            tokens=self.tokens + shard.tokens, largest=max(self.largest, shard.tokens), shards=self.shards + 1
        )

    def busiest(self, instances: int) -> int:
        """Return the tokens of the instance that has most to do, were they spread evenly."""
        return max(self.largest, -(-self.tokens // max(1, min(instances, self.shards))))


def size_of(shards: Iterable[StagedShard]) -> JobSize:
    """Return what a job of these shards has to do."""
    size = JobSize()
    for shard in shards:
        size = size.plus(shard)
    return size


class Experience(Frozen):
    """What the finished jobs of one place took, as the sums that a straight line is fitted by.

    Attributes:
        jobs: that have finished.
        weight, x, y, xx, xy: faded sums of 1, the busiest instance's tokens x, the job's seconds y, and products.
    """

    jobs: int = 0
    weight: float = 0.0
    x: float = 0.0
    y: float = 0.0
    xx: float = 0.0
    xy: float = 0.0

    def plus(self, busiest: int, seconds: float) -> Experience:
        """Return the experience after one more job."""
        return Experience(
            jobs=self.jobs + 1,
            weight=self.weight * _FADE + 1,
            x=self.x * _FADE + busiest,
            y=self.y * _FADE + seconds,
            xx=self.xx * _FADE + float(busiest) ** 2,
            xy=self.xy * _FADE + busiest * seconds,
        )

    @property
    def is_enough(self) -> bool:
        """Say whether estimates rest on finished jobs rather than on the defaults."""
        return self.jobs >= FEWEST_JOBS

    def line(self) -> tuple[float, float]:
        """Return seconds to start, and seconds a token; neither is negative."""
        if not self.is_enough:
            return DEFAULT_STARTUP_SECONDS, 1 / DEFAULT_TOKENS_PER_SECOND
        mean_x, mean_y = self.x / self.weight, self.y / self.weight
        spread = self.xx / self.weight - mean_x**2
        if spread > (_LEAST_SPREAD * mean_x) ** 2:
            slope = (self.xy / self.weight - mean_x * mean_y) / spread
            startup = mean_y - slope * mean_x
            if slope >= 0 and startup >= 0:
                return startup, slope
        # All of one size, or with no sense in their sizes: a part is the start, so that neither a smaller nor a larger
        # job is far out.
        startup = min(DEFAULT_STARTUP_SECONDS, mean_y / 2)
        return startup, (mean_y - startup) / mean_x if mean_x else 0.0


def estimate_seconds(size: JobSize, instances: int, experience: Experience) -> int:
    """Return how long a job will take, in seconds on the clock; every instance is billed for all of it."""
    startup, per_token = experience.line()
    return max(1, round(startup + per_token * size.busiest(instances)))


def deadline_seconds(estimated: int, experience: Experience) -> int:
    """Return after how many seconds a job does not end by itself any more: generous, since stopping loses its work."""
    patience = int(_PATIENCE * estimated)
    return max(_SHORTEST_DEADLINE, patience) if experience.is_enough else max(_FIRST_DEADLINE, patience)
