"""Whether pictures can be drawn: a small one is, as the bot does it."""

import time

from bot.charts import ChartError, Charts, Timeline, TimelinePoint
from bot.hosting.doctor.findings import Case, Findings, right, size, warning

CHARTS = "charts"
PATIENCE = 12.0


async def charts(_case: Case) -> Findings:
    point = TimelinePoint(sort="2020", shown="2020", text="A line of text.", source="A document")
    begun = time.monotonic()
    async with Charts(patience=PATIENCE) as drawn:
        try:
            picture = await drawn.draw(Timeline(title="A picture", points=(point,)))
        except (ChartError, OSError) as error:
            fix = "Install matplotlib (requirements.lock), and let the bot write in the temporary folder (TMPDIR)."
            yield warning(CHARTS, f"no picture can be drawn, and answers come without: {error}", fix)
            return
    took = time.monotonic() - begun
    yield right(CHARTS, f"a picture of {size(len(picture.png))} was drawn in {took:.1f} s, in a process of its own")
