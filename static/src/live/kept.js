// Changes that the server has not confirmed yet, kept on this device for each room: put back when the page is opened again.
//
// The names begin as those of keeper.js do, so that signing out forgets them as well.

import { fromBase64, toBase64 } from "lib0/buffer";
import * as Y from "yjs";

const PREFIX = "cowork.kept";
const PAUSE = 250;

export class Kept {
  constructor(address) {
    this.start = [PREFIX, document.body.dataset.person ?? "", address, "live", ""].join("|");
    this.own = Math.random().toString(36).slice(2);
    this.found = new Set();
    this.changes = new Map();
    this.failed = false;
    this.timer = 0;
    this.any = this.names().length > 0;
    window.addEventListener("pagehide", () => this.write());
  }

  names() {
    try {
      return Object.keys(localStorage).filter((name) => name.startsWith(this.start));
    } catch {
      return [];
    }
  }

  // What was kept for a room, by this page or by one that was closed.
  read(room) {
    const changes = [];
    for (const name of this.names().filter((each) => each.split("|").at(-2) === room)) {
      try {
        changes.push(fromBase64(localStorage.getItem(name)));
        this.found.add(name);
      } catch { /* nothing that can be read is kept there */ }
    }
    return changes.length > 0 ? Y.mergeUpdates(changes) : null;
  }

  add(room, change) {
    const before = this.changes.get(room);
    this.changes.set(room, before ? Y.mergeUpdates([before, change]) : change);
    this.any = true;
    if (!this.timer) this.timer = setTimeout(() => this.write(), PAUSE);
  }

  write() {
    clearTimeout(this.timer);
    this.timer = 0;
    try {
      for (const [room, change] of this.changes) localStorage.setItem(`${this.start}${room}|${this.own}`, toBase64(change));
      this.failed = false;
    } catch {
      this.failed = true;
    }
  }

  // The server has everything.
  clear() {
    clearTimeout(this.timer);
    this.timer = 0;
    try {
      for (const name of [...this.found, ...[...this.changes.keys()].map((room) => `${this.start}${room}|${this.own}`)]) localStorage.removeItem(name);
    } catch { /* nothing was kept */ }
    this.found.clear();
    this.changes.clear();
    this.any = false;
  }
}
