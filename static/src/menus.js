// The account menu closes by Escape and by a click elsewhere; the list of sections starts folded where it has no column of its own;
// the main navigation and the tabs show the present place.

export function closeMenus() {
  const menus = [...document.querySelectorAll("details[data-menu]")];
  document.addEventListener("click", (event) => {
    for (const menu of menus) {
      if (menu.open && !menu.contains(event.target)) menu.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of menus) {
      if (menu.open) {
        menu.open = false;
        menu.querySelector("summary").focus();
      }
    }
  });
}

// On a narrow screen the main navigation, and the tabs of a proposal, are rows that scroll: each begins where the present place is seen, and
// shows what has the focus.
export function showPlace() {
  for (const row of document.querySelectorAll(".topnav, .tabs ul")) {
    const place = row.querySelector("[aria-current]");
    if (place) row.scrollLeft += place.getBoundingClientRect().left - row.getBoundingClientRect().left - (row.clientWidth - place.offsetWidth) / 2;
    row.addEventListener("focusin", (event) => event.target.scrollIntoView({ block: "nearest", inline: "nearest" }));
  }
}

// Long lists and what is known anyway are folded where there is little room; without a script they are open.
function fold(list, width) {
  const narrow = window.matchMedia(`(width < ${width})`);
  const settle = () => { list.open = !narrow.matches; };
  narrow.addEventListener("change", settle);
  settle();
}

export function foldNavigator() {
  for (const list of document.querySelectorAll("details[data-navigator]")) fold(list, list.closest(".has-aside") ? "80rem" : "60rem");
  for (const about of document.querySelectorAll("details[data-head]")) fold(about, "40rem");
}
