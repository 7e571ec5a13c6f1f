"""A server under load on this machine: `make bench-serve`.

    python eval/bench_serve.py                      32 clients for a minute
    python eval/bench_serve.py --minutes 10

A copy of an index of the sample corpus is served by the command line in a process of its own.
First one client is timed with all threads warm, beside the same calls without HTTP. Then clients
ask and search as fast as they are answered while another process indexes into the same index, again
and again: requests a second, the median and the 95th percentile of their times, their statuses, and
the resident memory of the server every ten seconds.
"""

import argparse
import json
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from mmrag.index import Index

HERE = Path(__file__).resolve().parent
DOCS = HERE.parent / "corpora/sample/docs"
MMRAG = [sys.executable, "-m", "mmrag"]
QUESTIONS = (
    "What was the operating profit of Halden Tidal in 2024?",
    "Who has the key of the boathouse?",
    "After how many litres does the red lamp ask for descaling?",
    "What is the total of invoice 2291?",
    "What is the melting point of tungsten?",
)
ASKED = 0.25  # share of the requests that ask; the others search. Chosen by hand
ROUNDS = 40  # of a quiet client; chosen by hand
WARMING = 8  # clients at once before anything is timed: twice the threads of a pool, so that each
# has opened the index. Chosen by hand


@dataclass
class Measured:
    """What the clients saw."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: {"search": [], "ask": []})
    statuses: Counter[str] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--minutes", type=float, default=1.0)
    parser.add_argument("--clients", type=int, default=32)
    parser.add_argument("--index", type=Path, help="of the sample corpus; else it is made")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="mmrag-bench-") as scratch:
        index = Path(scratch) / "sample"
        if options.index:
            shutil.copytree(options.index, index)
        else:
            subprocess.run([*MMRAG, "index", DOCS, "--index", index], check=True)
        server = subprocess.Popen(
            [*MMRAG, "serve", "--port", "0", "--index", index], stderr=subprocess.PIPE, text=True
        )
        try:
            line = server.stderr.readline() if server.stderr else ""
            found = re.search(r"http://\S+", line)
            if found is None:
                sys.exit(f"the server did not start: {line}")
            url = f"{found[0]}/v1/indexes/sample"
            report = {"quiet: fastest, CPU in ms": quiet(url, index, server.pid)}
            report["load"] = load(url, index, server.pid, options.clients, options.minutes)
        finally:
            server.terminate()
            server.wait()
    print(json.dumps(report, indent=2))


def quiet(url: str, index: Path, pid: int) -> dict[str, list[float]]:
    """Milliseconds of one client with all warm, and of the same calls without HTTP."""
    here, there = psutil.Process(), psutil.Process(pid)
    with ThreadPoolExecutor(WARMING) as clients:
        for name, body in (
            ("search", {"query": QUESTIONS[0]}),
            ("ask", {"question": QUESTIONS[0]}),
        ):
            list(clients.map(lambda _, n=name, b=body: post(f"{url}/{n}", b), range(4 * WARMING)))
    root = url.partition("/v1/")[0]
    with Index.open(index) as own:
        direct_search = timed(lambda: own.search(QUESTIONS[0]), here)
        direct_ask = timed(lambda: own.ask(QUESTIONS[0]), here)
    return {
        "search": timed(lambda: post(f"{url}/search", {"query": QUESTIONS[0]}), there),
        "search without HTTP": direct_search,
        "ask": timed(lambda: post(f"{url}/ask", {"question": QUESTIONS[0]}), there),
        "ask without HTTP": direct_ask,
        "HTTP alone": timed(lambda: urllib.request.urlopen(f"{root}/health").read(), there),  # noqa: S310
    }


def timed(call: Callable[[], object], process: psutil.Process) -> list[float]:
    """The time of the fastest of some calls, and the CPU time of a call in a process, in ms.

    The others waited for other programs; the CPU time counts no waiting.
    """
    call()
    before, seconds = process.cpu_times(), []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        call()
        seconds.append(time.perf_counter() - start)
    after = process.cpu_times()
    cpu = after.user + after.system - before.user - before.system
    return [round(1000 * min(seconds), 1), round(1000 * cpu / ROUNDS, 1)]


def load(url: str, index: Path, pid: int, clients: int, minutes: float) -> dict[str, object]:
    """Clients at work while another process indexes."""
    measured, until = Measured(), time.monotonic() + 60 * minutes
    threads = [
        threading.Thread(target=client, args=(url, measured, until, seed))
        for seed in range(clients)
    ]
    writer = threading.Thread(target=write, args=(index, until))
    memory = []
    for thread in (*threads, writer):
        thread.start()
    process = psutil.Process(pid)
    while time.monotonic() < until:
        time.sleep(min(10, max(0.1, until - time.monotonic())))
        memory.append(round(process.memory_info().rss / 1e6))
    for thread in (*threads, writer):
        thread.join()
    done = sum(map(len, measured.seconds.values()))
    report: dict[str, object] = {
        "clients": clients, "minutes": minutes, "requests": done,
        "requests a second": round(done / (60 * minutes), 1),
        "statuses": dict(measured.statuses), "memory of the server, MB": memory,
    }  # fmt: skip
    for name, seconds in measured.seconds.items():
        parts = statistics.quantiles(seconds, n=20) if len(seconds) > 1 else [0.0] * 19
        report[f"{name}: p50, p95 in ms"] = [round(1000 * parts[9]), round(1000 * parts[18])]
    return report


def client(url: str, measured: Measured, until: float, seed: int) -> None:
    """Ask and search until the time is up; one that is told to come back does."""
    draw = random.Random(seed)
    while time.monotonic() < until:
        question = draw.choice(QUESTIONS)
        asks = draw.random() < ASKED
        start = time.perf_counter()
        if asks:
            status = post(f"{url}/ask", {"question": question})
        else:
            status = post(f"{url}/search", {"query": question})
        took = time.perf_counter() - start
        with measured.lock:
            measured.statuses[str(status)] += 1
            if status == 200:
                measured.seconds["ask" if asks else "search"].append(took)
        if status == 429:
            time.sleep(1)


def write(index: Path, until: float) -> None:
    """Index a file anew, again and again."""
    while time.monotonic() < until:
        subprocess.run(
            [*MMRAG, "index", DOCS / "ferry-passengers-chart.png", "--rebuild", "--index", index],
            check=True,
            capture_output=True,
        )


def post(url: str, body: dict[str, object]) -> int:
    """The status of a request whose answer was read."""
    request = urllib.request.Request(  # noqa: S310 - the server that was started here
        url, json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=120) as answer:  # noqa: S310
            answer.read()
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


if __name__ == "__main__":
    main()
