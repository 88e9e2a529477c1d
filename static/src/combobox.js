// A combobox by the ARIA 1.2 pattern: a text field with a list of what fits under it. The list is the caller's: `search(words, signal)`
// gives the items, `draw(item)` their texts, `choose(item)` says what choosing does. Typing something else is always possible.
//
// Keys: down and up walk the list, Home and End are the text's own, Enter chooses, Escape closes the list, Tab leaves everything as it is.

const PAUSE = 120;
let made = 0;

function element(tag, attributes, text) {
  const found = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) found.setAttribute(name, value);
  if (text !== undefined) found.textContent = text;
  return found;
}

/** Say something to whoever listens, without moving the focus. */
export function announcer(after) {
  const status = element("p", { class: "sr-only", role: "status" });
  after.append(status);
  return (text) => {
    status.textContent = "";
    setTimeout(() => { status.textContent = text; }, 50);
  };
}

export function combobox(input, { search, draw, choose, label, footer, say }) {
  const id = `codes-${++made}`;
  const list = element("ul", { id, role: "listbox", class: "codes-list", "aria-label": label });
  const note = element("p", { class: "codes-note" });
  const popup = element("div", { class: "codes-popup" });
  popup.hidden = true;
  popup.append(list, note);
  const line = input.closest(".control-line") ?? input;
  const anchor = element("div", { class: "codes-anchor" });
  line.replaceWith(anchor);
  anchor.append(line, popup);
  for (const [name, value] of Object.entries({ role: "combobox", "aria-expanded": "false", "aria-controls": id, "aria-autocomplete": "list", autocomplete: "off" })) input.setAttribute(name, value);
  let items = [];
  let active = -1;
  let waiting;
  let running;
  let choosing = false;

  const isOpen = () => !popup.hidden;
  function close() {
    clearTimeout(waiting);
    running?.abort();
    popup.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }
  function walk(to) {
    list.children[active]?.setAttribute("aria-selected", "false");
    active = items.length === 0 ? -1 : (to + items.length) % items.length;
    const option = list.children[active];
    if (!option) return;
    option.setAttribute("aria-selected", "true");
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }
  function pick(at) {
    const item = items[at];
    close();
    if (!item) return;
    choosing = true;
    choose(item);
    choosing = false;
  }
  function show(found, text) {
    items = found;
    active = -1;
    input.removeAttribute("aria-activedescendant");
    list.replaceChildren(...items.map((item, at) => {
      const option = element("li", { id: `${id}-${at}`, role: "option", "aria-selected": "false", class: "codes-option" });
      for (const [kind, part] of draw(item)) option.append(element("span", { class: kind }, part), " ");
      return option;
    }));
    list.hidden = items.length === 0;
    note.textContent = text || footer();
    popup.hidden = false;
    input.setAttribute("aria-expanded", items.length > 0 ? "true" : "false");
    const count = items.length === 1 ? "One entry fits." : `${items.length} entries fit.`;
    say(items.length === 0 ? text : `${count} Up and down to look, Enter to choose.`);
  }
  async function ask(then) {
    running?.abort();
    const mine = running = new AbortController();
    try {
      const found = await search(input.value.trim(), mine.signal);
      if (mine.signal.aborted || document.activeElement !== input) return;
      show(found, found.length === 0 ? "Nothing fits. You can keep your own words." : "");
      then?.();
    } catch (error) {
      if (error.name !== "AbortError") show([], "The list cannot be reached now. You can keep your own words.");
    }
  }

  input.addEventListener("input", () => {
    if (choosing) return;
    clearTimeout(waiting);
    if (input.value.trim() === "" && input.dataset.always === undefined) return close();
    waiting = setTimeout(ask, PAUSE);
  });
  input.addEventListener("keydown", (event) => {
    const { key, altKey, isComposing } = event;
    if (isComposing) return;
    if (key === "ArrowDown" || key === "ArrowUp") {
      event.preventDefault();
      if (!isOpen()) ask(() => !altKey && walk(key === "ArrowDown" ? 0 : -1));
      else walk(active < 0 && key === "ArrowUp" ? -1 : active + (key === "ArrowDown" ? 1 : -1));
    } else if (key === "Enter" && isOpen() && active >= 0) {
      event.preventDefault();
      pick(active);
    } else if (key === "Enter" && input.dataset.always !== undefined) {
      event.preventDefault();
      if (isOpen() && items.length > 0) pick(0);
    } else if (key === "Escape" && isOpen()) {
      event.preventDefault();
      event.stopPropagation();
      close();
    }
  });
  input.addEventListener("blur", close);
  // The focus stays in the text while somebody points at the list.
  popup.addEventListener("pointerdown", (event) => event.preventDefault());
  popup.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) pick([...list.children].indexOf(option));
  });
  if (input.dataset.always !== undefined) input.addEventListener("click", () => { if (!isOpen()) ask(); });
}
