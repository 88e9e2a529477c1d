"""WeasyPrint as its manual shows it: a rendering for each line of standard input, answered by the peak memory in MB.

Arguments: the HTML file, the PDF file to write, and style sheets as text. Started by the benchmark of the PDF export.
"""

import resource
import sys
from pathlib import Path

import weasyprint


def main() -> None:
    source, out, *styles = sys.argv[1:]
    text = Path(source).read_text("utf-8")
    for _ in sys.stdin:
        sheets = [weasyprint.CSS(string=style) for style in styles]
        Path(out).write_bytes(weasyprint.HTML(string=text).write_pdf(stylesheets=sheets))
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, flush=True)


if __name__ == "__main__":
    main()
