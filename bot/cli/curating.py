"""Commands for those who write cards and bring documents in."""

from pathlib import Path
from typing import Annotated

import typer

from bot import cards
from bot.cli import wire
from bot.cli.later import show
from bot.cli.plumbing import ANSWERED, BROKEN, AsJson, deck_of, print_json, show_or_json, stop
from bot.desk import ContentError, load_deck, review_deck


def validate(context: typer.Context, as_json: AsJson = False) -> None:
    """Check documents, cards, glossary and timeline, and list every problem with its file, line and column."""
    try:
        deck = load_deck(context.obj)
    except ContentError as error:
        problems = error.problems
        later = "Paragraphs without a card and names easily confused are looked for once these are mended."
        show_or_json(wire.problems(problems), as_json, lambda: f"{show.problems(problems)}\n{later}")
        raise typer.Exit(BROKEN) from None
    review = review_deck(deck)
    left = review.problems
    show_or_json(wire.problems(left), as_json, lambda: show.problems(left) if left else show.in_order(deck, review))
    raise typer.Exit(BROKEN if left else ANSWERED)


def coverage(context: typer.Context, as_json: AsJson = False) -> None:
    """List each document's paragraphs with the cards that use them, gaps first."""
    deck = deck_of(context)
    uses = cards.coverage(deck.cards.values(), deck.corpus)
    show_or_json(wire.coverage(uses), as_json, lambda: show.coverage(uses))


def import_raw(
    context: typer.Context,
    raw: Annotated[Path, typer.Argument(help="The raw text, UTF-8.")],
    document_id: Annotated[str, typer.Option("--id", help="The document's id: small letters, digits and hyphens.")],
    meta: Annotated[
        Path,
        typer.Option(
            "--meta", help="YAML with title, author, publisher, published, kind, standing and the boilerplate to strip."
        ),
    ],
    force: Annotated[bool, typer.Option("--force", help="Replace a document made from another text.")] = False,
    out: Annotated[
        Path | None, typer.Option("--out", help="File to write; default: <corpus>/<id>.md.", show_default=False)
    ] = None,
) -> None:
    """Make a document of the corpus from a raw text: strip the boilerplate named, keep the rest, mark headings."""
    from bot.corpus import import_document

    content, document, problems = import_document(raw, document_id, meta)
    if content is None or document is None or problems:
        stop(problems, "Nothing was written.")
    target = out or context.obj.corpus / f"{document_id}.md"
    if (
        target.exists()
        and f"sha256: {document.sha256}" not in target.read_text(encoding="utf-8", errors="replace")
        and not force
    ):
        typer.echo(f"{target}: already holds another text — give another --id, or --force to replace it", err=True)
        raise typer.Exit(BROKEN)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content, encoding="utf-8", newline="\n")
    except OSError as error:
        typer.echo(
            f"{target}: cannot be written: {(error.strerror or str(error)).lower()} — choose another place with --out",
            err=True,
        )
        raise typer.Exit(BROKEN) from None
    headings = [section.heading for section in document.sections if section.heading]
    typer.echo(f"{target}: {len(document.paragraphs)} paragraphs, {len(headings)} headings")
    for heading in headings:
        typer.echo(f"  ## {heading}")


def schema() -> None:
    """Print the JSON Schema of a card's file, for completion in an editor."""
    from bot.cards import json_schema

    print_json(json_schema(), indent=2)
