// Whether the text is safe, always in words; the button that cuts a version; and saving by form where there is no connection.

const WORDS = {
  saved: (version) => `Saved as version ${version}`,
  live: "All changes are saved; the next version will hold them",
  saving: "Saving…",
  offline: "Offline; what you write is kept on this device and sent later",
  full: "Offline, and this device cannot keep the text: do not close this page",
  signedOut: "You are signed out. Your text is kept on this device; to go on, ",
  cutSignedOut: "You are signed out, so no version was made. Your text is kept; sign in again by the link beside Save.",
  reads: "You may only read here now. What you wrote before is saved",
  readsUnsaved: "You may only read here now. Your last words are not saved; they are kept on this device",
  conflict: (first, more) => `A version cannot keep this: ${first}${more ? ` And ${more} more, listed on top` : ""}`,
};
const AUTOSAVE = 20_000;
const PATIENCE = 400;

export class Saver {
  constructor(section) {
    this.section = section;
    this.form = section.form;
    this.note = this.form.querySelector("[data-save-state]");
    this.version = this.form.dataset.base;
    this.typed = false;
    this.problems = [];
    this.named = "[]";
  }

  // From now on what is typed is in the rooms.
  begin() {
    this.form.addEventListener("submit", (event) => this.submit(event), { capture: true });
    for (const doc of this.section.line.docs.values()) {
      doc.on("update", () => {
        this.typed = true;
        this.show();
      });
    }
    window.addEventListener("beforeunload", (event) => {
      if (this.section.line.dirty && (!this.section.line.up || this.section.line.kept.failed)) event.preventDefault();
    });
    // Where the rooms do not hold what the page was made of, the version does not either.
    this.typed = this.section.isChanged();
    this.show();
  }

  // What the server says of this section: somebody cut a version, or something that was written is in none yet.
  stand({ version, uncut }) {
    if (this.form.dataset.live !== "on" || this.busy) return;
    this.version = String(version);
    this.form.dataset.base = this.form.elements.base.value = this.version;
    if (uncut) this.typed = true;
    else if (!this.section.line.dirty) this.typed = false;
    this.show();
  }

  show() {
    const { line } = this.section;
    if (this.form.dataset.live !== "on" || line.ended) return;
    if (line.signedOut) this.sayLink();
    else if (line.up && !this.section.writes) this.say("offline", line.dirty ? WORDS.readsUnsaved : WORDS.reads);
    else if (!line.up) this.say("offline", line.kept.failed ? WORDS.full : WORDS.offline);
    else if (line.dirty) this.slow ||= setTimeout(() => this.saySlow(), PATIENCE);
    else if (this.problems.length) this.say("conflict", WORDS.conflict(this.problems[0].words, this.problems.length - 1));
    else this.say("saved", this.typed ? WORDS.live : WORDS.saved(this.version));
  }

  // A letter is kept within milliseconds; only what takes longer is worth words, which would flicker otherwise.
  saySlow() {
    this.slow = 0;
    if (this.form.dataset.live === "on" && this.section.line.up && this.section.line.dirty && this.section.writes) this.say("saving", WORDS.saving);
  }

  say(state, words) {
    if (!this.note || this.note.textContent === words) return;
    this.note.dataset.state = state;
    this.note.textContent = words;
  }

  sayLink() {
    const link = document.createElement("a");
    link.href = "/sign-in";
    link.target = "_blank";
    link.textContent = "sign in again in a new tab";
    if (!this.note || this.note.textContent === WORDS.signedOut + link.textContent) return;
    this.say("offline", WORDS.signedOut);
    this.note.append(link);
  }

  async submit(event) {
    if (this.section.line.ended) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (this.busy) return;
    this.busy = true;
    try {
      await this.cut(event.submitter?.value === "next" ? this.form.dataset.next : "");
    } finally {
      this.busy = false;
    }
  }

  async cut(next) {
    if (!await this.section.line.settled()) {
      this.show();
      this.section.say(this.section.line.signedOut ? WORDS.cutSignedOut
        : "There is no connection, so no version was made. Your text is kept; try again when it is back.");
      return;
    }
    // What comes from now on may be in no version.
    const typed = this.typed;
    this.typed = false;
    const body = new FormData();
    for (const name of ["csrf_token", "note"]) body.set(name, this.form.elements[name]?.value ?? "");
    const answer = await fetch(this.section.plan.cut, { method: "POST", body, redirect: "manual" }).catch(() => null);
    if (!answer?.ok) {
      this.typed ||= typed;
      if (answer && await this.section.line.ask() === 401) this.section.line.signedOut = true;
      this.show();
      if (this.section.line.signedOut) {
        this.section.say(WORDS.cutSignedOut);
        return;
      }
      this.section.say("No version could be made just now. What you wrote is saved all the same; load the page again to see why.");
      return;
    }
    const { version, words, problems } = await answer.json();
    this.version = String(version);
    this.form.dataset.base = this.version;
    this.form.elements.base.value = this.version;
    this.name(problems);
    this.section.say(words);
    if (next && problems.length === 0) location.assign(next);
    else {
      if (this.form.elements.note) this.form.elements.note.value = "";
      this.show();
    }
  }

  // The answers that no version can keep: their text stays here, the version has the last good one.
  name(problems, focus = true) {
    const before = this.form.querySelector("[data-live-problems]");
    if (!focus && JSON.stringify(problems) === this.named) return;
    before?.remove();
    this.named = JSON.stringify(problems);
    this.problems = problems;
    if (!problems.length) {
      if (!focus) this.show();
      return;
    }
    const box = document.createElement("div");
    box.className = "notice notice-warning";
    box.dataset.liveProblems = "";
    box.tabIndex = -1;
    const part = document.createElement("div");
    const title = document.createElement("p");
    title.textContent = "What you wrote is saved here, but a version cannot keep all of it; it has the answer before:";
    const list = document.createElement("ul");
    for (const { path, words } of problems) {
      const item = document.createElement("li");
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button button-quiet button-small";
      button.textContent = "Go there";
      button.addEventListener("click", () => this.section.focusOn(path));
      item.append(`${words} `);
      if (path.startsWith(`${this.section.plan.section}.`)) item.append(button);
      list.append(item);
    }
    part.append(title, list);
    box.append(part);
    this.form.prepend(box);
    if (focus) box.focus();
    else this.show();
  }

  end(status, reason) {
    if (this.form.dataset.live === "on") {
      this.say("offline", reason || "You cannot write here any more. Load the page again to see why.");
      return;
    }
    if (status === 429) this.autosave("You write on your own just now; this page saves every 20 seconds");
    else if (status === 426) this.autosave("Writing together does not come through your network; this page saves every 20 seconds");
  }

  // As many people write together as can: this page saves by its form, every now and then.
  autosave(words) {
    let saved = this.content();
    this.form.dataset.autosave = "on";
    this.say("kept", words);
    setInterval(async () => {
      const now = this.content();
      if (now === saved || this.busy) return;
      this.busy = true;
      try {
        const body = new FormData(this.form);
        body.set("then", "stay");
        const answer = await fetch(this.form.getAttribute("action"), { method: "POST", body });
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        const fresh = page.getElementById(this.form.id);
        if (answer.ok && fresh) {
          saved = now;
          this.form.dataset.base = this.form.elements.base.value = fresh.dataset.base;
          this.form.dispatchEvent(new CustomEvent("autosaved"));
          this.say("saved", WORDS.saved(fresh.dataset.base));
        } else {
          this.say("conflict", answer.status === 409 ? "Somebody else changed the same answer. Save to see both" : "Not saved yet: press Save to see why");
        }
      } catch {
        this.say("offline", "Offline; kept on this device");
      } finally {
        this.busy = false;
      }
    }, AUTOSAVE);
  }

  content() {
    return JSON.stringify([...new FormData(this.form)].filter(([name]) => !["csrf_token", "base"].includes(name)));
  }
}
