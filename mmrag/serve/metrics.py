"""What a server counts, in the text format of Prometheus."""

import threading
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 120.0)
"""Seconds: those of Prometheus' own clients, and two more for models."""
Labels = tuple[tuple[str, str], ...]


class Metrics:
    """Counters and times of requests, by route and never by what was asked."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._requests: Counter[Labels] = Counter()
        self._seconds: defaultdict[str, float] = defaultdict(float)
        self._buckets: Counter[tuple[str, float]] = Counter()
        self._answers: Counter[str] = Counter()

    def request(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count a request that was answered."""
        labels = (("route", route), ("method", method), ("status", str(status)))
        with self._lock:
            self._requests[labels] += 1
            self._seconds[route] += seconds
            for bucket in BUCKETS:
                if seconds <= bucket:
                    self._buckets[route, bucket] += 1

    def answer(self, status: str) -> None:
        """Count an answer by its status."""
        with self._lock:
            self._answers[status] += 1

    def text(self, gauges: Mapping[str, float]) -> str:
        """All of it, and the values of now."""
        with self._lock:
            lines = [*self._lines(), *_gauges(gauges)]
        return "\n".join(lines) + "\n"

    def _lines(self) -> Iterator[str]:
        yield "# TYPE mmrag_requests_total counter"
        for labels, count in sorted(self._requests.items()):
            yield f"mmrag_requests_total{_labelled(labels)} {count}"
        yield "# TYPE mmrag_request_seconds histogram"
        for route in sorted(self._seconds):
            total = sum(
                count for labels, count in self._requests.items() if ("route", route) in labels
            )
            for bucket in BUCKETS:
                labels = (("route", route), ("le", f"{bucket:g}"))
                yield (
                    f"mmrag_request_seconds_bucket{_labelled(labels)} "
                    f"{self._buckets[route, bucket]}"
                )
            labels = (("route", route),)
            yield f"mmrag_request_seconds_bucket{_labelled((*labels, ('le', '+Inf')))} {total}"
            yield f"mmrag_request_seconds_sum{_labelled(labels)} {self._seconds[route]:.6f}"
            yield f"mmrag_request_seconds_count{_labelled(labels)} {total}"
        yield "# TYPE mmrag_answers_total counter"
        for status, count in sorted(self._answers.items()):
            yield f"mmrag_answers_total{_labelled((('status', status),))} {count}"


def _gauges(gauges: Mapping[str, float]) -> Iterator[str]:
    for name, value in gauges.items():
        yield f"# TYPE mmrag_{name} gauge"
        yield f"mmrag_{name} {value:g}"


def _labelled(labels: Labels) -> str:
    """Labels as Prometheus reads them; their values are names of mmrag's own."""
    return "{" + ",".join(f'{name}="{value}"' for name, value in labels) + "}"
