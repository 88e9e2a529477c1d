// Who else is in this section: shown at its head, in words and colours. Nobody is locked out by it.

export function showPeople(box, people, own) {
  const others = new Map();
  for (const person of people) if (person.id !== own) others.set(person.name, person);
  box.replaceChildren();
  box.hidden = others.size === 0;
  if (others.size === 0) return;
  const words = document.createElement("span");
  words.className = "live-here-words";
  words.textContent = others.size === 1 ? "Also here:" : `${others.size} others are here:`;
  const list = document.createElement("ul");
  for (const person of others.values()) {
    const item = document.createElement("li");
    const mark = document.createElement("span");
    mark.className = `live-mark live-colour-${person.colour}`;
    mark.setAttribute("aria-hidden", "true");
    mark.textContent = person.initials;
    item.append(mark, person.writes ? person.name : `${person.name} (reading)`);
    list.append(item);
  }
  box.append(words, list);
}

// On the overview of a draft: the names of those who are in each section now.
export function watchOverview() {
  const list = document.querySelector("[data-presence]");
  if (!list) return;
  const look = async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(list.dataset.presence, { cache: "no-store", redirect: "error" });
      const { sections } = await answer.json();
      for (const note of list.querySelectorAll("[data-here]")) {
        const names = sections[note.dataset.here] ?? [];
        note.hidden = names.length === 0;
        note.textContent = names.length === 0 ? "" : `Writing or reading here now: ${names.join(", ")}`;
      }
    } catch { /* the next look may reach the server again */ }
  };
  look();
  setInterval(look, 10_000);
}
