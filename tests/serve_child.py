"""Runs transformers' own chat server over one model: `python serve_child.py FOLDER PORT`.

Where torchvision's compiled decoders do not load (PyPI's wheel beside a CPU-only torch), the server
cannot read pictures; here Pillow reads them for it. All else is the server as it comes.
"""

import io
import sys

import numpy as np
import torch
from PIL import Image

from mmrag.backends import torchvision_ops

torchvision_ops.ensure()

import torchvision.io  # noqa: E402 - needs the line above


def decode(data: torch.Tensor, *args: object, **kwargs: object) -> torch.Tensor:
    """An encoded picture as uint8 of shape (3, height, width)."""
    image = Image.open(io.BytesIO(data.numpy().tobytes())).convert("RGB")
    return torch.from_numpy(np.array(image)).permute(2, 0, 1)


torchvision.io.decode_image = decode

from transformers.cli.transformers import main  # noqa: E402 - after the decoder

folder, port = sys.argv[1:]
sys.argv = ["transformers", "serve", folder, "--host", "127.0.0.1", "--port", port]
sys.argv += ["--device", "cpu"]
main()
