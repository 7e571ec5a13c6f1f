"""Speed and memory of the models on this machine's GPU: `make bench-gpu`.

    python eval/bench_gpu.py                     everything: 16 GB of GPU memory, 35 GB of disk
    python eval/bench_gpu.py --only images,texts
    python eval/bench_gpu.py --only vlms --vlms qwen3-vl-8b --bits 8bit,4bit
    python eval/bench_gpu.py --only vlms --where times     where the time of replies goes, in times/
    python eval/bench_gpu.py --layers 2          VLMs of two layers: tries the script, also on a CPU

The models have random weights in their true shapes (`eval/random_models.py`). Encoders stand
beside plain loops over the same model; VLMs beside `generate` of transformers, and their memory
beside what is foretold before they are loaded.
"""

import argparse
import cProfile
import io
import json
import platform
import pstats
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path

import numpy as np
import psutil
import torch
from PIL import Image

from mmrag.backends import devices, open_clip, open_clip_files
from mmrag.backends.llava import LlavaModel
from mmrag.backends.llava_files import GB, HEADROOM, find, needed_bytes
from mmrag.backends.sentence_transformers_text import SentenceTransformersEncoder
from mmrag.config import ImageSettings, Settings, TextSettings, VlmSettings
from mmrag.doctor import profile
from mmrag.errors import MmragError
from mmrag.protocols import Limits, Turn

import random_models  # isort: skip - beside this file

TAGS = {"ViT-B-32": "laion2b_s34b_b79k", "ViT-L-14": "laion2b_s32b_b82k"}
BATCHES = (16, 64, 256)  # the first is the default of [image] batch_size
PAGE = (1_000, 1_300)  # pixels: a page at 120 dpi
WORDS = 180  # of a passage, and 400 of a prompt
NEW_TOKENS = 64
Row = dict[str, float | int | str]
Rows = dict[str, Row | str]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--only", default="images,memory,texts,vlms")
    parser.add_argument("--pictures", type=int, default=512)
    parser.add_argument("--layers", type=int, help="of the VLMs' language models; all by default")
    parser.add_argument("--vlms", default=",".join(random_models.VLMS))
    parser.add_argument("--bits", default="none,4bit,8bit", help="how the VLMs are quantized")
    parser.add_argument("--where", type=Path, help="write there where the time of a reply goes")
    parser.add_argument("--json", type=Path, help="write the figures there, too")
    options = parser.parse_args()
    report: Rows = {"machine": machine()}
    print(report["machine"], flush=True)
    with tempfile.TemporaryDirectory(prefix="mmrag-bench-gpu-") as name:
        scratch = Path(name)
        parts = {
            "images": lambda: images(scratch, options.pictures),
            "memory": lambda: halving(scratch, options.pictures),
            "texts": lambda: texts(scratch, 16 * options.pictures),
            "vlms": lambda: vlms(scratch, options),
        }
        for row, values in chain.from_iterable(parts[part]() for part in options.only.split(",")):
            print(f"{row:<24}", *(f"{key} {told(value)};" for key, value in values.items()))
            report[row] = values
            if options.json:
                options.json.write_text(json.dumps(report, indent=2) + "\n")


def images(scratch: Path, count: int) -> Iterator[tuple[str, Row]]:
    """Pictures a second, of whole pages: a plain loop, one in batches, and the encoder."""
    pages = pictures(count)
    for architecture in TAGS:
        encoder = clip(architecture, scratch)
        prepare = open_clip.open_clip.image_transform(224, is_train=False)
        device = devices.choose_device("auto")
        dtype = devices.choose_dtype("auto", device)

        def plain(size: int, encoder=encoder, prepare=prepare, device=device, dtype=dtype) -> None:
            for start in range(0, count, size):
                batch = torch.stack([prepare(page) for page in pages[start : start + size]])
                with torch.inference_mode():
                    encoder.model.encode_image(batch.to(device, dtype)).float().cpu()

        ready = torch.stack([prepare(page) for page in pages[:64]]).to(device, dtype)

        rounds = max(1, count // len(ready))

        def alone(encoder=encoder, ready=ready, rounds=rounds) -> None:
            with torch.inference_mode():
                for _ in range(rounds):
                    encoder.model.encode_image(ready)
            synchronize()

        row: Row = {
            "one by one": count / timed(lambda plain=plain: plain(1)),
            "batches of 64": count / timed(lambda plain=plain: plain(64)),
        }
        for size in BATCHES:
            encoder = clip(architecture, scratch, size)
            seconds = timed(lambda encoder=encoder: encoder.encode_images(pages))
            row[f"mmrag, {size}"] = count / seconds
        row["model alone"] = rounds * len(ready) / timed(alone)
        yield f"{architecture}, pictures/s", row


def halving(scratch: Path, count: int) -> Iterator[tuple[str, Row]]:
    """A batch that does not fit is halved until it does, and gives the same vectors."""
    if not torch.cuda.is_available():
        return
    pages = pictures(count)
    right = clip("ViT-L-14", scratch, 16).encode_images(pages)
    encoder = clip("ViT-L-14", scratch, count)
    total = torch.cuda.get_device_properties(0).total_memory
    devices.give_back_memory()
    allowed = torch.cuda.memory_allocated() + 2**30
    torch.cuda.set_per_process_memory_fraction(allowed / total)
    try:
        found = encoder.encode_images(pages)
    finally:
        torch.cuda.set_per_process_memory_fraction(1.0)
    cosine = float(np.sum(found * right, axis=1).min())
    row: Row = {
        "asked": count, "taken": encoder.batch_size, "smallest cosine to batches of 16": cosine,
    }  # fmt: skip
    yield "ViT-L-14, 1 GiB to spare", row


def texts(scratch: Path, count: int) -> Iterator[tuple[str, Row]]:
    """Passages a second in the shape of MiniLM: sentence-transformers alone, and the encoder."""
    folder = scratch / "minilm"
    random_models.minilm(folder)
    shuffled = np.random.default_rng(0).integers(0, 30_000, (count, WORDS))
    lengths = np.random.default_rng(1).integers(20, WORDS, count)
    passages = [
        " ".join(f"w{word}" for word in row[:length])
        for row, length in zip(shuffled, lengths, strict=True)
    ]
    plain = random_models.SentenceTransformer(str(folder), model_kwargs={"use_safetensors": True})
    row: Row = {
        "plain, fp32": count / timed(lambda: plain.encode(passages, show_progress_bar=False))
    }
    for size in (32, 128, 512):  # the first is the default of [text] batch_size
        settings = TextSettings(backend="sentence-transformers", model=str(folder), batch_size=size)
        encoder = SentenceTransformersEncoder(folder, settings)
        row[f"mmrag, {size}"] = count / timed(lambda encoder=encoder: encoder.encode(passages))
    yield "MiniLM, passages/s", row


def vlms(scratch: Path, options: argparse.Namespace) -> Iterator[tuple[str, Row]]:
    """Load time, memory and tokens a second, whole and quantized."""
    device = devices.choose_device("auto")
    for name in options.vlms.split(","):
        folder = scratch / name
        started = time.monotonic()
        random_models.VLMS[name](folder, device, options.layers)
        devices.give_back_memory()
        yield name, {"made in s": time.monotonic() - started}
        for quantization in options.bits.split(","):
            where = options.where and options.where / f"{name}-{quantization}.txt"
            try:
                row = vlm(folder, quantization, where)
            except MmragError as error:
                row = {"failed": str(error)}
            yield f"{name}, {quantization}", row
            devices.give_back_memory()
        shutil.rmtree(folder)


def vlm(folder: Path, quantization: str, where: Path | None) -> Row:
    """One model: loaded, asked with one picture, closed."""
    settings = VlmSettings.model_validate({
        "backend": "transformers", "model": str(folder), "quantization": quantization,
        "image_pixels": 1_024, "timeout_s": 300,
    })  # fmt: skip
    reset_peak()
    started = time.monotonic()
    files = find(settings, offline=True)
    model = LlavaModel(files, settings)
    loaded = time.monotonic() - started
    most_loading = peak()
    foretold = needed_bytes(folder, quantization, next(dtype_of(model)).itemsize)
    reset_peak()
    turns = [Turn("user", " ".join(f"w{at}" for at in range(400)), tuple(pictures(1)))]
    streamed(model, turns)  # warms up
    first, seconds, tokens = streamed(model, turns)
    most_answering = peak()
    inputs = model.inputs(turns)

    def generate(tokens: int = NEW_TOKENS) -> None:
        with torch.inference_mode():
            model.model.generate(
                **inputs, do_sample=False, max_new_tokens=tokens, min_new_tokens=tokens
            )
        synchronize()

    row: Row = {
        "loads in s": loaded,
        "weights GB": model.memory_bytes() / GB,
        "weights foretold GB": foretold / GB,
        "most while loading GB": most_loading / GB,
        "most while answering GB": most_answering / GB,
        "foretold GB": foretold * HEADROOM / GB,
        "prompt tokens": int(inputs["input_ids"].shape[1]),
        "first token s": first,
        "tokens/s": (tokens - 1) / (seconds - first),
        "reply s": seconds,
        "steps replayed": model.graphs.replayed // 2,
    }
    if where:
        where.parent.mkdir(parents=True, exist_ok=True)
        with where.open("w") as file:
            few = NEW_TOKENS // 4
            print("as mmrag replies\n", profiled(lambda: streamed(model, turns, few)), file=file)
            print("by transformers alone\n", profiled(lambda: generate(few)), file=file)
    model.graphs.possible = False
    first, seconds, tokens = streamed(model, turns)
    row["tokens/s, launched one by one"] = (tokens - 1) / (seconds - first)
    row["by transformers alone s"] = timed(generate)
    checks = profile.examine(Settings(vlm=settings, answer={"by": "vlm"}))
    row["doctor"] = next((f"{c.status}: {c.detail}" for c in checks if c.name == "device"), "")
    model.close()
    return row


def profiled(work: Callable[[], object]) -> str:
    """Where its time goes: kernels of the GPU, calls of its driver, functions of Python."""
    activities = torch.profiler.supported_activities()
    with torch.profiler.profile(activities=activities) as found:
        work()
        synchronize()
    averages = found.key_averages()
    on_gpu = "self_device_time_total" if torch.cuda.is_available() else "self_cpu_time_total"
    python = cProfile.Profile()
    python.runcall(work)
    functions = io.StringIO()
    pstats.Stats(python, stream=functions).sort_stats("tottime").print_stats(25)
    return "\n".join((
        averages.table(sort_by=on_gpu, row_limit=12, max_name_column_width=60),
        averages.table(sort_by="self_cpu_time_total", row_limit=20, max_name_column_width=60),
        functions.getvalue(),
    ))  # fmt: skip


def streamed(
    model: LlavaModel, turns: list[Turn], most: int = NEW_TOKENS
) -> tuple[float, float, int]:
    """Seconds to the first piece, to the last, and tokens made."""
    before, started, first = model.tokens.written, time.monotonic(), 0.0
    for _ in model.stream(turns, Limits(most, 300.0)):
        first = first or time.monotonic() - started
    return first, time.monotonic() - started, model.tokens.written - before


def dtype_of(model: LlavaModel) -> Iterator[torch.dtype]:
    """The precision of what is not quantized."""
    for parameter in model.model.parameters():
        if parameter.is_floating_point():
            yield parameter.dtype


def clip(architecture: str, scratch: Path, batch_size: int = 16) -> open_clip.OpenClipEncoder:
    file = scratch / f"{architecture}.safetensors"
    if not file.exists():
        random_models.clip(architecture, file)
    settings = ImageSettings(
        backend="open_clip", model=architecture, pretrained=TAGS[architecture],
        checkpoint=str(file), batch_size=batch_size,
    )  # fmt: skip
    return open_clip.OpenClipEncoder(open_clip_files.find(settings, offline=True), settings)


def pictures(count: int) -> list[Image.Image]:
    """Pages of random marks, each another."""
    random = np.random.default_rng(2)
    small = random.integers(0, 255, (count, 65, 50, 3), np.uint8)
    return [Image.fromarray(one).resize(PAGE) for one in small]


def timed(work: Callable[[], object]) -> float:
    """Seconds of `work`, the faster of two after the caches are warm."""
    took = []
    for _ in range(2):
        started = time.monotonic()
        work()
        took.append(time.monotonic() - started)
    return min(took)


def synchronize() -> None:
    if torch.cuda.is_available():
        torch.cuda.synchronize()


def reset_peak() -> None:
    if torch.cuda.is_available():
        torch.cuda.reset_peak_memory_stats()


def peak() -> int:
    return torch.cuda.max_memory_allocated() if torch.cuda.is_available() else 0


def told(value: float | int | str) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)


def machine() -> str:
    """GPU, driver's memory, cores and versions, in one line."""
    gpu = "no GPU"
    if torch.cuda.is_available():
        found = torch.cuda.get_device_properties(0)
        gpu = f"{found.name}, {found.total_memory / GB:.0f} GiB"
    memory = psutil.virtual_memory().total / GB
    return (
        f"{gpu}; {psutil.cpu_count()} cores, {memory:.0f} GiB; Python {platform.python_version()}, "
        f"torch {torch.__version__}, transformers {random_models.hf.__version__}"
    )


if __name__ == "__main__":
    main()
