"""The terminal as a person and as a script use it: real processes, real files."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.main import get_command

from bot.cli import app
from tests.conftest import CARD, DOCUMENT, ROOT, Shelf

HOSTILE = [
    "",
    "   ",
    "x" * 4_000,
    "👍🏽",
    "\u202eمرحبا بالعالم",
    "a\x1b[2Jb\x07",
    "@everyone",
    "[bold red]mark-up[/]",
    "'; DROP TABLE asks; --",
    "../../../etc/passwd",
    "--help me",
]


@pytest.fixture
def log_url(tmp_path: Path) -> str:
    return f"sqlite+aiosqlite:///{tmp_path}/asks.sqlite3"


def bot(
    *words: str, log: str, typed: str = "", folder: Path = ROOT, **settings: str
) -> subprocess.CompletedProcess[str]:
    """Run `python -m bot` and wait for its end."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("BRIEFBOT_", "PYTHONDONT"))}
    environment |= {"PYTHONPATH": str(ROOT), "BRIEFBOT_ASKLOG_URL": log, **settings}
    return subprocess.run(
        [sys.executable, "-m", "bot", *words],
        cwd=folder,
        env=environment,
        input=typed,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def answered(*words: str, log: str, **options: Any) -> Any:
    done = bot(*words, log=log, **options)
    assert done.stderr == ""
    return json.loads(done.stdout)


# ---------------------------------------------------------------- asking


def test_a_typo_still_finds_the_card(log_url: str) -> None:
    found = answered("ask", "--json", "nato expantion", log=log_url)
    assert list(found) == ["question", "outcome", "card", "matches", "quotes"]
    assert (found["question"], found["outcome"]) == ("nato expantion", "found")
    assert found["card"] == {"id": "nato-enlargement", "title": "NATO enlargement"}
    assert list(found["matches"][0]) == ["id", "title", "score", "name"]
    assert {quote["document"] for quote in found["quotes"]} == {"blueprint-2008", "shifts-2025"}
    assert list(found["quotes"][0]) == ["document", "paragraph", "text"]


def test_what_is_unclear_is_not_answered_as_certain(log_url: str) -> None:
    assert answered("ask", "--json", "south korea sanctions", log=log_url)["outcome"] == "suggested"
    nothing = answered("ask", "--json", "weather in boston", log=log_url)
    assert nothing == {
        "question": "weather in boston",
        "outcome": "abstained",
        "card": None,
        "matches": [],
        "quotes": [],
    }


def test_a_person_sees_a_briefing_with_its_quotes_and_where_they_stand(log_url: str) -> None:
    done = bot("ask", "new", "start", log=log_url)
    assert done.returncode == 0
    text = " ".join(done.stdout.split())
    assert "Russia and the US have agreed to extend the New START" in text
    assert "Building American Diplomacy Back Better, ¶3" in text
    assert "advocacy commentary by a Ru-PAC analyst · c. February 2021 (inferred)" in text
    assert "No document in this corpus argues the other side." in text
    assert "\x1b" not in done.stdout


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("ask", "new start"), 0),
        (("ask", "south korea sanctions"), 0),
        (("ask", "weather in boston"), 1),
        (("quote", "hand of freindship"), 0),
        (("quote", "lorem ipsum dolor"), 1),
        (("complete", "strategic c"), 0),
        (("complete", "zzzzzz"), 1),
        (("verify", "a step in the right direction"), 0),
        (("verify", "to be or not to be that is the question"), 1),
        (("verify",), 2),
        (("card", "new-start"), 0),
        (("card", "no-such-card"), 1),
        (("topics",), 0),
        (("sources",), 0),
        (("validate",), 0),
        (("schema",), 0),
        (("nonsense",), 2),
        (("ask", "--nonsense"), 2),
        (("quote",), 2),
        (("ask", "--json"), 2),
        (("--config", "nowhere.yaml", "topics"), 2),
    ],
)
def test_exit_codes_are_for_scripts(words: tuple[str, ...], code: int, log_url: str) -> None:
    done = bot(*words, log=log_url)
    assert done.returncode == code
    assert "Traceback" not in done.stderr
    assert done.stdout or done.stderr or words[0] == "complete"


def test_a_quote_is_found_and_sliced_from_its_document(log_url: str) -> None:
    found = answered("quote", "--json", "hand of freindship to the united states", log=log_url)
    best = found["passages"][0]
    assert list(best) == ["document", "section", "paragraph", "start", "end", "text", "score", "verdict"]
    assert (best["document"], best["section"], best["paragraph"]) == ("blueprint-2008", None, 3)
    body = (ROOT / "corpus" / "blueprint-2008.md").read_text(encoding="utf-8").split("\n---\n", 1)[1]
    assert body[best["start"] : best["end"]] == best["text"]
    assert best["text"].startswith("Extending that hand of friendship to the United States marked")


def test_a_pasted_quotation_is_held_against_the_documents(log_url: str) -> None:
    found = answered("verify", "--json", "agreed to renew the New START, which was due to expire", log=log_url)
    assert (found["verdict"], found["differences"]) == ("altered", [{"typed": "renew", "stands": "extend"}])
    assert (found["passage"]["document"], found["passage"]["paragraph"]) == ("diplomacy-2021", 3)
    told = bot("verify", "agreed to renew the New START, which was due to expire", log=log_url).stdout
    assert "Altered" in told
    assert "«renew» should be «extend»" in told
    assert "Verbatim" in bot("verify", "a step in the right direction", log=log_url).stdout


def test_each_quotation_of_what_is_pasted_is_held_by_itself_and_not_who_said_it(log_url: str) -> None:
    true, false = "This is undoubtedly a step in the right direction", "we must destroy all missiles by noon"
    told = bot("verify", f"Igor Aunapu said: “{true}”", log=log_url).stdout
    assert "Verbatim" in told
    assert "Altered" not in told
    done = bot("verify", f"“{true}” and “{false}”", log=log_url)
    assert done.returncode == 1
    assert "Verbatim" in done.stdout
    assert f"Of “{false}”\nNot found" in done.stdout
    assert "Too short to check" in bot("verify", "NATO", log=log_url).stdout


def test_why_a_card_came_up_is_told_when_asked_for(log_url: str) -> None:
    told = bot("ask", "--why", "nato expantion", log=log_url).stdout
    assert "nato-enlargement" in told
    assert "read as: expantion → expansion" in told


def test_a_batch_answers_every_line_in_one_process(log_url: str) -> None:
    lines = ["nato expantion", "", "weather in boston", "👍🏽"]
    typed = "\n".join(lines) + "\n"
    done = bot("ask", "--batch", log=log_url, typed=typed)
    assert [json.loads(line)["outcome"] for line in done.stdout.splitlines()] == [
        "found",
        "abstained",
        "abstained",
        "abstained",
    ]
    assert [json.loads(line)["question"] for line in done.stdout.splitlines()] == lines
    quotes = bot("quote", "--json", "--batch", log=log_url, typed="zero sum mentality\n")
    assert json.loads(quotes.stdout)["passages"][0]["document"] == "shifts-2025"
    completed = bot("complete", "--batch", log=log_url, typed="strategic c\nnato\n")
    assert json.loads(completed.stdout.splitlines()[0])["choices"][0]["id"] == "nato-strategic-concept"


def test_completion_lists_ids_and_titles(log_url: str) -> None:
    found = answered("complete", "--json", "strategic c", log=log_url)
    assert found["choices"][0] == {"id": "nato-strategic-concept", "title": "NATO's 2010 Strategic Concept"}
    assert (
        bot("complete", "strategic c", log=log_url).stdout.splitlines()[0]
        == "nato-strategic-concept\tNATO's 2010 Strategic Concept"
    )


def test_without_a_question_it_reads_questions_and_picks_in_a_loop(log_url: str) -> None:
    done = bot("ask", log=log_url, typed="crimea and ukraine\n2\n\nweather in boston\n")
    assert done.returncode == 0
    assert "Did you mean" in done.stdout
    assert "The conflict in Ukraine as an obstacle" in done.stdout.split("Did you mean")[1]
    assert "Key points" in done.stdout
    assert "Nothing here on that" in done.stdout


@pytest.mark.parametrize("typed", HOSTILE)
def test_hostile_words_get_an_honest_answer_and_do_not_come_back(typed: str, log_url: str) -> None:
    done = bot("ask", "--", typed, log=log_url)
    assert done.returncode in (0, 1)
    assert done.stdout.startswith(("Nothing here on that", "Nothing is clearly"))
    assert done.stderr == ""
    assert "\x1b" not in done.stdout
    assert not typed.strip() or typed.strip() not in done.stdout


def test_hostile_words_in_a_batch_get_an_answer_each(log_url: str) -> None:
    for command in ("ask", "quote", "complete"):
        done = bot(command, "--batch", log=log_url, typed="".join(f"{typed}\n" for typed in HOSTILE))
        assert done.stderr == ""
        assert len(done.stdout.splitlines()) == len(HOSTILE)
        assert done.stdout.isascii()


def test_json_keeps_control_characters_harmless(log_url: str) -> None:
    done = bot("ask", "--json", "--", "a\x1b[2Jb", log=log_url)
    assert "\x1b" not in done.stdout
    assert json.loads(done.stdout)["question"] == "a\x1b[2Jb"


# ---------------------------------------------------------------- looking around


def test_topics_sources_and_cards_are_the_same_for_people_and_programs(log_url: str) -> None:
    topics = answered("topics", "--json", log=log_url)
    listed = bot("topics", log=log_url).stdout
    for category in topics["categories"]:
        assert category["category"] in listed
        assert all(card["id"] in listed for card in category["cards"])
    sources = answered("sources", "--json", log=log_url)
    dates = [document["published"] for document in sources["documents"]]
    assert dates == sorted(dates)
    assert len(dates) == len(list((ROOT / "corpus").glob("*.md")))
    assert "No document argues the other side" in bot("sources", log=log_url).stdout
    card = answered("card", "new-start", "--json", log=log_url)
    assert card["editors_notes"][0]["references"][0]["supports"]
    assert bot("card", "new-start", log=log_url).stdout == bot("ask", "new start", log=log_url).stdout


# ---------------------------------------------------------------- curating


def settings(shelf: Shelf) -> dict[str, Any]:
    return {"BRIEFBOT_BRIEFS": str(shelf.config.briefs), "BRIEFBOT_CORPUS": str(shelf.config.corpus)}


def test_one_wrong_letter_in_a_quote_is_named_with_the_right_text(shelf: Shelf, log_url: str) -> None:
    path = shelf.card(CARD.replace("was built in 1901.", "was bilt in 1901.", 1))
    text = path.read_text(encoding="utf-8").split("\n")
    line = next(i for i, found in enumerate(text, 1) if "bilt" in found)
    column = text[line - 1].index("bilt") + 1
    done = bot("validate", log=log_url, **settings(shelf))
    assert done.returncode == 2
    assert done.stdout.startswith(f"{path}:{line}:{column}: ")
    assert "the document has: The bridge was built in 1901." in done.stdout


def test_broken_content_stops_every_command_with_its_places(shelf: Shelf, log_url: str) -> None:
    shelf.card("id: [", "broken")
    shelf.document(DOCUMENT.replace("id: memo", "id: letter"), "other")
    for words in (
        ("ask", "bridge"),
        ("quote", "bridge"),
        ("complete", "b"),
        ("topics",),
        ("sources",),
        ("card", "bridge"),
        ("run",),
    ):
        done = bot(*words, log=log_url, DISCORD_TOKEN="x", **settings(shelf))
        assert done.returncode == 2, words
        assert done.stdout == ""
        assert "broken.yaml:1:6: is not valid YAML" in done.stderr
        assert "other.md:2:5: id is «letter»" in done.stderr
        assert done.stderr.endswith("2 problems.\nNothing was loaded.\n")


def test_folders_that_are_missing_are_named(tmp_path: Path, log_url: str) -> None:
    done = bot("ask", "x", log=log_url, folder=tmp_path)
    assert done.returncode == 2
    assert "briefs:1:1: is not a folder" in done.stderr
    assert "corpus:1:1: is not a folder" in done.stderr


def test_coverage_lists_gaps_first_for_people_and_programs(shelf: Shelf, log_url: str) -> None:
    shelf.card(CARD.replace("covers: {memo: [3]}\n", ""))
    gaps = bot("coverage", log=log_url, **settings(shelf))
    assert gaps.returncode == 0
    assert gaps.stdout.splitlines()[1].split()[:4] == ["memo", "3", "no", "card"]
    assert gaps.stdout.endswith("2 of 3 paragraphs belong to a card.\n")
    data = answered("coverage", "--json", log=log_url, **settings(shelf))
    assert (data["covered"], data["total"]) == (2, 3)
    assert data["gaps"] == [{"document": "memo", "paragraph": 3}]
    assert data["documents"][0]["paragraphs"][0] == {
        "paragraph": 1,
        "section": None,
        "quoted_by": ["bridge"],
        "covered_by": [],
    }
    refused = bot("validate", log=log_url, **settings(shelf))
    assert refused.returncode == 2
    assert "memo.md:19:1: paragraph 3 belongs to no card" in refused.stdout


def test_the_deck_is_in_order(log_url: str) -> None:
    done = bot("validate", log=log_url)
    assert done.returncode == 0
    cards = len(list((ROOT / "briefs").glob("*/*.yaml")))
    assert f"{cards} cards" in done.stdout
    covered = re.search(r"(\d+) of (\d+) paragraphs covered", done.stdout)
    assert covered
    assert covered[1] == covered[2]


def test_the_glossary_and_the_timeline_can_be_read(log_url: str) -> None:
    (term,) = answered("glossary", "inf treaty", "--json", log=log_url)["terms"]
    assert term["mentions"] == [{"document": "diplomacy-2021", "paragraph": 4}]
    assert bot("glossary", "nonsense", log=log_url).returncode == 1
    assert len(answered("glossary", "--json", log=log_url)["terms"]) >= 75
    events = answered("timeline", "--json", log=log_url)["events"]
    assert [event["sort"] for event in events] == sorted(event["sort"] for event in events)
    assert "INF Treaty" in bot("glossary", log=log_url).stdout
    assert "Cuban Missile Crisis" in bot("timeline", log=log_url).stdout


def test_problems_can_be_read_by_programs(shelf: Shelf, log_url: str) -> None:
    shelf.card(CARD.replace("aliases:", "alias:"))
    done = bot("validate", "--json", log=log_url, **settings(shelf))
    assert done.returncode == 2
    (problem,) = json.loads(done.stdout)["problems"]
    assert (problem["code"], problem["line"], problem["column"]) == ("unknown-key", 7, 1)


def test_a_raw_file_becomes_a_document(tmp_path: Path, log_url: str) -> None:
    raw = ROOT / "corpus" / "raw" / "shifts-2025.txt"
    meta = raw.with_suffix(".yaml")
    out = tmp_path / "new" / "shifts-2025.md"
    done = bot("import", str(raw), "--id", "shifts-2025", "--meta", str(meta), "--out", str(out), log=log_url)
    assert done.returncode == 0
    assert "35 paragraphs, 9 headings" in done.stdout
    assert out.read_bytes() == (ROOT / "corpus" / "shifts-2025.md").read_bytes()
    broken = bot("import", str(raw), "--id", "Bad Id!", "--meta", str(meta), "--out", str(out), log=log_url)
    assert broken.returncode == 2
    missing = bot("import", "nowhere.txt", "--id", "x", "--meta", str(meta), log=log_url)
    assert missing.returncode == 2
    assert "nowhere.txt:1:1: cannot be read: no such file or directory" in missing.stderr


def test_an_import_does_not_replace_another_document(tmp_path: Path, log_url: str) -> None:
    raw = ROOT / "corpus" / "raw" / "shifts-2025.txt"
    out = tmp_path / "blueprint-2008.md"
    before = (ROOT / "corpus" / "blueprint-2008.md").read_bytes()
    out.write_bytes(before)
    words = ("import", str(raw), "--id", "blueprint-2008", "--meta", str(raw.with_suffix(".yaml")), "--out", str(out))
    refused = bot(*words, log=log_url)
    assert refused.returncode == 2
    assert "already holds another text" in refused.stderr
    assert out.read_bytes() == before
    assert bot(*words, "--force", log=log_url).returncode == 0


def test_a_draft_can_be_looked_at_by_whoever_wrote_it(shelf: Shelf, log_url: str) -> None:
    shelf.card(CARD.replace("status: published", "status: draft"))
    shown = bot("card", "bridge", log=log_url, **settings(shelf))
    assert shown.returncode == 0
    assert "DRAFT, not shown to members" in shown.stdout
    assert bot("ask", "the bridge", log=log_url, **settings(shelf)).returncode == 1


def test_bytes_that_are_no_text_are_an_ordinary_question(log_url: str) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "BRIEFBOT_ASKLOG_URL": log_url}
    done = subprocess.run(
        [sys.executable, "-m", "bot", "ask"],
        cwd=ROOT,
        env=environment,
        input=b"\xff\xfe\n",
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0
    assert b"Nothing here on that" in done.stdout


def test_the_matcher_serves_a_benchmark(log_url: str) -> None:
    cards = [
        {"id": "a", "title": "NATO enlargement", "aliases": ["nato expansion"], "text": ""},
        {"id": "b", "title": "Sanctions", "aliases": [], "text": ""},
    ]
    requests = [
        {"cards": cards},
        {"q": "nato expantion", "k": 2},
        {"q": "sanc", "k": 2, "complete": True},
        {"q": "weather", "k": 2},
    ]
    done = bot("match-serve", log=log_url, typed="".join(json.dumps(request) + "\n" for request in requests))
    ready, first, second, third = map(json.loads, done.stdout.splitlines())
    assert ready == {"ready": True}
    assert (first["answer"], first["hits"][0]["id"]) == ("a", "a")
    assert [hit["id"] for hit in second["hits"]] == ["b"]
    assert third == {"hits": [], "answer": None}


# ---------------------------------------------------------------- help and documentation


def test_every_command_explains_itself_with_an_example(log_url: str) -> None:
    for name in get_command(app).commands:  # type: ignore[attr-defined]
        done = bot(name, "--help", log=log_url)
        assert done.returncode == 0
        assert "Example: " in done.stdout, name
        assert "\x1b" not in done.stdout


def test_every_command_and_setting_is_documented() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for name in get_command(app).commands:  # type: ignore[attr-defined]
        assert f"`{name}" in readme, name
    from bot.config import Config

    for setting in Config.model_fields:
        assert f"`{setting}`" in readme, setting
