// Asks before what cannot be taken back: `data-confirm` on a form or button, and a private text that becomes shared.

export function watchConfirmations() {
  document.addEventListener("submit", (event) => {
    const question = event.submitter?.dataset.confirm ?? event.target.dataset.confirm;
    if (question && !window.confirm(question)) event.preventDefault();
  }, { capture: true });
}

export function watchLanes() {
  for (const form of document.querySelectorAll("form[data-lane-form]")) {
    let current = form.querySelector("input[name='lane']:checked");
    form.addEventListener("change", (event) => {
      const chosen = event.target;
      if (chosen.name !== "lane") return;
      const widens = current?.dataset.lane === "private" && chosen.dataset.lane === "shared";
      if (widens && !window.confirm("This was for your own organisation only. Share it with every party of the proposal?")) {
        current.checked = true;
        return;
      }
      current = chosen;
    });
  }
}
