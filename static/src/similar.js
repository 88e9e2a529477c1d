// What is similar to the title and outcomes that are being typed. Without this the page has a button or a link that does the same.

const PAUSE = 800;
const SHORTEST = 4;
const LONGEST = 300;
const MOST_OUTCOMES = 10;

// Where people write together the id of a text is that of its editor; the control says in `data-live` whose it is.
function nameOf(control) { return control.dataset.live ?? control.id; }

function outcomesOf(prefix) {
  const found = document.querySelectorAll(["id", "data-live"].map((name) => `:is(textarea, input)[${name}^="${prefix}-"][${name}$="-text"]`).join());
  return [...found].map((control) => control.value.trim()).filter(Boolean).slice(0, MOST_OUTCOMES);
}

function address(box) {
  const control = document.querySelector(`[data-live="${box.dataset.title}"]`) ?? document.getElementById(box.dataset.title);
  const title = (control ? control.value : box.dataset.known || "").trim().slice(0, LONGEST);
  if (title.length < SHORTEST) return "";
  const asked = new URLSearchParams({ title });
  if (box.dataset.but) asked.set("but", box.dataset.but);
  if (box.dataset.outcomes) {
    for (const text of outcomesOf(box.dataset.outcomes)) asked.append("outcome", text.slice(0, LONGEST));
  }
  return `/similar?${asked}`;
}

export function lookForSimilar() {
  for (const box of document.querySelectorAll("[data-similar]")) {
    const place = box.querySelector("[data-similar-found]");
    let timer = 0;
    let last = "";
    let running = null;
    const look = async () => {
      const wanted = address(box);
      if (wanted === last) return;
      last = wanted;
      running?.abort();
      if (!wanted) { place.replaceChildren(); return; }
      running = new AbortController();
      try {
        const answer = await fetch(wanted, { signal: running.signal, headers: { Accept: "text/html" } });
        if (answer.ok) place.innerHTML = await answer.text();
      } catch { /* the next pause looks again */ }
    };
    const relevant = (name) => name === box.dataset.title || (box.dataset.outcomes && name.startsWith(`${box.dataset.outcomes}-`));
    // The event of a text that is written together does not bubble.
    document.addEventListener("input", (event) => {
      if (!relevant(nameOf(event.target))) return;
      clearTimeout(timer);
      timer = setTimeout(look, PAUSE);
    }, { capture: true });
  }
}
