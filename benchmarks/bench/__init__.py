"""Comparison of the engine with what people use today: `python -m benchmarks.bench`, or `make bench`.

`workloads` makes the notes and models; `rounds` asks one process a system (`worker`) for measurements in turn; `rows`
turns them into figures; `document` and `plot` write those into docs/performance.md and a picture.
"""
