"""Serves a GGUF file by llama.cpp's own server: `python llama_child.py FILE PORT`.

Ends when its standard input does, as of a test that was killed.
"""

import sys

import xllamacpp

CONTEXT = 4096  # tokens, of 8,192 that SmolLM2 was trained on: prompts of these tests are short

params = xllamacpp.CommonParams()
params.model.path, params.port = sys.argv[1], int(sys.argv[2])
params.model_alias = {"smollm2"}
params.n_ctx, params.n_parallel, params.offline = CONTEXT, 1, True
server = xllamacpp.Server(params)
print(server.listening_address, flush=True)
sys.stdin.read()
