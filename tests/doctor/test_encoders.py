import os

from mmrag.config import ImageSettings, LateSettings, Settings
from mmrag.doctor import encoders
from mmrag.doctor.check import Check


def tried(settings: Settings, failed: tuple[str, ...] = ()) -> dict[str, Check]:
    return {check.name: check for check in encoders.examine(settings, failed)}


def test_each_encoder_encodes_one_thing_and_says_so_or_why_not(tmp_path):
    (tmp_path / "open_clip_config.json").write_text("{}")
    (tmp_path / "open_clip_model.safetensors").write_bytes(b"\xff" * 100)
    found = tried(
        Settings(
            name="ours",
            image=ImageSettings(backend="open_clip", model=str(tmp_path)),
        )
    )
    assert found["text encoder"].status == "pass"
    assert "a sentence encoded in 384 numbers" in found["text encoder"].detail
    assert found["image encoder"].status == "fail"
    assert "cannot be loaded" in found["image encoder"].detail
    assert "mmrag models verify ours" in found["image encoder"].what_to_do


def test_an_encoder_whose_files_are_missing_is_not_tried(tmp_path):
    settings = Settings(image=ImageSettings(backend="none"))
    assert tried(settings, ("text vectors",)) == {}


def test_a_library_that_an_encoder_needs_is_tried(tmp_path, monkeypatch):
    (tmp_path / "onnxruntime").mkdir()
    (tmp_path / "onnxruntime" / "__init__.py").write_text("raise ImportError('does not fit')\n")
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:{os.environ.get('PYTHONPATH', '')}")
    ours = ImageSettings(backend="open_clip", model="mmrag-pictures-1")
    found = tried(Settings(image=ours))
    for name in ("text encoder", "image encoder"):
        assert found[name].status == "fail"
        assert "does not fit" in found[name].detail


def test_libraries_that_end_the_process_are_a_finding(tmp_path, monkeypatch):
    (tmp_path / "sitecustomize.py").write_text("import os\nos.abort()\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    check = tried(Settings(image=ImageSettings(backend="none")))["text encoder"]
    assert check.status == "fail"
    assert "ended by signal 6" in check.detail


def test_an_encoder_of_pages_is_tried_with_one_page(tiny_page_model):
    late = LateSettings(backend="sentence-transformers", model=str(tiny_page_model))
    settings = Settings(image=ImageSettings(backend="none"), late=late)
    check = tried(settings, ("text vectors",))["page encoder"]
    assert check.status == "pass", check.detail
    assert "times 16 numbers" in check.detail
