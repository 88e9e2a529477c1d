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

export function foldNavigator() {
  for (const list of document.querySelectorAll("details[data-navigator]")) {
    const narrow = window.matchMedia(list.closest(".has-aside") ? "(width < 80rem)" : "(width < 60rem)");
    const fold = () => { list.open = !narrow.matches; };
    narrow.addEventListener("change", fold);
    fold();
  }
}
