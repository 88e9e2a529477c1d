// The rows of a repeating group, kept in the order of their positions: added, moved and removed by the buttons without a new page.

import { tellMade } from "../shown.js";
import { between, freshId, tailOf } from "./positions.js";

export class Rows {
  constructor(section, key, field) {
    this.section = section;
    this.key = key;
    this.field = field;
    this.box = document.getElementById(`a-${key}`);
    this.blank = document.querySelector(`template[data-blank="${key}"]`);
    this.places = section.map(field.room, "rows");
    this.gone = section.map(field.room, "gone");
    this.shown = new Map();
    this.number = 0;
    for (const row of this.box.querySelectorAll(":scope > .row")) {
      const id = row.querySelector("input[type=hidden][name$='-id']").value;
      this.shown.set(id, row);
      this.number = Math.max(this.number, Number(row.id.slice(row.id.lastIndexOf("-") + 1)) + 1);
    }
    this.box.addEventListener("click", (event) => this.press(event));
    for (const map of [this.places, this.gone]) map.observe(() => this.arrange());
    const made = [...this.shown.keys()].join();
    this.arrange();
    this.changed = made !== this.order().map(([, id]) => id).join();
  }

  get writes() { return this.section.line.rights[this.field.room] === true; }

  // The ids of the rows that are there, with their positions, in order.
  order() {
    const found = [];
    for (const [name, position] of this.places) {
      if (name.startsWith(`${this.key}.`) && !this.gone.has(name)) found.push([position, name.slice(this.key.length + 1)]);
    }
    return found.sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : a[1] < b[1] ? -1 : 1));
  }

  arrange() {
    const focused = document.activeElement;
    const order = this.order().map(([, id]) => id);
    let lost = null;
    if (this.note && order.includes(this.note.dataset.row)) this.forget();
    for (const [id, row] of this.shown) {
      if (order.includes(id)) continue;
      if (row.contains(focused) && !this.removing) lost = { id, place: [...this.box.querySelectorAll(":scope > .row")].indexOf(row) };
      this.section.unbind(`${this.key}.${id}.`);
      row.remove();
      this.shown.delete(id);
    }
    let before = null;
    for (const id of order) {
      const row = this.shown.get(id) ?? this.make(id);
      const place = before ? before.nextElementSibling : this.box.querySelector(":scope > .row");
      if (place !== row) (before ? before.after(row) : this.first(row));
      before = row;
    }
    order.forEach((id, place) => this.name(this.shown.get(id), id, place, order.length));
    if (focused !== document.activeElement && focused?.isConnected && this.box.contains(focused)) focused.focus();
    this.box.querySelector(":scope > .rows-empty")?.toggleAttribute("hidden", order.length > 0);
    if (lost) {
      this.offer(lost.id, `${this.section.line.by.get(this.field.room) || "Somebody else"} removed the entry you were in.`, "Put it back");
      this.focusAt(lost.place);
    }
  }

  focusAt(place) {
    const rows = this.box.querySelectorAll(":scope > .row");
    (rows[Math.min(place, rows.length - 1)] ?? this.box.querySelector(".rows-add button"))?.focus();
  }

  // A removed entry keeps its answers in its rooms; it comes back with them, at its place.
  offer(id, words, label) {
    this.forget();
    this.note = document.createElement("p");
    this.note.className = "notice rows-removed";
    this.note.dataset.row = id;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button-quiet button-small";
    button.textContent = label;
    button.addEventListener("click", () => {
      if (!this.writes) return;
      this.gone.delete(`${this.key}.${id}`);
      this.shown.get(id)?.focus();
      this.section.say("The entry is back.");
    });
    this.note.append(`${words} `, button);
    this.box.querySelector(":scope > .rows-add").before(this.note);
    this.section.say(`${words} The button “${label}” after the entries brings it back.`);
  }

  forget() {
    this.note?.remove();
    this.note = null;
  }

  first(row) {
    const next = this.box.querySelector(":scope > .row, :scope > .rows-empty, :scope > .rows-add");
    if (next !== row) this.box.insertBefore(row, next);
  }

  make(id) {
    const row = this.blank.content.firstElementChild.cloneNode(true);
    const number = this.number++;
    const from = `blank-${this.key}-1`;
    for (const element of [row, ...row.querySelectorAll("*")]) {
      for (const { name, value } of [...element.attributes]) if (value.includes(from)) element.setAttribute(name, value.replaceAll(from, `a-${this.key}-${number}`));
    }
    row.querySelector("input[type=hidden][name$='-id']").value = id;
    this.first(row);
    this.shown.set(id, row);
    tellMade(row);
    this.section.bindRow(this.key, this.field, id, number, row);
    return row;
  }

  // Its title, its place for a form that is sent, and the buttons that its place allows.
  name(row, id, place, count) {
    row.querySelector("input[type=hidden][name$='-Place']").value = place;
    if (!row.dataset.bound) {
      row.dataset.bound = "yes";
      this.section.bindRow(this.key, this.field, id, Number(row.id.slice(row.id.lastIndexOf("-") + 1)), row);
    }
    const title = `Entry ${place + 1}`;
    row.querySelector(":scope > .row-title").textContent = title;
    let tools = row.querySelector(":scope > .row-tools");
    if (row.dataset.tools !== "live") {
      const fresh = this.blank.content.querySelector(".row-tools").cloneNode(true);
      tools.replaceWith(fresh);
      tools = fresh;
      row.dataset.tools = "live";
    }
    for (const button of tools.querySelectorAll("button")) {
      const verb = button.value.split(":")[0];
      button.value = `${verb}:${this.key}:${place}`;
      const hidden = button.querySelector(".sr-only");
      if (hidden) hidden.textContent = ` ${title}`;
      button.hidden = (verb === "up" && place === 0) || (verb === "down" && place === count - 1) || !this.writes;
    }
  }

  press(event) {
    const button = event.target.closest("button[name=row]");
    if (!button) return;
    event.preventDefault();
    if (!this.writes) return;
    const [verb, , text] = button.value.split(":");
    const order = this.order();
    const place = Number(text);
    this.places.doc.transact(() => {
      if (verb === "add") this.add(order);
      else if (verb === "remove") this.remove(order, place);
      else this.move(order, place, verb === "up" ? -1 : 1);
    });
  }

  add(order) {
    const id = freshId();
    this.places.set(`${this.key}.${id}`, between(order.at(-1)?.[0] ?? "", null, tailOf(id)));
    queueMicrotask(() => {
      this.shown.get(id)?.querySelector("input:not([type=hidden], [hidden]), select, .cm-content, textarea:not([hidden])")?.focus();
      this.section.say("An entry was added.");
    });
  }

  remove(order, place) {
    if (!order[place]) return;
    const id = order[place][1];
    this.removing = true;
    this.gone.set(`${this.key}.${id}`, true);
    queueMicrotask(() => {
      this.removing = false;
      this.focusAt(place);
      this.offer(id, `Entry ${place + 1} was removed.`, "Undo");
    });
  }

  move(order, place, step) {
    const to = place + step;
    if (!order[place] || !order[to]) return;
    const [low, high] = step < 0 ? [order[to - 1]?.[0] ?? "", order[to][0]] : [order[to][0], order[to + 1]?.[0] ?? null];
    const id = order[place][1];
    this.places.set(`${this.key}.${id}`, between(low, high, tailOf(id)));
    queueMicrotask(() => {
      const verb = step < 0 ? "up" : "down";
      const buttons = [...this.shown.get(id).querySelectorAll(":scope > .row-tools button:not([hidden])")];
      (buttons.find((each) => each.value.startsWith(verb)) ?? buttons[0])?.focus();
      this.section.say(`It is entry ${to + 1} now.`);
    });
  }
}
