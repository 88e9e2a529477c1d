// After @ a list of those who may read the comment: chosen with the arrows and enter, or with a click. The server decides who is told.

const MOST = 8;
const fetched = new Map();

async function people(form) {
  const lane = form.querySelector("input[name='lane']:checked")?.value ?? form.dataset.lane ?? "";
  const address = `${form.dataset.mentions}?as=json&lane=${encodeURIComponent(lane)}`;
  if (!fetched.has(address)) {
    fetched.set(address, fetch(address, { headers: { Accept: "application/json" } }).then((answer) => (answer.ok ? answer.json() : [])).catch(() => []));
  }
  return fetched.get(address);
}

function begun(area) {
  const match = /(?:^|[^\w@.+-])@([^@\n]{0,40})$/u.exec(area.value.slice(0, area.selectionStart));
  return match ? match[1].toLowerCase() : null;
}

function box(area) {
  const list = document.createElement("ul");
  list.className = "mention-box";
  list.id = `${area.id}-mentions`;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "People to mention");
  list.hidden = true;
  document.body.append(list);
  area.setAttribute("aria-controls", list.id);
  area.setAttribute("aria-autocomplete", "list");
  return list;
}

function listen(form, area) {
  let list = null;
  let chosen = 0;
  let offered = [];
  const close = () => {
    if (!list) return;
    list.hidden = true;
    area.removeAttribute("aria-activedescendant");
  };
  const mark = () => {
    for (const [number, item] of [...list.children].entries()) {
      item.setAttribute("aria-selected", String(number === chosen));
      if (number === chosen) area.setAttribute("aria-activedescendant", item.id);
    }
  };
  const take = (one) => {
    const typed = begun(area);
    const end = area.selectionStart;
    area.setRangeText(`${one.say} `, end - typed.length, end, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
    close();
    area.focus();
  };
  const show = async () => {
    const typed = begun(area);
    if (typed === null) return close();
    const everybody = await people(form);
    if (begun(area) !== typed) return undefined;
    offered = everybody.filter((one) => one.name.toLowerCase().split(" ").some((part, at, parts) => parts.slice(at).join(" ").startsWith(typed))).slice(0, MOST);
    if (offered.length === 0 || offered.some((one) => `${one.say.toLowerCase()} ` === typed)) return close();
    list ??= box(area);
    list.replaceChildren(...offered.map((one, number) => {
      const item = document.createElement("li");
      const party = document.createElement("small");
      item.id = `${list.id}-${number}`;
      item.setAttribute("role", "option");
      party.textContent = one.say === one.name ? one.party : `${one.say}, ${one.party}`;
      item.append(one.name, party);
      item.addEventListener("pointerdown", (event) => { event.preventDefault(); take(one); });
      return item;
    }));
    const place = area.getBoundingClientRect();
    list.style.insetBlockStart = `${place.bottom + window.scrollY + 2}px`;
    list.style.insetInlineStart = `${place.left + window.scrollX}px`;
    list.hidden = false;
    chosen = 0;
    mark();
    return undefined;
  };
  area.addEventListener("input", show);
  area.addEventListener("blur", close);
  area.addEventListener("keydown", (event) => {
    if (!list || list.hidden || event.isComposing || event.ctrlKey || event.metaKey) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") chosen = (chosen + (event.key === "ArrowDown" ? 1 : offered.length - 1)) % offered.length;
    else if (event.key === "Enter" || event.key === "Tab") take(offered[chosen]);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
    if (!list.hidden) mark();
  });
}

export function offerPeople() {
  for (const form of document.querySelectorAll("form[data-mentions]")) {
    const area = form.querySelector("textarea[name='body']");
    if (area) listen(form, area);
  }
}
