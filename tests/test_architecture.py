"""The import order, and that each library has one home."""

import ast
from collections.abc import Iterator
from pathlib import Path

BOT = Path(__file__).parents[1] / "bot"
ORDER = "limits model text translation yamlfile corpus cards matching asklog config peers desk charts interactions hosting sandbox cli".split()
HOMES = {
    "rapidfuzz": {"yamlfile", "cards", "matching"},
    "yaml": {"yamlfile", "corpus"},
    "pydantic": {"yamlfile", "corpus", "cards", "config"},
    "sqlalchemy": {"asklog"},
    "asyncpg": {"asklog"},
    "prometheus_client": {"hosting"},
    "alembic": {"asklog"},
    "discord": {"interactions", "hosting", "sandbox"},
    "aiohttp": {"interactions", "hosting", "sandbox"},
    "watchfiles": {"desk"},
    "typer": {"cli"},
    "rich": {"cli"},
    "snowballstemmer": {"text"},
    "matplotlib": {"charts"},
    "PIL": {"charts"},
    "babel": {"translation"},
}


def imports() -> Iterator[tuple[Path, str, str]]:
    """Every import in the package: the file, the noun it belongs to, the dotted name it imports."""
    for path in sorted(BOT.rglob("*.py")):
        noun = path.relative_to(BOT).parts[0].removesuffix(".py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from ((path, noun, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                module = node.module or ""
                names = (
                    [f"bot.{alias.name}" for alias in node.names if alias.name != "__version__"]
                    if module == "bot"
                    else [module]
                )
                yield from ((path, noun, name) for name in names)


def test_a_module_imports_only_what_stands_to_its_left() -> None:
    wrong = [
        f"{path}: {name}"
        for path, noun, name in imports()
        if name.startswith("bot.") and noun in ORDER and ORDER.index(name.split(".")[1]) > ORDER.index(noun)
    ]
    assert wrong == []


def test_every_module_has_a_place_in_the_order() -> None:
    nouns = {path.name.removesuffix(".py") for path in BOT.iterdir() if path.name != "__pycache__"}
    assert nouns - {"__init__", "__main__"} == set(ORDER)


def test_each_library_stays_at_home() -> None:
    wrong = [
        f"{path}: {name}"
        for path, noun, name in imports()
        if (home := HOMES.get(name.split(".")[0])) and noun not in home
    ]
    assert wrong == []


def test_files_and_functions_stay_small_enough_to_read() -> None:
    for path in BOT.rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert text.count("\n") < 400, path
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                assert (node.end_lineno or 0) - node.lineno < 60, f"{path}: {node.name}"


def test_nothing_is_caught_wholesale_but_at_the_edges() -> None:
    edges = {
        "cli/__init__.py: main",
        "desk/stores.py: in_time",
        "hosting/reloading.py: follow",
        "interactions/rounds.py: go_on",
        "peers/several.py: _stay_joined",
        "interactions/client.py: interaction_check",
        "interactions/mentions.py: mentioned",
        "interactions/pressing.py: _netted",
    }
    broad = {
        f"{path.relative_to(BOT)}: {function.name}"
        for path in BOT.rglob("*.py")
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.ExceptHandler)
        if node.type is None
        or {"Exception", "BaseException"} & {n.id for n in ast.walk(node.type) if isinstance(n, ast.Name)}
    }
    assert broad == edges
