"""Speed of a server of vision-language models behind mmrag, beside mmrag's own backend.

    python eval/bench_vlm_server.py --command "vllm serve {model} --port {port}"
    python eval/bench_vlm_server.py --made FOLDER --command ...    a checkpoint made before
    python eval/bench_vlm_server.py --no-own --command ...         the server alone

The model has random weights in its true shape (`eval/random_models.py`), so what it says is
nonsense and never ends by itself; times and memory are those of the real one. Both are asked the
same by mmrag: a prompt of 400 words and a page, another page each time, 64 tokens of reply.
"""

import argparse
import json
import shlex
import subprocess
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from bench_gpu import NEW_TOKENS, Row, machine, pictures, told
from PIL import Image

from mmrag.backends import devices
from mmrag.backends.chat_server import ServerModel
from mmrag.backends.llava import LlavaModel
from mmrag.backends.llava_files import GB, find
from mmrag.config import VlmSettings
from mmrag.protocols import ChatModel, Limits, Turn

import random_models  # isort: skip - beside this file

KINDS = ("chart", "photo", "table")
SCHEMA = {
    "type": "object", "properties": {"kind": {"enum": list(KINDS)}}, "required": ["kind"],
    "additionalProperties": False,
}  # fmt: skip
LIMITS = Limits(NEW_TOKENS, 600.0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--model", choices=random_models.VLMS, default="qwen3-vl-8b")
    parser.add_argument("--made", type=Path, help="folder of a checkpoint that was made before")
    parser.add_argument("--layers", type=int, help="of its language model; all by default")
    parser.add_argument("--command", required=True, help="starts the server; {model} and {port}")
    parser.add_argument("--port", type=int, default=8_123)
    parser.add_argument("--at-once", default="1,16,64", help="questions under way together")
    parser.add_argument("--wait", type=float, default=600.0, help="seconds for the server to start")
    parser.add_argument("--no-own", action="store_true", help="leave mmrag's own backend out")
    parser.add_argument("--log", type=Path, default=Path("server.log"))
    options = parser.parse_args()
    counts = [int(count) for count in options.at_once.split(",")]
    print(machine(), flush=True)
    with tempfile.TemporaryDirectory(prefix="mmrag-bench-server-") as name:
        folder = options.made or Path(name) / options.model
        if not folder.exists():
            device = devices.choose_device("auto")
            random_models.VLMS[options.model](folder, device, options.layers)
            devices.give_back_memory()
        if not options.no_own:
            show("mmrag's own", own(folder, counts))
        for row, values in served(folder, counts, options):
            show(row, values)


def own(folder: Path, counts: Sequence[int]) -> Row:
    """The transformers backend answers one question after the other."""
    settings = VlmSettings(backend="transformers", model=str(folder), image_pixels=1_024)
    started = time.monotonic()
    model = LlavaModel(find(settings, offline=True), settings)
    row: Row = {"loads in s": time.monotonic() - started}
    row |= asked(model, [1, min(max(counts), 16)], 1)
    model.close()
    return row


def served(
    folder: Path, counts: Sequence[int], options: argparse.Namespace
) -> Iterator[tuple[str, Row]]:
    """The same behind the server, then JSON by a schema."""
    url = f"http://127.0.0.1:{options.port}/v1"
    command = options.command.replace("{model}", shlex.quote(str(folder)))
    command = command.replace("{port}", str(options.port))
    with started_server(command, url, options.wait, options.log) as seconds:
        row: Row = {"starts in s": seconds, "GPU memory GB": gpu_memory()}
        settings = VlmSettings.model_validate({
            "backend": "server", "model": str(folder), "base_url": url, "thinking": "none",
            "parallel": max(counts), "image_pixels": 1_024, "max_images": 6,
        })  # fmt: skip
        model = ServerModel(settings, offline=True)
        yield "server", row | asked(model, counts, max(counts))
        yield "JSON by a schema", schemas(model, max(counts))
        model.close()


def asked(model: ChatModel, counts: Sequence[int], at_once: int) -> Row:
    """One reply, then so many questions together, each with a page of its own."""
    pages = pictures(2 * max(counts) + 2)
    timed(model, pages.pop())  # warms up
    timed(model, pages.pop())
    row: Row = {}
    for count in counts:
        before, started = model.tokens.written, time.monotonic()
        taken = [pages.pop() for _ in range(count)]
        with ThreadPoolExecutor(min(count, at_once)) as pool:
            firsts = sorted(pool.map(lambda page: timed(model, page), taken))
        seconds = time.monotonic() - started
        tokens = model.tokens.written - before
        row[f"{count}: first token s, median"] = firsts[len(firsts) // 2]
        row[f"{count}: seconds"] = seconds
        row[f"{count}: tokens"] = tokens
        row[f"{count}: tokens/s"] = tokens / seconds
        row[f"{count}: pictures/s"] = count / seconds
        if count == 1:
            row["tokens/s of one, after the first"] = (tokens - 1) / (seconds - firsts[0])
    return row


def schemas(model: ServerModel, count: int) -> Row:
    """How many replies are what the schema asks for."""
    pages = pictures(count)
    started = time.monotonic()
    with ThreadPoolExecutor(count) as pool:
        replies = list(pool.map(lambda page: in_json(model, page), pages))
    seconds = time.monotonic() - started
    kept = sum(keeps(reply) for reply in replies)
    return {"asked": count, "kept to it": kept, "seconds": seconds, "first": replies[0]}


def in_json(model: ServerModel, page: Image.Image) -> str:
    return "".join(model.structured(*question(page), SCHEMA))


def keeps(reply: str) -> bool:
    try:
        said = json.loads(reply)
    except ValueError:
        return False
    return isinstance(said, Mapping) and said.get("kind") in KINDS


def question(page: Image.Image) -> tuple[list[Turn], Limits]:
    return [Turn("user", " ".join(f"w{at}" for at in range(400)), (page,))], LIMITS


def timed(model: ChatModel, page: Image.Image) -> float:
    """Seconds until the first piece of a reply that is then read to its end."""
    started, first = time.monotonic(), 0.0
    for _ in model.stream(*question(page)):
        first = first or time.monotonic() - started
    return first


@contextmanager
def started_server(command: str, url: str, wait: float, log: Path) -> Iterator[float]:
    """The server of `command`, and the seconds until it lists its models."""
    started = time.monotonic()
    with log.open("wb") as file:
        process = subprocess.Popen(shlex.split(command), stdout=file, stderr=subprocess.STDOUT)
        try:
            while not lists_models(url):
                if process.poll() is not None or time.monotonic() - started > wait:
                    raise SystemExit(f"{command}: did not start, see {log}")
                time.sleep(0.5)
            yield time.monotonic() - started
        finally:
            process.terminate()
            process.wait()


def lists_models(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/models", timeout=5):  # noqa: S310 - started here
            return True
    except (urllib.error.URLError, OSError):
        return False


def gpu_memory() -> float:
    """What all processes hold on the GPU: servers set aside what they may use when they start."""
    asked = ["nvidia-smi", "--query-gpu=memory.used", "--format=csv,noheader,nounits"]
    return float(subprocess.check_output(asked, text=True).split()[0]) * 2**20 / GB


def show(name: str, row: Row) -> None:
    print(f"{name}:", *(f"{key} {told(value)};" for key, value in row.items()), flush=True)


if __name__ == "__main__":
    main()
