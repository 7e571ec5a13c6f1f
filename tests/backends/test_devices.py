import weakref

import pytest
import torch

from mmrag.backends import devices
from mmrag.errors import ConfigError


def test_auto_takes_the_gpu_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert devices.choose_device("auto").type == "cuda"
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    monkeypatch.setattr(torch.backends.mps, "is_available", lambda: False)
    assert devices.choose_device("auto").type == "cpu"


def test_a_gpu_that_is_not_here_is_an_error_that_says_what_to_set(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    with pytest.raises(ConfigError, match='device = "cpu"'):
        devices.choose_device("cuda")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    with pytest.raises(ConfigError, match="only 1"):
        devices.choose_device("cuda:3")


def test_a_device_that_torch_does_not_know_is_an_error() -> None:
    with pytest.raises(ConfigError, match="abacus"):
        devices.choose_device("abacus")


@pytest.mark.parametrize(
    ("flag", "expected"), [("avx512_bf16", torch.bfloat16), ("avx2", torch.float32)]
)
def test_auto_on_a_cpu_is_bfloat16_where_the_hardware_has_it(
    flag: str, expected: torch.dtype, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {flag: True})
    devices._cpu_has_bf16.cache_clear()
    assert devices.choose_dtype("auto", torch.device("cpu")) is expected
    devices._cpu_has_bf16.cache_clear()


def test_auto_on_an_old_gpu_is_float16(monkeypatch: pytest.MonkeyPatch) -> None:
    def emulated(*, including_emulation: bool) -> bool:  # as torch says it of Turing and Volta
        return including_emulation

    monkeypatch.setattr(torch.cuda, "is_bf16_supported", emulated)
    assert devices.choose_dtype("auto", torch.device("cuda")) is torch.float16


def test_a_precision_that_is_named_is_taken() -> None:
    assert devices.choose_dtype("fp32", torch.device("cuda")) is torch.float32


@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory"),
        RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried ..."),
    ],
)
def test_running_out_of_memory_is_a_memory_error(error: RuntimeError) -> None:
    with pytest.raises(MemoryError), devices.memory_errors():
        raise error


def test_what_ran_out_of_memory_holds_no_tensors_any_more() -> None:
    held: list[weakref.ref[torch.Tensor]] = []

    def fail() -> None:
        batch = torch.ones(3)
        held.append(weakref.ref(batch))
        raise torch.OutOfMemoryError("CUDA out of memory")

    try:
        with devices.memory_errors():
            fail()
    except MemoryError:  # which has the whole way of the error still
        assert held[0]() is None


def test_other_errors_pass() -> None:
    with pytest.raises(RuntimeError, match="sizes"), devices.memory_errors():
        raise RuntimeError("sizes do not match")
