"""The local model looks words up first, and its vectors are those of the file as it came."""

import numpy as np
import onnxruntime
import pytest

from llm.embed import LocalEmbedder, local
from llm.embed.word_vectors import looked_up_first

TEXTS = ["Refunds take five days.", "word " * 500, "", "我的手机丢了", "Kündigen ½"]


def test_vectors_are_those_of_the_file_as_it_came(monkeypatch: pytest.MonkeyPatch) -> None:
    changed = LocalEmbedder().passages(TEXTS)
    as_it_came = onnxruntime.InferenceSession(str(local._file(*local.MODEL_FILE)))
    monkeypatch.setattr(local._loaded, "_session", as_it_came)
    assert np.array_equal(changed, LocalEmbedder().passages(TEXTS))


def test_a_model_that_is_built_otherwise_is_refused() -> None:
    model = local._file(*local.MODEL_FILE).read_bytes()
    with pytest.raises(ValueError, match="0 nodes of the model take"):
        looked_up_first(model.replace(b"word_embeddings.weight_q", b"word_embeddings.weight_x"))
