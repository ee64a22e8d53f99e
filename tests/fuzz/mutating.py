"""Texts that are nearly right: lines taken out, repeated, moved, filled with pieces that mean something to some parser."""

from collections.abc import Callable, Sequence

from hypothesis import strategies as st

ODD = (
    "", " ", "\t", "\r", "\r\n", "\n", "\n\n", "\x00", "\x07", "\x1b[31m", "\x85", "\u2028", "\u2029", "\ufeff", "\ufffe",
    "\u200b", "\u202e", "\ud800", "\udcff", "\U0001f600", "é" * 40, "«", "»", "«»", "«x»", "“", "'", '"', '"\\0"', '"\\e[2J"',
    '"\\u202e"', '"\\ud800"', '"\\N\\L\\P"', "&a", "*a", "&a x", "<<: *a", "? [a, b]", "? {a: b}", "? ", "- ", "-", ":", ": ",
    "#", "# ", "## ", "## x", "<!-- end of section -->", "---", "--- ", "...", "%YAML 1.1", "%TAG ! tag:x,2000:", "|", "|9-", ">-",
    "!", "!x", "!!str", "!!null", "!!set {a, b}", "!!binary aGk=", "!!python/object/apply:os.system [ls]", "!!python/name:os.system",
    "{{ 7*7 }}", "{% x %}", "${HOME}", "$(id)", "%s", "%(x)s", "{0}", "{}", "~", "null", "yes", "no", "on", "NaN", ".inf", "1e999",
    "-0", "0", "0x1F", "0o17", "1_000", "12:30:45", "9" * 30, "9" * 5_000, "2026-02-30", "2026-1-1", "0000-00-00", "9999-12-31",
    "2001-12-14t21:59:43.10-05:00", "1700006400", "[" * 20, "{a: " * 20, "- " * 20, "[]", "{}", "[[]]", "[{}]", "[a, [b]]", "a: b",
    "../../etc/passwd", "/etc/passwd", "C:\\x", "javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "//host/x",
    "https://", "https://a:b@host/", "https://host/\x07", "https://host:99999/", "https://[::1", "http://host/\u202e", "HTTPS://X",
    "A.A.A.A. x", "Dr. Dr. x", "!!!! x", "... ... x", "x" * 101, "x " * 700,
)  # fmt: skip
"""Pieces that mean something to some parser, or should not."""

odd = st.sampled_from(ODD) | st.text(max_size=12)
MOST = 40_000
"""Characters of a piece that is made long."""


@st.composite
def stretched(draw: st.DrawFn, most: int = MOST) -> str:
    """A short piece over and over: what a parser should not look at again and again."""
    unit = draw(odd.filter(bool))
    return unit * draw(st.integers(1, max(1, most // len(unit))))


Edit = Callable[[st.DrawFn, list[str], int], None]


def _remove(draw: st.DrawFn, lines: list[str], at: int) -> None:
    del lines[at]


def _repeat(draw: st.DrawFn, lines: list[str], at: int) -> None:
    lines[at:at] = [lines[at]] * draw(st.sampled_from((1, 1, 2, 40)))


def _move(draw: st.DrawFn, lines: list[str], at: int) -> None:
    lines.insert(draw(st.integers(0, len(lines) - 1)), lines.pop(at))


def _indent(draw: st.DrawFn, lines: list[str], at: int) -> None:
    lines[at] = " " * draw(st.integers(0, 9)) + lines[at].lstrip(" ")


def _insert(draw: st.DrawFn, lines: list[str], at: int) -> None:
    column = draw(st.integers(0, len(lines[at])))
    lines[at] = lines[at][:column] + draw(odd) + lines[at][column:]


def _value(draw: st.DrawFn, lines: list[str], at: int) -> None:
    key, colon, _ = lines[at].partition(": ")
    lines[at] = f"{key}{colon or ': '}{draw(odd)}"


def _line(draw: st.DrawFn, lines: list[str], at: int) -> None:
    lines.insert(at, draw(odd))


def _cut(draw: st.DrawFn, lines: list[str], at: int) -> None:
    lines[at] = lines[at][: draw(st.integers(0, len(lines[at])))]
    del lines[at + 1 :]


def _long(draw: st.DrawFn, lines: list[str], at: int) -> None:
    key, colon, _ = lines[at].partition(": ")
    lines[at] = f"{key}{colon or ': '}{draw(stretched())}"


EDITS: tuple[Edit, ...] = (_remove, _repeat, _move, _indent, _insert, _insert, _value, _value, _line, _cut, _long)


@st.composite
def nearly(draw: st.DrawFn, texts: Sequence[str], most: int = 4) -> str:
    """One of the texts, with a few lines changed."""
    lines = draw(st.sampled_from(texts)).split("\n")
    for _ in range(draw(st.integers(0, most))):
        edit = draw(st.sampled_from(EDITS))
        edit(draw, lines, draw(st.integers(0, len(lines) - 1)))
        lines = lines or [""]
    return "\n".join(lines)


@st.composite
def as_file(draw: st.DrawFn, texts: st.SearchStrategy[str]) -> bytes:
    """Text as the bytes of a file, now and then in a way in which no text should be."""
    text = draw(texts)
    how = draw(st.sampled_from(("utf-8",) * 12 + ("bom", "windows", "mac", "utf-16", "latin-1", "bytes", "cut")))
    raw = text.encode("utf-8", "surrogatepass")
    match how:
        case "bom":
            return b"\xef\xbb\xbf" * draw(st.integers(1, 2)) + raw
        case "windows":
            return raw.replace(b"\n", b"\r\n")
        case "mac":
            return raw.replace(b"\n", b"\r")
        case "utf-16":
            return text.encode("utf-16", "surrogatepass")
        case "latin-1":
            return text.encode("latin-1", "replace")
        case "bytes":
            at = draw(st.integers(0, len(raw)))
            return raw[:at] + draw(st.binary(max_size=8)) + raw[at:]
        case "cut":
            return raw[: draw(st.integers(0, len(raw)))]
        case _:
            return raw
