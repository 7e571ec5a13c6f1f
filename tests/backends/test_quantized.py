"""Which matrices in 4 bits are packed for the CPU: those that fit the packing of bitsandbytes."""

from types import SimpleNamespace

import pytest
import torch

from mmrag.backends import quantized


@pytest.mark.parametrize(
    ("rows", "columns", "packed"),
    [(32, 64, True), (4096, 11_008, True), (16, 1024, False), (48, 64, False), (64, 96, False)],
)
def test_a_matrix_that_cannot_be_packed_stays_as_it_lies(rows, columns, packed) -> None:
    layer = torch.nn.Linear(columns, rows)
    layer.support_avx512bf16_for_cpu = True
    quantized.keep_odd_layers_unpacked(torch.nn.Sequential(layer))
    assert layer.support_avx512bf16_for_cpu == packed


def test_a_model_that_stays_whole_has_no_configuration() -> None:
    whole = SimpleNamespace(quantization="none")
    assert quantized.config(whole, torch.float32, offload=False) is None
