// A textarea grows with its text, so that nobody writes through a keyhole.

const MOST = 640;

function fit(area) {
  area.style.blockSize = "auto";
  area.style.blockSize = `${Math.min(area.scrollHeight + 2, MOST)}px`;
}

export function growTextareas() {
  if (CSS.supports("field-sizing", "content")) return;
  document.addEventListener("input", (event) => {
    if (event.target.matches?.("textarea[data-grow]")) fit(event.target);
  });
  for (const area of document.querySelectorAll("textarea[data-grow]")) {
    if (area.value) fit(area);
  }
}
