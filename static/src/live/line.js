// The connection of a section: rooms that are kept the same here and there. See docs/live-drafting.md for what is said on it.
//
// What was typed and is not in the server's log yet is kept on this device, so that neither a lost connection nor a closed page loses it.

import * as decoding from "lib0/decoding";
import * as encoding from "lib0/encoding";
import * as Y from "yjs";

import { Kept } from "./kept.js";

const STATE = 0;
const ANSWER = 1;
const CHANGE = 2;
// The first letter goes at once; what follows within so many milliseconds goes together. What comes is shown likewise: five who write
// would otherwise have every page laid out forty times a second.
const GATHER = 30;
const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 8000;
const NOTHING = 2;

export class Line {
  constructor(address, events) {
    this.address = address;
    this.events = events;
    this.docs = new Map();
    this.rights = {};
    // Whose changes come in each room; unknown where they come from elsewhere.
    this.by = new Map();
    this.kept = new Kept(address);
    this.socket = null;
    this.pause = FIRST_PAUSE;
    this.sent = 0;
    this.taken = 0;
    this.waiting = new Map();
    this.missing = new Set();
    this.ended = false;
    this.signedOut = false;
    this.unheard = 0;
    this.ready = false;
    this.timer = 0;
    this.gathering = 0;
    this.gone = 0;
    this.coming = new Map();
    this.cursors = new Map();
    this.arriving = 0;
    this.come = 0;
    window.addEventListener("online", () => { if (!this.socket) this.connect(); });
    window.addEventListener("offline", () => this.socket?.close());
    window.addEventListener("pagehide", () => this.send());
  }

  get up() { return this.socket?.readyState === WebSocket.OPEN && this.missing.size === 0 && this.ready; }

  // Whether something that was typed here is not in the server's log yet.
  get dirty() { return this.waiting.size > 0 || this.sent > this.taken || this.kept.any; }

  connect() {
    clearTimeout(this.timer);
    if (this.ended || this.socket || !navigator.onLine) return;
    const url = new URL(this.address, location.href);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    let socket;
    try {
      socket = new WebSocket(url);
    } catch {
      this.end(426);
      return;
    }
    socket.binaryType = "arraybuffer";
    this.socket = socket;
    socket.addEventListener("message", ({ data }) => {
      if (typeof data === "string") this.hear(JSON.parse(data));
      else this.take(new Uint8Array(data));
    });
    socket.addEventListener("close", ({ code, reason }) => { if (this.socket === socket) this.closed(code, reason); });
  }

  async closed(code, reason) {
    this.socket = null;
    this.sent = this.taken = 0;
    this.arrive();
    this.events.state();
    this.events.people([]);
    const status = code >= 4400 && code < 4500 ? code - 4000 : code === 1006 || code === 1013 ? await this.ask() : 426;
    // The address lets us in and no socket ever comes through: something on the way lets none pass.
    if (status === 426 && code === 1006 && !this.id) this.unheard += 1;
    if ([403, 404, 409, 429].includes(status) || this.unheard > 1) {
      this.end(status, reason);
      return;
    }
    this.signedOut = status === 401;
    this.events.state();
    this.timer = setTimeout(() => this.connect(), this.pause * (0.75 + Math.random() / 2));
    this.pause = Math.min(this.pause * 2, LONGEST_PAUSE);
  }

  end(status, reason) {
    this.ended = true;
    this.events.ended(status, reason);
  }

  // Why there was no connection: a browser does not say, the address does.
  async ask() {
    try {
      const answer = await fetch(this.address, { redirect: "manual", cache: "no-store" });
      return answer.type === "opaqueredirect" ? 401 : answer.status;
    } catch {
      return 0;
    }
  }

  hear(message) {
    if (message.t === "hello") this.greet(message);
    else if (message.t === "kept") {
      this.taken = message.n;
      if (this.sent === this.taken && this.waiting.size === 0) this.kept.clear();
      this.events.state();
    } else if (message.t === "here") this.events.people(message.people, this.id);
    else if (message.t === "cursor") {
      this.cursors.set(message.id, message);
      this.arriveSoon();
    }
    else if (message.t === "by") this.by.set(message.room, message.name);
    else if (message.t === "standing") this.events.standing(message);
    else if (message.t === "lists") this.events.lists();
    else if (message.t === "refused") this.events.state();
  }

  greet({ id, rooms }) {
    if (id !== this.id) this.by.clear();
    this.id = id;
    this.rights = rooms;
    this.signedOut = false;
    this.pause = FIRST_PAUSE;
    for (const name of Object.keys(rooms)) {
      if (!this.docs.has(name)) this.open(name);
      this.missing.add(name);
      this.write(name, STATE, Y.encodeStateVector(this.docs.get(name)));
    }
    this.events.rights(rooms);
  }

  open(name) {
    const doc = new Y.Doc();
    this.docs.set(name, doc);
    const kept = this.kept.read(name);
    if (kept) Y.applyUpdate(doc, kept, this);
    doc.on("update", (change, origin) => {
      if (origin === this) return;
      this.waiting.set(name, [...(this.waiting.get(name) ?? []), change]);
      this.kept.add(name, change);
      if (!this.gathering) this.gathering = setTimeout(() => this.send(), Math.max(0, this.gone + GATHER - performance.now()));
      this.events.state();
    });
  }

  // Pass on what was typed. Without a connection nothing has to be done: the next one asks for what is missing there.
  send() {
    clearTimeout(this.gathering);
    this.gathering = 0;
    this.gone = performance.now();
    for (const [name, changes] of this.waiting) {
      if (this.socket?.readyState === WebSocket.OPEN && !this.missing.has(name)) this.write(name, CHANGE, Y.mergeUpdates(changes));
    }
    this.waiting.clear();
    this.events.state();
  }

  write(name, kind, body) {
    const encoder = encoding.createEncoder();
    encoding.writeVarString(encoder, name);
    encoding.writeVarUint(encoder, 0);
    encoding.writeVarUint(encoder, kind);
    encoding.writeVarUint8Array(encoder, body);
    this.socket.send(encoding.toUint8Array(encoder));
    if (kind !== STATE) this.sent += 1;
  }

  take(bytes) {
    const decoder = decoding.createDecoder(bytes);
    const name = decoding.readVarString(decoder);
    decoding.readVarUint(decoder);
    const kind = decoding.readVarUint(decoder);
    const body = decoding.readVarUint8Array(decoder);
    const doc = this.docs.get(name);
    if (!doc) return;
    if (kind !== STATE) this.coming.set(name, [...(this.coming.get(name) ?? []), body]);
    if (kind === CHANGE) {
      this.arriveSoon();
      return;
    }
    this.arrive();
    if (kind === ANSWER) this.missing.delete(name);
    if (kind === STATE) {
      const lacking = Y.encodeStateAsUpdate(doc, body);
      if (this.rights[name] && lacking.length > NOTHING) this.write(name, ANSWER, lacking);
    }
    if (this.missing.size === 0 && !this.ready) {
      this.ready = true;
      this.events.ready();
    }
    if (kind === ANSWER) this.events.state();
  }

  arriveSoon() {
    if (!this.arriving) this.arriving = setTimeout(() => this.arrive(), Math.max(0, this.come + GATHER - performance.now()));
  }

  // Show what has come: the changes of each room as one, then where the cursors are.
  arrive() {
    clearTimeout(this.arriving);
    this.arriving = 0;
    this.come = performance.now();
    const [coming, cursors] = [this.coming, this.cursors];
    [this.coming, this.cursors] = [new Map(), new Map()];
    for (const [name, changes] of coming) {
      const doc = this.docs.get(name);
      doc.transact(() => changes.forEach((change) => Y.applyUpdate(doc, change, this)), this);
    }
    if (cursors.size > 0) this.events.cursors([...cursors.values()]);
  }

  point(room, at) {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify({ t: "cursor", room, at }));
  }

  // Wait until the server has everything; false when it takes too long.
  settled(patience = 5000) {
    this.send();
    const until = Date.now() + patience;
    return new Promise((resolve) => {
      const look = () => {
        if (this.up && !this.dirty) resolve(true);
        else if (Date.now() > until) resolve(false);
        else setTimeout(look, 40);
      };
      look();
    });
  }
}
