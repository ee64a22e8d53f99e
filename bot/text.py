"""The only definitions of «the same text»: canonical() to anchor a quote, fold() and tokens() to match.

Knows no documents and no cards.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import snowballstemmer

# ---------------------------------------------------------------- anchoring


@dataclass(frozen=True, slots=True)
class Canonical:
    """Text with runs of white space folded to one blank and none at the ends.

    `offsets[i]` is where character i stood before.
    """

    text: str
    offsets: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The span (end exclusive) in the text as it was, for a non-empty span here."""
        return self.offsets[start], self.offsets[end - 1] + 1


@lru_cache(maxsize=4096)
def canonical(text: str) -> Canonical:
    """Fold white space and nothing else: what is left decides whether a quote is verbatim."""
    kept: list[str] = []
    offsets: list[int] = []
    for word in re.finditer(r"\S+", text):
        if kept:
            kept.append(" ")
            offsets.append(word.start() - 1)
        kept.extend(word.group())
        offsets.extend(range(word.start(), word.end()))
    return Canonical("".join(kept), tuple(offsets))


def one_spaced(text: str) -> str:
    """The text that `canonical` gives, for texts whose places do not matter."""
    return " ".join(text.split())


_ABBREVIATION = re.compile(r"(?:\b[A-Z]\.)+$|\b(?:Sen|Rep|Dr|Mr|Mrs|Ms|St|No|vs|etc|e\.g|i\.e)\.$")
_LONGEST_ABBREVIATION = 8
"""Characters that are looked at before a full stop, enough for each of the above."""
# Each run of stops is looked at once: a page of dots is read in no time.
_SENTENCE_END = re.compile(r"(?<![.!?…])[.!?…]++[\"'”’)\]]*+(?=\s)")
_NO_BLANK = re.compile(r"\S")


def sentences(text: str) -> list[tuple[int, int]]:
    """Spans of the sentences of one paragraph, end exclusive, without the blanks between them."""
    spans: list[tuple[int, int]] = []
    start = 0
    for stop in _SENTENCE_END.finditer(text):
        following = _NO_BLANK.search(text, stop.end())
        ending = text[max(start, stop.end() - _LONGEST_ABBREVIATION) : stop.end()]
        if (following and following.group().islower()) or _ABBREVIATION.search(ending):
            continue
        spans.append((start, stop.end()))
        start = following.start() if following else len(text)
    if text[start:].strip():
        spans.append((start, len(text.rstrip())))
    return spans


# ---------------------------------------------------------------- matching

_SAME = str.maketrans(
    {"’": "'", "‘": "'", "`": "'", "´": "'", "“": '"', "”": '"', "«": '"', "»": '"'} | dict.fromkeys("‐‑‒–—―−", "-")
)


def fold(text: str) -> str:
    """Case, compatibility forms, accents, quotation marks, dashes and control characters made alike.

    For matching, never for display.
    """
    if text.isascii() and text.isprintable():
        return " ".join(text.translate(_SAME).casefold().split())
    decomposed = unicodedata.normalize("NFKD", text)
    # Format characters (joiners, direction marks) stand inside words; control characters between them.
    kept = (
        " " if (category := unicodedata.category(c)) == "Cc" else "" if category in ("Mn", "Cf") else c
        for c in decomposed
    )
    return " ".join("".join(kept).translate(_SAME).casefold().split())


_INITIALISM = re.compile(r"\b(?:[^\W\d_]\.){2,}(?:[^\W\d_]\b)?")
_POSSESSIVE = re.compile(r"'s?\b")
_ROMAN = {"ii": "2", "iii": "3", "iv": "4"}
_UNITED_STATES = re.compile(r"\busa\b|\bunited states(?: of america)?\b")
_ROMAN_ONE = re.compile(r"(?<=[A-Z]{3} )I\b")
"""An «I» after a name in capitals is a number; elsewhere in a sentence it is a pronoun."""
_WORD = re.compile(r"[^\W\d_]+|\d+")


_WHOLE_WORD = re.compile(r"[^\W_]+")


def words(text: str) -> tuple[str, ...]:
    """Words as they stand but for case, punctuation and typographic marks: what a quotation is held against."""
    return tuple(_WHOLE_WORD.findall(_without_dots(fold(text))))


_PART = re.compile(rf"{_INITIALISM.pattern}|{_WHOLE_WORD.pattern}")


@dataclass(frozen=True, slots=True)
class LocatedWord:
    """A word as `words` has it, and where it stands in the text as it was; end exclusive."""

    word: str
    start: int
    end: int


def located_words(text: str) -> tuple[LocatedWord, ...]:
    """What `words` gives, with places. Words that only folding tells apart share the place of both."""
    found: list[LocatedWord] = []
    for chunk in re.finditer(r"\S+", text):
        parts = [(part.start(), part.end(), words(part.group())) for part in _PART.finditer(chunk.group())]
        folded = words(chunk.group())
        if tuple(word for _, _, inside in parts for word in inside) != folded:
            parts = [(0, len(chunk.group()), folded)]
        found += (
            LocatedWord(word, chunk.start() + start, chunk.start() + end)
            for start, end, inside in parts
            for word in inside
        )
    return tuple(found)


def tokens(text: str) -> tuple[str, ...]:
    """Folded words and numbers in order, one for each of its spellings.

    «U.S.», «USA» and «United States» are us, «covid19» is covid 19, «START I» and «START 1» are start 1.
    """
    numbered = _ROMAN_ONE.sub("1", text)
    named = _UNITED_STATES.sub("us", _without_dots(fold(numbered)))
    found = _WORD.findall(_POSSESSIVE.sub("", named))
    if len(found) > 1 and found[-1] == "i":
        found[-1] = "1"
    return tuple(_ROMAN.get(word, word) for word in found)


def _without_dots(folded: str) -> str:
    return _INITIALISM.sub(lambda found: found.group().replace(".", ""), folded)


_SPELLINGS = (
    (re.compile(r"(?<=\w{3})is(?=(?:ation|e|ed|es|ing)s?$)"), "iz"),
    (re.compile(r"(?<=\w{3})our(?=\w*$)"), "or"),
    (re.compile(r"^(defen|offen|preten)c(?=e|i)"), r"\1s"),
    (re.compile(r"^(cent|theat|met)re(?=s?$)"), r"\1er"),
    (re.compile(r"programme(?=s?$)"), "program"),
)


def stem(word: str) -> str:
    """The stem of a folded word, British and American spelling alike (Snowball English)."""
    for pattern, spelling in _SPELLINGS:
        word = pattern.sub(spelling, word)
    return str(_stemmer().stemWord(word))


@lru_cache(maxsize=1)
def _stemmer() -> "snowballstemmer.stemmer":
    made = snowballstemmer.stemmer("english")
    # The compiled stemmer keeps words it was given: not those that people type.
    if hasattr(made, "maxCacheSize"):
        made.maxCacheSize = 0
    return made


FUNCTION_WORDS = frozenset(
    """a about after all also am an and any are as at be because been before being but by can could did do does doing
    each for from get give had has have having he her here him his how i if in into is it its just like many may me
    might more most much my now of off on one or our out over own please same say says said she should so some such
    tell than that the their them then there these they this those through to too under up very was we were what
    when where which while who whom whose why will with would you your explain show plz pls lol hey write essay
    something anyone another other others less least etc anywhere somewhere everywhere sir madam dear u ur im ive
    youre whats wats thats theres kindly yeah yes okay able maybe perhaps quite rather even yet both either else
    ever every everything everyone during since until find help want know need look think really actually ok hi
    hello thanks thank let s t re ve ll d m""".split()
)
"""Words that say nothing about the topic. Negations are not among them."""

NEGATIONS = frozenset(
    "no not never without nor neither non cannot cant dont doesnt didnt isnt arent wont wasnt".split()
)


def telling(sequence: Sequence[str]) -> bool:
    """Whether words in a row can point to a text: two of them mean something, or there are four."""
    return sum(word not in FUNCTION_WORDS for word in sequence) >= 2 or len(sequence) >= 4


_QUOTED = re.compile(r"[“\"«„]([^“”\"«»„]{12,})[”\"»“]")
MOST_QUOTATIONS = 5
_QUOTED_LINES = re.compile(r"(?:^> ?.*(?:\n|$))+", re.MULTILINE)


def quotations(text: str) -> tuple[str, ...]:
    """What stands in a text as a quotation, in quotation marks or behind «>», longest first; at most five."""
    marked = [found.group(1) for found in _QUOTED.finditer(text)]
    blocks = [re.sub(r"^> ?", "", found.group(), flags=re.MULTILINE) for found in _QUOTED_LINES.finditer(text)]
    # A line behind «>» that holds a quotation in its marks is that quotation, not another one.
    plain = [block for block in blocks if not any(quoted in block for quoted in marked)]
    return tuple(sorted(dict.fromkeys((*marked, *plain)), key=len, reverse=True)[:MOST_QUOTATIONS])


_MARKS = re.compile(r"[⁰¹²³⁴⁵⁶⁷⁸⁹]+|(?<=[”\"»“.!?…])\s?\[\d{1,2}\]")


def without_marks(text: str) -> str:
    """A text without the numbers that lead from a quotation to its source, ours among them: they are not its words."""
    return _MARKS.sub("", text)


def printable(text: str) -> str:
    """Text that cannot move a terminal's cursor or turn its direction: control characters become «�»."""
    return "".join(c if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cf", "Cs") else "�" for c in text)
