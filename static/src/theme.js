// The theme changes at once; the choice is sent to the server so that the next page comes in it.

export function switchTheme() {
  for (const form of document.querySelectorAll("[data-theme-form]")) {
    form.addEventListener("submit", (event) => {
      const chosen = event.submitter;
      if (!chosen?.value) return;
      event.preventDefault();
      const answer = new FormData(form, chosen);
      document.documentElement.dataset.theme = chosen.value;
      for (const button of document.querySelectorAll("[data-theme-form] button")) {
        button.setAttribute("aria-pressed", String(button.value === chosen.value));
      }
      fetch(form.action, { method: "POST", body: answer, redirect: "manual" }).catch(() => {});
    });
  }
}
