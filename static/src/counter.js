// How many characters are left. It never stops anybody from typing or pasting; the server says when a text is too long.

const PATIENCE = 1000;

function show(control, note) {
  const left = Number(control.dataset.limit) - [...control.value].length;
  const size = Math.abs(left).toLocaleString("en");
  const unit = Math.abs(left) === 1 ? "character" : "characters";
  note.textContent = left < 0 ? `${size} ${unit} too many` : `${size} ${unit} left`;
  note.classList.toggle("field-count-over", left < 0);
}

export function countCharacters(part = document) {
  for (const control of part.querySelectorAll("[data-limit]")) {
    const note = document.getElementById(`${control.id}-count`);
    if (!note) continue;
    const spoken = document.createElement("span");
    spoken.className = "sr-only";
    spoken.setAttribute("role", "status");
    note.after(spoken);
    let timer = 0;
    control.addEventListener("input", () => {
      show(control, note);
      clearTimeout(timer);
      timer = setTimeout(() => { spoken.textContent = note.textContent; }, PATIENCE);
    });
    if (control.value) show(control, note);
  }
}
