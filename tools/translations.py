"""The catalogues brought up to date with the texts in the code: python -m tools.translations

New texts come in without a translation, those that are gone are taken out, what is translated stays. Prints how many
are still to be translated in each language.
"""

import ast
import io
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from bot.translation import CATALOGUES, LANGUAGES, SOURCE

PASSING = tuple(
    f'"{name}' for name in ("Project-Id", "Report-", "POT-", "PO-Rev", "Last-", "Language-Team", "Generated-By")
)
BOT = Path(__file__).parents[1] / "bot"
KEYWORDS = {
    "_": ("one",),
    "gettext": ("one",),
    "N_": ("one",),
    "ngettext": ("one", "many"),
    "pgettext": ("context", "one"),
    "NP_": ("context", "one"),
}
"""What marks a text, and what its arguments are."""


def extracted() -> Catalog:
    """Every text of ours that is marked for translation, by the syntax tree: Babel looks into f-strings from
    Python 3.12 on only.
    """
    found = Catalog()
    for path in sorted(BOT.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in KEYWORDS:
                _add(found, node, KEYWORDS[node.func.id])
    return found


def _add(catalogue: Catalog, call: ast.Call, names: tuple[str, ...]) -> None:
    """The text of a call; nothing where it is only passed on."""
    given = [a.value for a in call.args[: len(names)] if isinstance(a, ast.Constant) and isinstance(a.value, str)]
    if len(given) == len(names):
        said = dict(zip(names, given, strict=True))
        text = (said["one"], said["many"]) if "many" in said else said["one"]
        catalogue.add(text, context=said.get("context"))


def stored(language: str) -> Catalog:
    """A catalogue as it is in its file; empty where there is none yet."""
    path = CATALOGUES / f"{language}.po"
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def untranslated(catalogue: Catalog) -> list[str]:
    """The texts without a translation, or with one in too few forms."""
    return [
        str(message.id)
        for message in catalogue
        if message.id and not all(message.string if isinstance(message.string, list | tuple) else [message.string])
    ]


def main() -> None:
    texts = extracted()
    for language in LANGUAGES:
        if language == SOURCE:
            continue
        before = stored(language)
        after = Catalog(locale=language, header_comment=f"# {LANGUAGES[language]}", fuzzy=False)
        for message in texts:
            if message.id:
                known = before.get(message.id, message.context)
                after.add(message.id, known.string if known else None, context=message.context)
        (CATALOGUES / f"{language}.po").write_text(_written(after), encoding="utf-8")
        print(f"{language}: {len(untranslated(after))} of {len(after)} to be translated")


def _written(catalogue: Catalog) -> str:
    """The file of a catalogue, the same for the same texts: its header says nothing of days and people."""
    written = io.BytesIO()
    write_po(written, catalogue, sort_output=True, width=120)
    return "".join(
        line for line in written.getvalue().decode().splitlines(keepends=True) if not line.startswith(PASSING)
    )


if __name__ == "__main__":
    main()
