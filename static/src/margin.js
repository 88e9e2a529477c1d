// Comments stand in the margin beside their passages and push only each other down, so a tall stack leaves no hole in the text. A section
// without comments takes the whole width.
// Without this script each passage is as tall as its comments.

const GAP = 12;

function place(page, wide) {
  if (!wide.matches) {
    page.removeAttribute("data-placed");
    for (const section of page.querySelectorAll(".document-section")) section.style.minBlockSize = "";
    for (const stack of page.querySelectorAll(".passage-threads")) stack.style.insetBlockStart = "";
    return;
  }
  page.setAttribute("data-placed", "");
  const top = page.getBoundingClientRect().top;
  const sections = [...page.querySelectorAll(".document-section")];
  for (const section of sections) section.style.minBlockSize = "";
  let free = 0;
  for (const section of sections) {
    for (const stack of section.querySelectorAll(".passage-threads")) {
      const start = Math.max(stack.parentElement.getBoundingClientRect().top - top, free);
      stack.style.insetBlockStart = `${start}px`;
      if (stack.offsetHeight > 0) free = start + stack.offsetHeight + GAP;
    }
    // Text that takes the whole width, or the end of the page, waits until the comments beside this section are over.
    const next = section.nextElementSibling;
    if (next?.querySelector(".passage-threads")) continue;
    const box = section.getBoundingClientRect();
    if (free > box.bottom - top) section.style.minBlockSize = `${Math.ceil(free - (box.top - top)) + GAP}px`;
  }
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
    page.addEventListener("cowork:place", () => {
      for (const part of page.querySelectorAll(".passage-threads")) sizes.observe(part);
      soon();
    });
    place(page, wide);
  }
}
