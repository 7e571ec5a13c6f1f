import importlib.util
import shutil

import pytest
from tiny_vlms import Reply, served_by

from mmrag import config
from mmrag.config import Settings, VlmSettings
from mmrag.doctor import examine, machine, profile
from mmrag.doctor.check import Check


def found(settings: Settings) -> dict[str, Check]:
    return {check.name: check for check in examine(settings)}


@pytest.fixture(autouse=True)
def no_gpu(monkeypatch):
    monkeypatch.setattr(machine, "gpus", list)
    monkeypatch.setattr(profile, "gpus", list)


def with_gpu(monkeypatch, free: float) -> None:
    for module in (machine, profile):
        monkeypatch.setattr(module, "gpus", lambda: [machine.Gpu("Tiny GPU", 24.0, free)])


@pytest.mark.parametrize("name", config.profile_names())
def test_every_profile_can_be_examined_and_every_fault_says_what_to_do(name):
    for check in examine(config.load(name)):
        assert check.detail
        assert check.status == "pass" or check.what_to_do


def test_the_embedded_profile_needs_nothing_more_here():
    assert not [check for check in examine(Settings()) if check.status == "fail"]


def test_weights_that_are_not_here_fail_with_the_command_that_fetches_them():
    check = found(config.load("llava"))["vision model"]
    assert check.status == "fail"
    assert "mmrag models pull llava" in check.what_to_do


def test_weights_in_a_folder_are_found(tiny_vlms):
    vlm = VlmSettings(backend="transformers", model=str(tiny_vlms / "llava"), device="cpu")
    checks = found(Settings(vlm=vlm))
    assert checks["vision model"].status == "pass"
    assert checks["device"].status == "pass"
    assert "by its weights" in checks["device"].detail


@pytest.mark.parametrize(
    ("changes", "free", "status"),
    [({}, 12.0, "pass"), ({}, 5.0, "fail"), ({"cpu_offload": True}, 5.0, "warn"),
     ({"device": "cuda:1"}, 12.0, "fail"), ({"device": "cpu"}, 12.0, "warn")],
)  # fmt: skip
def test_a_gpu_is_compared_with_what_the_model_needs(monkeypatch, changes, free, status):
    with_gpu(monkeypatch, free)
    vlm = VlmSettings(backend="transformers", model="a/b", needs_gb=7, **changes)
    assert found(Settings(vlm=vlm))["device"].status == status


def test_cuda_without_a_gpu_fails():
    vlm = VlmSettings(backend="transformers", model="a/b", device="cuda")
    assert found(Settings(vlm=vlm))["device"].status == "fail"


def test_memory_is_compared_with_what_a_model_on_the_cpu_needs():
    vlm = VlmSettings(backend="transformers", model="a/b", device="cpu", needs_gb=100_000)
    assert found(Settings(vlm=vlm))["memory"].status == "fail"


def test_packages_that_are_absent_fail(monkeypatch):
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda n: None if n == "bitsandbytes" else find(n)
    )
    vlm = VlmSettings(backend="transformers", model="a/b", quantization="4bit")
    assert found(Settings(vlm=vlm))["bitsandbytes"].what_to_do == "pip install 'mmrag[llava]'"


def test_a_server_that_is_down_fails(scripted_server):
    scripted_server.close()
    check = found(Settings(vlm=scripted_server.settings()))["server"]
    assert check.status == "fail"
    assert "no server answers" in check.detail


def test_a_server_is_asked_for_the_model(scripted_server):
    scripted_server.names = ["tiny:latest"]
    assert found(Settings(vlm=scripted_server.settings()))["server"].status == "pass"
    scripted_server.names = ["llava:7b"]
    check = found(Settings(vlm=scripted_server.settings()))["server"]
    assert check.status == "warn"
    assert "llava:7b" in check.detail


@pytest.mark.parametrize(
    ("listing", "reply", "status", "word"),
    [({"data": [{"id": "tiny", "capabilities": ["completion"]}]}, Reply(("x",)), "warn", "none"),
     ({"data": [{"id": "tiny", "capabilities": ["multimodal"]}]}, Reply(("x",)), "pass", "takes"),
     (None, Reply(("x",)), "pass", "takes"), (None, Reply(), "pass", "takes"),
     (None, Reply(status=400, body=b'{"error": "no vision support for images"}'), "warn", "none"),
     (None, Reply(status=400, body=b'{"error": "odd"}'), "warn", "odd")],
)  # fmt: skip
def test_a_model_behind_a_server_that_sees_nothing_is_told(
    scripted_server, listing, reply, status, word
):
    scripted_server.listing = listing
    scripted_server.replies = [reply]
    check = found(Settings(vlm=scripted_server.settings()))["pictures"]
    assert check.status == status
    assert word in check.detail
    check = found(Settings(vlm=scripted_server.settings(max_images=0)))["pictures"]
    assert check.status == "pass"


def test_vlm_work_without_a_vlm_fails():
    assert found(Settings(answer={"by": "vlm"}))["vision model"].status == "fail"


def test_the_drivers_own_tool_is_read(monkeypatch, tmp_path):
    tool = tmp_path / "nvidia-smi"
    tool.write_text("#!/bin/sh\necho 'NVIDIA A, 24576, 20480'\necho 'Odd, [N/A], [N/A]'\n")
    tool.chmod(0o755)
    monkeypatch.undo()
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    assert machine.gpus() == [machine.Gpu("NVIDIA A", 24.0, 20.0)]
    tool.write_text("#!/bin/sh\nexit 9\n")
    assert machine.gpus() == []
    tool.unlink()
    if shutil.which("nvidia-smi") is None:
        assert machine.gpus() == []


SMALL = {"docling", "minicpm", "smol", "onevision"}
LARGE = {"small", "standard", "granite", "llava", "llava-15", "bakllava"}
ENCODERS = ("embedded", "fast", "clip", "multilingual", "gemma", "pages", "pages-gpu", "rerank")
SERVERS = ("cpu-server", "gpu-server")
ENCODER_MODELS = {
    "clip": {"image vectors"}, "multilingual": {"text vectors"}, "rerank": {"re-ranking"},
    "gemma": {"text vectors", "image vectors"}, "pages": {"late interaction"},
    "pages-gpu": {"image vectors", "re-ranking"}, "embedded": set(), "fast": set(),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(SMALL | LARGE))
def test_without_a_gpu_a_profile_says_what_its_model_needs_and_how_to_get_it(name):
    checks = found(config.load(name))
    assert "mmrag models pull" in checks["vision model"].what_to_do
    device = checks["device"]
    assert "GB, by its profile" in device.detail
    assert device.status == ("pass" if name in SMALL else "warn")
    assert name in SMALL or all(small in device.what_to_do for small in SMALL)


def test_without_a_gpu_encoders_that_want_one_are_told_and_small_ones_are_not() -> None:
    device = {name: found(config.load(name)).get("encoders' device") for name in ENCODERS}
    assert {name: check.status for name, check in device.items() if check} == {
        "pages-gpu": "warn", "gemma": "pass",
    }  # fmt: skip
    assert "minutes for a page" in device["pages-gpu"].detail
    assert "8.6 GB, by its profile" in device["pages-gpu"].detail
    assert "--profile pages" in device["pages-gpu"].what_to_do


@pytest.mark.parametrize(("free", "status"), [(10.0, "pass"), (8.0, "fail")])
def test_a_gpu_is_compared_with_what_encoders_need_together(monkeypatch, free, status) -> None:
    with_gpu(monkeypatch, free)
    assert found(config.load("pages-gpu"))["encoders' device"].status == status


def test_memory_is_compared_with_what_encoders_need_on_the_cpu(monkeypatch) -> None:
    memory = machine.psutil.virtual_memory()._replace(total=8 * 2**30, available=7 * 2**30)
    monkeypatch.setattr(machine.psutil, "virtual_memory", lambda: memory)
    assert found(config.load("pages-gpu"))["memory"].status == "fail"
    with_gpu(monkeypatch, 20.0)
    assert found(config.load("pages-gpu"))["memory"].status == "pass"


@pytest.mark.parametrize("name", ENCODERS)
def test_what_is_missing_of_a_profile_of_encoders_is_named_with_the_command_for_it(name) -> None:
    missing = {check.name: check.what_to_do for check in profile.examine(config.load(name))
               if check.status == "fail"}  # fmt: skip
    assert missing.keys() == ENCODER_MODELS[name]
    assert all(f"mmrag models pull {name}" in advice for advice in missing.values())


@pytest.mark.parametrize("name", SERVERS)
def test_a_profile_whose_server_is_not_started_says_so(name) -> None:
    checks = found(config.load(name))
    assert checks["server"].status == "fail"
    assert "profile say how to start the server" in checks["server"].what_to_do


def test_no_profile_is_left_out_here() -> None:
    assert {*config.profile_names()} == {*SMALL, *LARGE, *ENCODERS, *SERVERS}


def test_a_model_larger_than_all_memory_fails_and_a_full_one_warns(monkeypatch):
    memory = machine.psutil.virtual_memory()._replace(total=8 * 2**30, available=4 * 2**30)
    monkeypatch.setattr(machine.psutil, "virtual_memory", lambda: memory)
    for needs_gb, status in ((3.0, "pass"), (7.0, "warn"), (9.0, "fail")):
        vlm = VlmSettings(
            backend="transformers", model="a/b", precision="bf16", needs_gb=needs_gb
        )  # fmt: skip
        assert found(Settings(vlm=vlm))["memory"].status == status


def test_what_a_models_own_processor_or_adapter_needs_is_told(tiny_vlms, tmp_path, monkeypatch):
    folder = shutil.copytree(tiny_vlms / "llava", tmp_path / "adapted")
    (folder / "adapter_config.json").write_text("{}")
    find = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda n: None if n == "peft" else find(n))
    vlm = VlmSettings(backend="transformers", model=str(folder))
    assert found(Settings(vlm=vlm))["peft"].what_to_do == "pip install peft"


def test_each_of_several_servers_is_asked(scripted_servers):
    there, gone = scripted_servers(2)
    gone.close()
    told = profile.examine(Settings(vlm=served_by(there, gone)))
    assert [check.status for check in told if check.name == "server"] == ["pass", "fail"]


@pytest.mark.parametrize(("version", "status"), [("7.3", "warn"), ("25.8", "pass")])
def test_an_old_libreoffice_is_told(tmp_path, monkeypatch, version, status):
    monkeypatch.setattr(machine.soffice, "program", lambda: tmp_path / "soffice")
    (tmp_path / "bootstraprc").write_text(f"ProductKey=LibreOffice {version}\n")
    assert found(Settings())["LibreOffice"].status == status
