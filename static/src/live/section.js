// A section that is written together: what is on the page is bound to what is in its rooms.

import { Answer } from "./controls.js";
import { Editor } from "./editor.js";
import { Line } from "./line.js";
import { fill, Links } from "./links.js";
import { Plain } from "./plain.js";
import { showPeople } from "./presence.js";
import { Rows } from "./rows.js";
import { Saver } from "./saver.js";

const PAUSE = 400;

export class Section {
  constructor(form, plan) {
    this.form = form;
    this.plan = plan;
    this.bound = new Map();
    this.rows = [];
    this.here = document.querySelector("[data-live-here]");
    this.spoken = document.querySelector("[data-live-say]");
    this.line = new Line(plan.address, {
      ready: () => this.bind(),
      rights: () => this.lock(),
      state: () => this.saver.show(),
      ended: (status, reason) => this.end(status, reason),
      people: (people, own) => this.meet(people, own),
      cursors: (found) => this.point(found),
      standing: (message) => this.stand(message),
      lists: () => { if (this.linked) this.look(); },
    });
    this.saver = new Saver(this);
    this.line.connect();
  }

  map(room, name) { return this.line.docs.get(room).getMap(name); }

  say(words) { this.spoken.textContent = words; }

  bind() {
    this.form.dataset.live = "on";
    for (const [key, field] of Object.entries(this.plan.fields)) {
      if (!this.line.docs.has(field.room)) continue;
      if (field.kind === "rows") this.rows.push(new Rows(this, key, field));
      else this.bindOne(key, field, `a-${key}`, this.form);
    }
    for (const room of new Set(Object.values(this.plan.fields).flatMap((field) => [field.room, ...Object.values(field.columns ?? {}).map((column) => column.room)]))) {
      this.line.docs.get(room)?.getMap("values").observe((event) => {
        for (const key of event.keysChanged) this.bound.get(key)?.refresh?.();
      });
    }
    for (const link of document.querySelectorAll("[data-thread] .thread-quote a")) link.addEventListener("click", (event) => this.followWords(event));
    this.wrote = this.writable();
    this.saver.begin();
  }

  // The words that a comment quotes lead to where one writes them, if they are marked there, and else to where they are read.
  followWords(event) {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    const thread = event.currentTarget.closest("[data-thread]").id.replace("thread-", "");
    if ([...this.bound.values()].some((each) => each instanceof Editor && each.showWords(thread))) event.preventDefault();
  }

  bindRow(key, field, id, number, row) {
    row.dataset.bound = "yes";
    for (const [name, column] of Object.entries(field.columns)) this.bindOne(`${key}.${id}.${name}`, column, `a-${key}-${number}-${name}`, row);
  }

  bindOne(key, field, name, inside) {
    const doc = this.line.docs.get(field.room);
    if (field.kind === "links") {
      const box = inside.querySelector(`[data-refers][data-name="${CSS.escape(name)}"]`);
      if (!box || !doc) return;
      const links = new Links(box, doc.getMap("values"), key, this.line.rights[field.room] === true);
      const entries = this.lists?.[box.dataset.refers];
      if (entries) links.fill(entries);
      this.bound.set(key, links);
      links.room = field.room;
      return;
    }
    const controls = [...inside.querySelectorAll(`[name="${CSS.escape(name)}"]`)];
    if (controls.length === 0 || !doc) return;
    const writes = this.line.rights[field.room] === true;
    if (field.kind === "text" && controls[0].dataset.lookup) {
      this.bound.set(key, new Plain(controls[0], doc.getText(`t:${key}`), writes));
    } else if (field.kind === "text") {
      const point = (at) => this.line.point(field.room, at && { key, ...at });
      const editor = new Editor(controls[0], doc.getText(`t:${key}`), { writes, point, markdown: field.markdown === true });
      editor.mark(this.plan.passages.filter((each) => each.key === key));
      this.bound.set(key, editor);
    } else {
      this.bound.set(key, new Answer(controls, doc.getMap("values"), key, writes));
    }
    this.bound.get(key).room = field.room;
  }

  // A version was cut by anybody, or something is in none yet.
  stand(message) {
    this.saver.stand(message);
    if (!message.uncut) this.look();
  }

  // Whether anything here is chosen among the entries of other sections.
  get linked() {
    return Object.values(this.plan.fields).some((field) => [field, ...Object.values(field.columns ?? {})].some((each) => each.kind === "links"));
  }

  // The entries to tick as they are written now, and what no version can keep: asked once for all that changes within a moment.
  look() {
    clearTimeout(this.looking);
    this.looking = setTimeout(async () => {
      const answer = await fetch(this.plan.now, { cache: "no-store", redirect: "error" }).catch(() => null);
      if (!answer?.ok) return;
      const { lists, problems } = await answer.json();
      this.lists = lists;
      for (const each of this.bound.values()) if (each instanceof Links && lists[each.box.dataset.refers]) each.fill(lists[each.box.dataset.refers]);
      for (const blank of document.querySelectorAll("template[data-blank]")) {
        for (const box of blank.content.querySelectorAll("[data-refers]")) if (lists[box.dataset.refers]) fill(box, lists[box.dataset.refers]);
      }
      // While something is in no version yet, the next one may still keep it.
      if (!this.saver.typed) this.saver.name(problems, false);
    }, PAUSE);
  }

  // Whether the rooms hold other answers than the page was made of.
  isChanged() {
    return this.rows.some((rows) => rows.changed) || [...this.bound.values()].some((each) => each.isChanged());
  }

  unbind(start) {
    for (const [key, each] of this.bound) {
      if (!key.startsWith(start)) continue;
      each.destroy?.();
      this.bound.delete(key);
    }
  }

  // The names of the rooms of this page in which one may write.
  writable() { return new Set([...this.line.docs.keys()].filter((name) => this.line.rights[name] === true)); }

  // Some answers may only be read from now on, or be written again. Where that is so of all of them, the save state says it.
  sayRights() {
    if (!this.wrote) return;
    if (!this.writes) {
      this.form.querySelector("[data-live-rights]")?.remove();
      return;
    }
    const now = this.writable();
    const closed = [...this.wrote].filter((name) => !now.has(name));
    const before = this.form.querySelector("[data-live-rights]");
    if (closed.length === 0) {
      before?.remove();
      if (before) this.say("You may write all of it again.");
      return;
    }
    const labels = Object.values(this.plan.fields).flatMap((field) => [
      ...(closed.includes(field.room) ? [field.label] : []),
      ...Object.values(field.columns ?? {}).filter((column) => column.room !== field.room && closed.includes(column.room)).map((column) => `${field.label}: ${column.label}`),
    ]);
    const words = `You may only read these answers now: ${labels.join("; ")}. What you wrote there before is saved.`;
    if (before?.textContent === words) return;
    const note = before ?? document.createElement("p");
    note.className = "notice notice-info";
    note.dataset.liveRights = "";
    note.textContent = words;
    if (!before) this.form.querySelector(".section-head").after(note);
    this.say(words);
  }

  // A list in which there is no entry yet is written in too.
  get writes() { return [...this.bound.values()].some((each) => this.line.rights[each.room] === true) || this.rows.some((rows) => rows.writes); }

  lock(ended = false) {
    for (const each of this.bound.values()) each.lock(!ended && this.line.rights[each.room] === true);
    for (const rows of this.rows) rows.arrange();
    if (this.form.dataset.live !== "on") return;
    for (const button of this.form.querySelectorAll(".form-actions button")) button.hidden = !this.writes;
    for (const rows of this.rows) for (const button of rows.box.querySelectorAll(":scope > .rows-add button")) button.hidden = !rows.writes;
    this.sayRights();
    this.saver.show();
  }

  meet(people, own) {
    if (this.here) showPeople(this.here, people, own);
    const ids = new Set(people.map((person) => person.id));
    for (const each of this.bound.values()) each.only?.(ids);
  }

  point(cursors) {
    for (const [key, each] of this.bound) if (each instanceof Editor) each.point(cursors, key);
  }

  end(status, reason) {
    if (this.form.dataset.live === "on") {
      this.line.rights = {};
      this.lock(true);
    }
    this.saver.end(status, reason);
  }

  // The control of an answer that a version cannot keep.
  focusOn(path) {
    const key = path.split(".").slice(1).join(".");
    const each = this.bound.get(key);
    (each?.focus ? each : document.getElementById(`a-${key.split(".")[0]}`))?.focus();
  }
}
