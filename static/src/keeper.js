// What people type is kept on their device until the server has saved it: through a reload, a lost connection, the end of the session or a
// conflict. One entry a person, path and form (`data-keep`); it remembers the version it was written against (`data-base`).
//
// An entry goes away when a page says that something was saved after the form was sent, when the same form comes back with a newer version
// after it was sent, when the person discards it, and when they sign out.

const PREFIX = "cowork.kept";
const PAUSE = 400;
// What a form holds, by its `data-keep-what`: what the person did, what it is called, and its pronoun.
const WHAT = { text: ["Text you typed", "text", "it"], ticks: ["What you ticked", "ticks", "them"] };
const SKIPPED = new Set(["csrf_token", "version", "digest", "base_version", "next"]);

function nameOf(form) {
  return [PREFIX, document.body.dataset.person ?? "", location.pathname, form.dataset.keep].join("|");
}

function read(name) {
  try {
    return JSON.parse(localStorage.getItem(name));
  } catch {
    return null;
  }
}

function write(name, entry) {
  try {
    localStorage.setItem(name, JSON.stringify(entry));
    return true;
  } catch {
    return false;
  }
}

function controls(form) {
  return [...form.elements].filter((c) => c.name && !SKIPPED.has(c.name) && !["hidden", "password", "file", "submit", "button"].includes(c.type) && c.tagName !== "FIELDSET");
}

function valuesOf(form) {
  return controls(form).filter((c) => !["radio", "checkbox"].includes(c.type) || c.checked).map((c) => [c.name, c.value]);
}

function putBack(form, values) {
  const rest = values.map((pair) => [...pair]);
  for (const control of controls(form)) {
    const choice = ["radio", "checkbox"].includes(control.type);
    const at = rest.findIndex(([name, value]) => name === control.name && (!choice || value === control.value));
    if (choice && control.checked !== at >= 0) {
      control.checked = at >= 0;
      const folded = control.closest("details");
      if (folded) folded.open = true;
    }
    if (!choice && at >= 0) control.value = rest[at][1];
    if (at >= 0) rest.splice(at, 1);
    control.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

function whatOf(form) { return WHAT[form.dataset.keepWhat] ?? WHAT.text; }

function sameText(a, b) {
  return JSON.stringify(a) === JSON.stringify(b);
}

function button(label, kind, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = `button button-small button-${kind}`;
  made.textContent = label;
  made.addEventListener("click", act);
  return made;
}

function offer(form, name, entry) {
  const box = document.createElement("div");
  box.className = "notice notice-warning kept";
  box.setAttribute("role", "region");
  const [typed, called] = whatOf(form);
  box.setAttribute("aria-label", `${called[0].toUpperCase()}${called.slice(1)} kept on this device`);
  const part = document.createElement("div");
  const words = document.createElement("p");
  const older = entry.base && form.dataset.base && entry.base !== form.dataset.base;
  words.textContent = `${typed} on ${new Date(entry.at).toLocaleString()} was not saved. It is kept on this device`
    + (older ? `; it belongs to version ${entry.base}, and this page shows version ${form.dataset.base}.` : ".");
  const tools = document.createElement("p");
  tools.className = "cluster";
  const close = () => {
    box.remove();
    const field = controls(form)[0];
    field?.focus();
  };
  tools.append(
    button("Put it back", "secondary", () => { putBack(form, entry.values); close(); }),
    button("Discard it", "quiet", () => { localStorage.removeItem(name); close(); }),
  );
  part.append(words, tools);
  box.append(part);
  form.prepend(box);
  const folded = form.closest("details");
  if (folded) folded.open = true;
}

function sayState(form, state, words) {
  const note = form.querySelector("[data-save-state]") ?? document.querySelector(`[data-save-state][data-for="${form.id}"]`);
  if (note && note.dataset.state !== state) {
    note.dataset.state = state;
    note.textContent = words;
  }
}

function watch(form, saved) {
  const name = nameOf(form);
  let before = valuesOf(form);
  const entry = read(name);
  let timer = 0;
  let sent = false;
  if (entry) {
    const answered = entry.sent && (saved || (entry.base && form.dataset.base && Number(form.dataset.base) > Number(entry.base)));
    if (answered) localStorage.removeItem(name);
    else if (!sameText(entry.values, before)) offer(form, name, entry);
  }
  const keep = (mark) => write(name, { at: Date.now(), base: form.dataset.base ?? "", sent: mark, values: valuesOf(form) });
  // What is written together is kept by live/kept.js.
  const together = () => form.dataset.live === "on";
  form.addEventListener("autosaved", () => { before = valuesOf(form); localStorage.removeItem(name); });
  const note = () => {
    if (together()) return;
    if (sameText(valuesOf(form), before)) return;
    const kept = keep(false);
    if (!kept) sayState(form, "offline", `This device cannot keep the ${whatOf(form)[1]}: save ${whatOf(form)[2]} soon`);
    else if (navigator.onLine) sayState(form, "kept", "Not saved yet; kept on this device");
    else sayState(form, "offline", "Offline; kept on this device");
  };
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(note, PAUSE);
  });
  window.addEventListener("offline", () => { if (!sameText(valuesOf(form), before)) note(); });
  window.addEventListener("online", () => { if (!sameText(valuesOf(form), before)) note(); });
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    clearTimeout(timer);
    sent = true;
    if (!sameText(valuesOf(form), before)) keep(true);
  });
  window.addEventListener("pagehide", () => {
    if (!sent && !together() && !sameText(valuesOf(form), before)) keep(false);
  });
  window.addEventListener("pageshow", (event) => { if (event.persisted) sent = false; });
  window.addEventListener("beforeunload", (event) => {
    if (!sent && !together() && !sameText(valuesOf(form), before)) event.preventDefault();
  });
}

function forgetAll() {
  for (const name of Object.keys(localStorage)) {
    if (name.startsWith(`${PREFIX}|`)) localStorage.removeItem(name);
  }
}

export function keepText() {
  const saved = document.querySelector("[data-flash='success']") !== null;
  for (const form of document.querySelectorAll("form[data-keep]")) watch(form, saved);
  for (const form of document.querySelectorAll("form[data-forget-kept]")) form.addEventListener("submit", forgetAll);
}
