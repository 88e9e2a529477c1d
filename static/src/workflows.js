// The editor of workflows: the picture and the faults follow what is typed (`data-preview` on the form names where to ask), and stages
// are put in order by dragging (`data-drag-list` names the form). Without script there are buttons for both.

const PAUSE = 500;
const PARTS = ["preview-faults", "preview-picture"];

export function previewDrafts() {
  const form = document.querySelector("form[data-preview]");
  if (!form) return;
  let timer = 0;
  let running = null;
  const ask = async () => {
    running?.abort();
    running = new AbortController();
    const sent = { method: "POST", body: new FormData(form), credentials: "same-origin", signal: running.signal };
    const answer = await fetch(form.dataset.preview, sent).catch(() => null);
    if (!answer?.ok) return;
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const id of PARTS) {
      const [old, made] = [document.getElementById(id), fresh.getElementById(id)];
      if (old && made) old.replaceWith(document.adoptNode(made));
    }
  };
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  };
  form.addEventListener("input", soon);
  form.addEventListener("change", soon);
}

export function dragStages() {
  const list = document.querySelector("[data-drag-list]");
  const form = list && document.getElementById(list.dataset.dragList);
  if (!form) return;
  let from = null;
  const itemOf = (event) => event.target.closest("li[draggable]");
  const clear = () => {
    for (const item of list.children) item.classList.remove("drop-here", "dragged");
  };
  list.addEventListener("dragstart", (event) => {
    from = itemOf(event);
    if (!from) return;
    from.classList.add("dragged");
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", from.dataset.at);
  });
  list.addEventListener("dragover", (event) => {
    const over = itemOf(event);
    if (!from || !over) return;
    event.preventDefault();
    for (const item of list.children) item.classList.toggle("drop-here", item === over && item !== from);
  });
  list.addEventListener("dragend", () => {
    clear();
    from = null;
  });
  list.addEventListener("drop", (event) => {
    const over = itemOf(event);
    if (!from || !over) return;
    event.preventDefault();
    clear();
    if (over === from) return;
    const act = document.createElement("button");
    Object.assign(act, { type: "submit", name: "do", value: `stage-move:${from.dataset.at}:${over.dataset.at}`, hidden: true });
    form.append(act);
    form.requestSubmit(act);
  });
}
