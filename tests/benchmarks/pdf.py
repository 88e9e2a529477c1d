"""How fast specifications become PDFs: our warm, tagged rendering against plain, untagged WeasyPrint in the same run.

    python -m tests.benchmarks.pdf [--rounds N]

Three renderings take turns, so that a busy machine slows all of them: ours (PDF/A-3a, PDF/UA-1, attachment, through the pipe);
WeasyPrint's defaults on the same HTML and style sheet; and WeasyPrint's defaults on the same HTML in an ordinary style (DejaVu Sans,
hyphenation, automatic table widths). Prints milliseconds (median of the rounds), peak memory of the process, pages and bytes.
"""

import argparse
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import Path
from typing import Any

from pypdf import PdfReader

from cowork.exports import pdf, specification_json
from cowork.exports.dossier import Dossier
from cowork.gateways.renderer import WorkerRenderer
from cowork.ports import Attachment
from tests.exports import samples

STYLE = pdf.TEMPLATES / "exports/specification.css"
ORDINARY = """
body { font-family: "DejaVu Sans", sans-serif; hyphens: auto }
table { table-layout: auto }
"""
TARGETS = {4: 0.70, 12: 0.75}


@dataclass
class Series:
    """The measurements of one way to render one document."""

    name: str
    run: Callable[[], bytes]
    peak: Callable[[], float]
    milliseconds: list[float] = field(default_factory=list)
    made: bytes = b""

    def measure(self) -> None:
        begun = time.perf_counter()
        self.made = self.run()
        self.milliseconds.append(1000 * (time.perf_counter() - begun))

    @property
    def median(self) -> float:
        return statistics.median(self.milliseconds)


class Plain:
    """A process that renders with WeasyPrint's defaults."""

    def __init__(self, html: Path, styles: list[str], out: Path) -> None:
        command = [sys.executable, str(Path(__file__).with_name("plain_weasyprint.py")), str(html), str(out), *styles]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._out = out
        self.peak = 0.0

    def render(self) -> bytes:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("again\n")
        self._process.stdin.flush()
        self.peak = float(self._process.stdout.readline())
        return self._out.read_bytes()

    def close(self) -> None:
        self._process.communicate()


def of_pages(pages: int) -> Dossier:
    """The sample programme in about that many pages."""
    if pages > 14:
        return samples.dossier(content=samples.long(max(1, round(pages / 6.7))))
    whole = samples.dossier()
    kept = ("identity", "outcomes") if pages < 6 else tuple(s.key for s in whole.form.sections if s.key not in UNUSED)
    form = replace(whole.form, sections=tuple(section for section in whole.form.sections if section.key in kept))
    return replace(whole, form=form, content={key: answers for key, answers in whole.content.items() if key in kept})


UNUSED = ("badge", "signoffs", "recognition")


def peak_of(pid: int) -> float:
    """The peak resident memory of a process, in MB."""
    status = Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM"))


def compare(pages: int, rounds: int, folder: Path) -> list[Series]:
    dossier = of_pages(pages)
    html = pdf.html(dossier)
    source = folder / f"benchmark-{pages}.html"
    source.write_text(html, "utf-8")
    attachment = Attachment(pdf.ATTACHMENT_NAME, "application/json", "", specification_json.render(dossier))
    style = STYLE.read_text("utf-8")
    same, ordinary = (
        Plain(source, styles, folder / f"benchmark-{pages}-{name}.pdf")
        for name, styles in (("same", [style]), ("ordinary", [style, ORDINARY]))
    )
    with WorkerRenderer(timeout_seconds=600, memory_bytes=8 * 1024**3) as renderer:
        series = [
            Series("ours, tagged", lambda: renderer.render(html, attachment, pdf.meta(dossier)), lambda: peak_of(process_of(renderer))),
            Series("plain, same style", same.render, lambda: same.peak),
            Series("plain, ordinary style", ordinary.render, lambda: ordinary.peak),
        ]
        for one in series:
            one.run()
        for _ in range(rounds):
            for one in series:
                one.measure()
        show(pages, series)
    same.close()
    ordinary.close()
    return series


def process_of(renderer: WorkerRenderer) -> int:
    process: Any = renderer._process
    return int(process.pid)


def show(pages: int, series: list[Series]) -> None:
    for one in series:
        made = len(PdfReader(BytesIO(one.made)).pages)
        ratio = series[0].median / one.median
        best = min(series[0].milliseconds) / min(one.milliseconds)
        target = f"target {TARGETS[pages]:.2f}" if pages in TARGETS and one is not series[0] else ""
        print(
            f"{pages:>3} pages  {one.name:<22} {one.median:>8.0f} ms  {one.peak():>5.0f} MB  {made:>3} p  {len(one.made) / 1024:>6.0f} kB"
            f"  ours/this: median {ratio:.2f}, best {best:.2f}  {target}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--pages", type=int, nargs="*", default=[4, 12, 60])
    parser.add_argument("--folder", type=Path, default=Path("/tmp"))
    options = parser.parse_args()
    for pages in options.pages:
        compare(pages, options.rounds if pages < 30 else min(options.rounds, 3), options.folder)


if __name__ == "__main__":
    main()
