// A form is sent once, however often its button is pressed. ctrl+enter sends the form that is being written; ctrl+s saves the page's text.

// Whoever presses ctrl+s means their text, not the page: the browser's own dialog would save what nobody wants.
function save(event) {
  const form = document.querySelector("form[data-save-key]");
  if (!form || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  if (!event.repeat) form.requestSubmit(form.querySelector("button.button-primary") ?? undefined);
}

export function guardForms() {
  const sending = new WeakSet();
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-guard]") || event.defaultPrevented) return;
    if (sending.has(form)) {
      event.preventDefault();
      return;
    }
    sending.add(form);
    event.submitter?.setAttribute("aria-disabled", "true");
  });
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    for (const form of document.querySelectorAll("form[data-guard]")) {
      sending.delete(form);
      for (const button of form.querySelectorAll("[aria-disabled]")) button.removeAttribute("aria-disabled");
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() === "s" && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey) save(event);
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
    const form = event.target.closest?.("form[data-ctrl-enter], form[data-keep]");
    if (!form) return;
    event.preventDefault();
    form.requestSubmit(form.querySelector("button.button-primary") ?? undefined);
  });
}
