// Comments stand in the margin beside their passages and push only each other down, so a tall stack leaves no hole in the text.
// Without this script each passage is as tall as its comments.

const GAP = 12;

function place(page, wide) {
  if (!wide.matches) {
    page.removeAttribute("data-placed");
    page.style.minBlockSize = "";
    for (const stack of page.querySelectorAll(".passage-threads")) stack.style.insetBlockStart = "";
    return;
  }
  page.setAttribute("data-placed", "");
  const top = page.getBoundingClientRect().top;
  const stacks = [...page.querySelectorAll(".passage-threads")];
  const wishes = stacks.map((stack) => stack.parentElement.getBoundingClientRect().top - top);
  const sizes = stacks.map((stack) => stack.offsetHeight);
  let free = 0;
  stacks.forEach((stack, n) => {
    const start = Math.max(wishes[n], free);
    stack.style.insetBlockStart = `${start}px`;
    if (sizes[n] > 0) free = start + sizes[n] + GAP;
  });
  page.style.minBlockSize = `${free + GAP}px`;
}

export function placeComments() {
  const wide = window.matchMedia("(width >= 75rem)");
  for (const page of document.querySelectorAll("[data-document]")) {
    let waiting = false;
    const soon = () => {
      if (waiting) return;
      waiting = true;
      requestAnimationFrame(() => { waiting = false; place(page, wide); });
    };
    const sizes = new ResizeObserver(soon);
    for (const part of page.querySelectorAll(".passage, .passage-threads")) sizes.observe(part);
    sizes.observe(page);
    wide.addEventListener("change", soon);
    place(page, wide);
  }
}
