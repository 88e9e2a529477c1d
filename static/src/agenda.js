// An agenda is put in order by dragging: the list is a form, and the new order is sent as it would be by its buttons.

export function dragAgenda() {
  for (const list of document.querySelectorAll("[data-agenda]")) {
    const form = list.closest("form");
    const order = form?.elements.namedItem("order");
    if (!order) continue;
    let dragged = null;
    for (const handle of list.querySelectorAll("[data-handle]")) {
      const item = handle.closest("[data-item]");
      handle.hidden = false;
      handle.draggable = true;
      handle.addEventListener("dragstart", (event) => {
        dragged = item;
        event.dataTransfer.effectAllowed = "move";
        event.dataTransfer.setData("text/plain", item.dataset.item);
        event.dataTransfer.setDragImage(item, 10, 10);
        item.classList.add("agenda-dragged");
      });
      handle.addEventListener("dragend", () => {
        item.classList.remove("agenda-dragged");
        dragged = null;
      });
    }
    list.addEventListener("dragover", (event) => {
      const over = event.target.closest("[data-item]");
      if (!dragged) return;
      event.preventDefault();
      if (!over || over === dragged) return;
      const box = over.getBoundingClientRect();
      over[event.clientY > box.top + box.height / 2 ? "after" : "before"](dragged);
    });
    list.addEventListener("drop", (event) => {
      if (!dragged) return;
      event.preventDefault();
      const wanted = [...list.querySelectorAll("[data-item]")].map((item) => item.dataset.item).join(",");
      if (wanted === order.value) return;
      order.value = wanted;
      const said = document.createElement("input");
      Object.assign(said, { type: "hidden", name: "do", value: "order" });
      form.append(said);
      form.submit();
    });
  }
}
