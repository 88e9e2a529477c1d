// Shows of a question's form only what its kind of answer needs.

export function showKinds() {
  const chosen = document.querySelector("select#type");
  const parts = document.querySelectorAll("[data-kinds]");
  if (!chosen || parts.length === 0) return;
  const show = () => {
    for (const part of parts) part.hidden = !part.dataset.kinds.split(" ").includes(chosen.value);
  };
  chosen.addEventListener("change", show);
  show();
}
