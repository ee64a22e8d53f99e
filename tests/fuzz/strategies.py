"""What parsers are given: files, names and texts that are nearly right, made from those of this repository."""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import yaml
from hypothesis import strategies as st

from bot.config import Config
from bot.interactions.presses import custom_id
from bot.interactions.subjects import CardTab, Chronology, Comparison, Context, Source, SourceQuotes, Tab, Term, encode
from tests.conftest import CARD, DOCUMENT, ROOT
from tests.fuzz.mutating import as_file, nearly, odd, stretched
from tests.test_presses import ALL_PRESSES, ALL_SUBJECTS

# ---------------------------------------------------------------- data that is nearly right


@st.composite
def bombs(draw: st.DrawFn) -> str:
    """Aliases of aliases: a few lines that would unfold to a list without end, or to one that holds itself."""
    depth, width = draw(st.integers(1, 30)), draw(st.integers(1, 9))
    if draw(st.booleans()):
        return "&a [" + ", ".join(["*a"] * width) + "]"
    rows = ", ".join(f"&a{i} [{', '.join([f'*a{i - 1}' if i else 'x'] * width)}]" for i in range(depth))
    return f"[{rows}]"


def bombed(text: str, key: str, bomb: str) -> str:
    """A file in which the bomb is laid at one key and set off at another."""
    depth = bomb.count("&") - 1
    return f"{text.replace(f'{key}:', 'was:', 1)}\nbomb: {bomb}\n{key}: *a{depth if '&a0' in bomb else ''}\n"


odd_data: st.SearchStrategy[object] = st.recursive(
    odd | st.integers() | st.none(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(odd, inner, max_size=3),
    max_leaves=6,
)


@st.composite
def changed(draw: st.DrawFn, texts: Sequence[str], words: st.SearchStrategy[str], keep: str = "") -> str:
    """A YAML file in which the syntax is right and a few values are not: each another one, none, or many."""
    data = yaml.load(draw(st.sampled_from(texts)), Loader=yaml.BaseLoader)
    for _ in range(draw(st.integers(1, 4))):
        here: object = data
        while isinstance(here, dict | list) and here:
            key = draw(st.sampled_from(sorted(here) if isinstance(here, dict) else range(len(here))))
            inner = here[key]
            if isinstance(inner, dict | list) and inner and draw(st.integers(0, 3)):
                here = inner
                continue
            other = draw(words | odd_data | st.just(inner) | st.just([inner] * draw(st.sampled_from((2, 7, 60)))))
            if key != keep:
                here[key] = other
            break
    try:
        return str(
            yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=draw(st.sampled_from((40, 110, 9_999))))
        )
    except (yaml.YAMLError, UnicodeError):
        return repr(data)


@cache
def files(pattern: str) -> tuple[str, ...]:
    return tuple(path.read_text(encoding="utf-8") for path in sorted(ROOT.glob(pattern)))


def _alone(card: str) -> str:
    """A card without what it says of other cards, so that it can load by itself."""
    lines = card.split("\n")
    return "\n".join(line for line in lines if not line.startswith(("related:", "distinguish_from:")))


CARDS = (CARD, *map(_alone, files("briefs/*/*.yaml")))
DOCUMENTS = (DOCUMENT.format(sha="0" * 64), *files("corpus/*.md"))
PARAGRAPHS = tuple(block for text in DOCUMENTS for block in text.split("\n\n")[1:] if len(block) > 20)


@st.composite
def slices(draw: st.DrawFn) -> str:
    """Words of the documents, whole or cut anywhere, now and then with something between them."""
    text = draw(st.sampled_from(PARAGRAPHS))
    start = draw(st.integers(0, len(text) - 1))
    piece = text[start : start + draw(st.integers(1, 200))]
    return draw(
        st.sampled_from(
            (piece, f"«{piece}»", f"{piece} […] {piece}", piece[::-1], piece.upper(), piece.replace(" ", "\n "))
        )
    )


CARD_KEYS = ("id", "title", "status", "as_of", "aliases", "key_points", "quotes", "covers", "related", "bottom_line")
yaml_texts = nearly([CARD, *files("briefs/*.yaml")]) | st.lists(odd, max_size=20).map("".join) | bombs() | stretched()
cards = as_file(
    nearly(CARDS)
    | changed(CARDS, slices() | odd, keep="id")
    | st.builds(bombed, st.sampled_from(CARDS), st.sampled_from(CARD_KEYS), bombs())
    | yaml_texts
)
beside = {
    name: as_file(
        nearly(texts)
        | changed(texts, slices() | odd)
        | st.builds(bombed, st.sampled_from(texts), st.just(key), bombs())
    )
    for name, key in (("glossary", "terms"), ("timeline", "events"), ("start", "cards"))
    for texts in [files(f"briefs/{name}.yaml")]
}
companions = st.one_of(*(st.tuples(st.just(f"{name}.yaml"), made) for name, made in beside.items()))


@st.composite
def bodies(draw: st.DrawFn) -> str:
    """A document whose front matter is in order and whose text is anything."""
    head, _, body = DOCUMENTS[0].partition("# A memo\n")
    blocks = draw(st.lists(odd | st.sampled_from(PARAGRAPHS) | stretched(200_000), max_size=8))
    between = draw(st.sampled_from(("\n\n", "\n", "\n\n\n", " ", "\n \t\n")))
    return (
        head
        + draw(st.sampled_from(("# A memo\n\n", "# A memo\n", "", "\n\n# A memo\n\n")))
        + between.join(blocks)
        + body
    )


@st.composite
def fronts(draw: st.DrawFn) -> str:
    """A document whose text is in order and whose front matter is not."""
    head, _, body = draw(st.sampled_from(DOCUMENTS)).removeprefix("---\n").partition("\n---\n")
    made = draw(
        nearly([head])
        | changed([head], slices() | odd, keep="id")
        | st.builds(bombed, st.just(head), st.just("kind"), bombs())
    )
    return f"---\n{made.rstrip()}\n---\n{body}"


documents = as_file(nearly(DOCUMENTS) | bodies() | fronts())
front_matter = as_file(fronts())


# ---------------------------------------------------------------- custom_ids

REAL = tuple(path.stem for path in sorted(ROOT.glob("briefs/*/*.yaml")))
SOURCES = tuple(path.stem for path in sorted(ROOT.glob("corpus/*.md")))
numbers = st.integers(-1, 12) | st.integers(0, 9_999_999)
versions = st.sampled_from(("", "0" * 8, "0" * 6, "é"))
real_subjects = st.one_of(
    st.builds(CardTab, card=st.sampled_from(REAL), version=versions, tab=st.sampled_from(Tab), page=numbers),
    st.builds(Comparison, card=st.sampled_from(REAL), page=numbers),
    st.builds(Chronology, card=st.sampled_from((*REAL, "")), page=numbers),
    st.builds(Context, document=st.sampled_from(SOURCES), version=st.just("VERSION"), start=numbers, end=numbers),
    st.builds(Source, document=st.sampled_from(SOURCES), page=numbers),
    st.builds(SourceQuotes, document=st.sampled_from(SOURCES), page=numbers),
    st.builds(Term, slug=st.sampled_from(("abm-treaty", "china", "article-5"))),
)
codes = (ALL_SUBJECTS | real_subjects).map(encode)
made_ids = ALL_PRESSES.map(custom_id) | st.builds(
    "briefbot:{}:{}".format, st.sampled_from(("show", "turn", "share")), codes
)
reasons = st.from_regex(r"briefbot:why:[xy]\d{1,3}:[a-z0-9~ ]{0,70}", fullmatch=True)


@st.composite
def custom_ids(draw: st.DrawFn) -> str:
    text = draw(made_ids | reasons | st.text(max_size=100))
    for _ in range(draw(st.integers(0, 3))):
        start = draw(st.integers(0, len(text)))
        end = start + draw(st.integers(0, 3))
        text = (
            text[:start]
            + draw(st.sampled_from((":", "~", "-", "0", "٣", "²", "é", "\n", "\x00", "\ud800", "", "show", "o")) | odd)
            + text[end:]
        )
    return text


# ---------------------------------------------------------------- settings


@dataclass(frozen=True, slots=True)
class Surroundings:
    """A configuration file, if there is one, and the variables of the environment."""

    raw: bytes | None
    variables: dict[str, str] = field(default_factory=dict)


SETTINGS = tuple(Config.model_fields)
for_variable = (odd | st.text(max_size=30)).map(
    lambda text: text.encode("utf-8", "surrogatepass").decode("utf-8", "surrogateescape").replace("\0", "")
)
settings_files = as_file(
    nearly(files("config.example.yaml"))
    | changed(files("config.example.yaml"), odd)
    | st.dictionaries(st.sampled_from(SETTINGS), odd_data, max_size=5).map(str)
    | st.builds(bombed, st.just("log_level: INFO"), st.sampled_from(SETTINGS), bombs())
)
surroundings = st.builds(
    Surroundings,
    st.none() | settings_files,
    st.dictionaries(
        st.sampled_from([f"BRIEFBOT_{name.upper()}" for name in (*SETTINGS, "config", "unknown")]),
        for_variable,
        max_size=3,
    ),
)


# ---------------------------------------------------------------- raw texts and what is said of them


@dataclass(frozen=True, slots=True)
class Raw:
    """A raw text, its META.yaml, and the id that it is to have."""

    text: bytes
    meta: bytes
    document_id: str


RAWS = tuple(zip(files("corpus/raw/*.txt"), files("corpus/raw/*.yaml"), strict=True))
META = (
    "title: A memo\nauthor: A. Writer\npublisher: The Office\nkind: memo\nstanding: memo by a clerk\n"
    "published: {value: 2020-05, shown: May 2020, inferred: false, basis: stated}\n"
)


@st.composite
def raws(draw: st.DrawFn) -> Raw:
    document_id = draw(
        st.sampled_from(("memo",) * 6 + ("../memo", "/memo", "", "a" * 41, "a\0b", "Memo", "a.md", ".", "..")) | odd
    )
    if draw(st.booleans()):
        blocks = draw(st.lists(odd | st.sampled_from(PARAGRAPHS) | st.just("A memo") | stretched(9_000), max_size=9))
        text = "A memo\n\n" + draw(st.sampled_from(("\n\n", "\n", "\n\n\n"))).join(blocks)
        names = draw(st.lists(odd | st.sampled_from(text.split("\n")), max_size=3))
        kinds = draw(st.sampled_from(("line", "inside")))
        meta = (
            META + yaml.safe_dump({"boilerplate": [{kinds: name} for name in names]}, allow_unicode=True)
            if _sayable(names)
            else META
        )
        return Raw(text.encode("utf-8", "surrogatepass"), meta.encode(), document_id)
    text, meta = draw(st.sampled_from(RAWS))
    return Raw(draw(as_file(nearly([text], 2))), draw(as_file(nearly([meta], 2) | changed([meta], odd))), document_id)


def _sayable(names: list[str]) -> bool:
    return all(name.isprintable() for name in names)


# ---------------------------------------------------------------- folders


@dataclass(frozen=True, slots=True)
class Thing:
    """Something in a folder: a file, a folder, a device's stand-in, or a link to `target`."""

    place: str
    kind: str
    target: str = ""


NAMES = (
    "bridge.yaml",
    "memo.md",
    "glossary.yaml",
    "timeline.yaml",
    "start.yaml",
    "works",
    "deep",
    "..data",
    ".git",
    "x.yml",
    "X.YAML",
    "a\nb.yaml",
)
TARGETS = (
    ".",
    "..",
    "../..",
    "bridge.yaml",
    "works",
    "/",
    "/dev/zero",
    "/dev/null",
    "nowhere",
    "OUTSIDE",
    "OUTSIDE/secret.yaml",
    "OUTSIDE/folder",
)
things = st.builds(
    Thing,
    st.lists(st.sampled_from(NAMES), min_size=1, max_size=4).map("/".join),
    st.sampled_from(("file", "file", "folder", "fifo", "link", "link", "link")),
    st.sampled_from(TARGETS),
)
folders = st.lists(things, max_size=8)


def lay(folder: Path, things: Sequence[Thing], outside: Path, content: str) -> None:
    """Put things into a folder; what cannot be put there is left out."""
    for thing in things:
        path = folder / thing.place
        if os.path.lexists(path):
            continue
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            match thing.kind:
                case "file":
                    path.write_text(content, encoding="utf-8")
                case "folder":
                    path.mkdir()
                case "fifo":
                    os.mkfifo(path)
                case _:
                    path.symlink_to(thing.target.replace("OUTSIDE", str(outside)))
        except OSError:
            continue


words = odd | stretched() | st.sampled_from(PARAGRAPHS) | st.lists(odd, max_size=8).map(" ".join)
