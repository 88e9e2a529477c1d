// After a refused form the focus is on the list of what to mend; its links put the cursor into the field.

export function focusErrors() {
  const summary = document.querySelector("[data-error-summary]");
  if (!summary) return;
  document.title = document.title.startsWith("Error: ") ? document.title : `Error: ${document.title}`;
  summary.focus();
  summary.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[href^='#']");
    const field = link && document.getElementById(link.hash.slice(1));
    if (!field) return;
    event.preventDefault();
    for (let part = field.parentElement; part; part = part.parentElement) {
      if (part.tagName === "DETAILS") part.open = true;
    }
    (field.closest(".field") ?? field).scrollIntoView({ block: "start" });
    field.focus({ preventScroll: true });
  });
}
