// The account menu closes by Escape and by a click elsewhere; on phones the list of sections starts folded.

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

export function foldNavigator() {
  const narrow = window.matchMedia("(width < 60rem)");
  const fold = () => {
    for (const list of document.querySelectorAll("details[data-navigator]")) list.open = !narrow.matches;
  };
  narrow.addEventListener("change", fold);
  fold();
}
