"""Whether what a profile names is there: models, packages, GPU, server."""

import importlib.util
from collections.abc import Iterator, Mapping
from typing import Protocol, runtime_checkable

from mmrag import model_files, models
from mmrag.config import Settings
from mmrag.doctor.check import Check
from mmrag.doctor.machine import Gpu, gpus
from mmrag.errors import MmragError

ROLES: Mapping[str, str] = {
    "text": "text vectors",
    "image": "image vectors",
    "rerank": "re-ranking",
    "vlm": "vision model",
}
_NO_IMAGE = Check(
    "image vectors",
    "warn",
    "the profile has no image checkpoint",
    "search by picture stays off; set [image] in a profile, then run `mmrag index --channel image`",
)
INSTALL = "pip install 'mmrag[llava]'"


@runtime_checkable
class Serves(Protocol):
    """A chat model that can say what else its server has."""

    def models(self) -> list[str]: ...


def examine(settings: Settings) -> list[Check]:
    """The findings about what the profile names."""
    found = [_model(model) for model in model_files.of_profile(settings) if model.state != "server"]
    if settings.image.backend == "none":
        found.append(_NO_IMAGE)
    return [*found, *_vlm(settings)]


def _embedded(model: model_files.Model, name: str) -> Check:
    """A model that comes with the packages, read and compared with its published SHA-256."""
    try:
        models.verify_embedded(model.name)
    except MmragError as error:
        return Check(name, "fail", model.name, str(error))
    return Check(name, "pass", f"{model.name}, weights verified by SHA-256")


def _model(model: model_files.Model) -> Check:
    name, detail = ROLES.get(model.role, model.role), f"{model.name}: {model.detail}"
    match model.state:
        case "whole" if model.embedded:
            return _embedded(model, name)
        case "whole":
            return Check(name, "pass", detail)
        case "elsewhere":
            return Check(
                name, "warn", detail, f"mmrag models pull {model.profile} makes sure of it"
            )
        case _:
            what = f"mmrag models pull {model.profile}, or set the path of its folder in a profile"
            return Check(name, "fail", f"{model.name}: {model.state}", what)


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
        yield _server(settings)
    else:
        yield _device(settings)


def _packages(settings: Settings) -> Iterator[Check]:
    needed = ["openai"] if settings.vlm.backend == "server" else ["accelerate"]
    if settings.vlm.quantization != "none":
        needed.append("bitsandbytes")
    for package in needed:
        if importlib.util.find_spec(package) is None:
            yield Check(package, "fail", "not installed", INSTALL)
        else:
            yield Check(package, "pass", "installed")


def _device(settings: Settings) -> Check:
    """The GPU against the model's need; without one, what that means."""
    vlm, found = settings.vlm, gpus()
    wants_gpu = vlm.device.startswith("cuda")
    if vlm.device == "cpu" or (not found and not wants_gpu):
        return Check(
            "device", "warn", "CPU: a 7B model takes minutes for an answer, and some for a figure",
            "choose --profile onevision (0.5B), or cpu-server with a llama.cpp or Ollama model",
        )  # fmt: skip
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
    return _fits(settings, found[number])


def _fits(settings: Settings, gpu: Gpu) -> Check:
    needed = settings.vlm.needs_gb
    detail = f"{gpu.name}, {gpu.free:.1f} GB free of {gpu.total:.1f} GB"
    if gpu.free >= needed:
        return Check("device", "pass", f"{detail}; the model needs {needed:.1f} GB")
    what = 'end what else uses the GPU, set [vlm] quantization = "4bit" or cpu_offload = true'
    return Check(
        "device",
        "warn" if settings.vlm.cpu_offload else "fail",
        f"{detail}, and the model needs {needed:.1f} GB",
        what,
    )


def _server(settings: Settings) -> Check:
    """Whether the server answers and has the model."""
    vlm = settings.vlm
    try:
        server = models.Models(settings).chat_model()
        names = server.models() if isinstance(server, Serves) else []
    except (MmragError, ImportError) as error:
        return Check(
            "server", "fail", str(error),
            "the first lines of the profile say how to start the server",
        )  # fmt: skip
    if vlm.model in names or f"{vlm.model}:latest" in names:
        return Check("server", "pass", f"{vlm.base_url} has {vlm.model}")
    return Check(
        "server", "warn", f"{vlm.base_url} lists {', '.join(names[:20]) or 'no model'}, "
        f"not {vlm.model}",
        f"load it there (Ollama: ollama pull {vlm.model}), or set [vlm] model to one that it has; "
        "some servers list none and serve what they were started with",
    )  # fmt: skip
