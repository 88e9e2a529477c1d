// The comfort of the pages. Every page works without it; each module looks for its own marks and does nothing else.

import { dragAgenda } from "./agenda.js";
import { growTextareas } from "./grow.js";
import { watchLanes, watchConfirmations } from "./confirm.js";
import { countCharacters } from "./counter.js";
import { focusErrors } from "./errors.js";
import { guardForms } from "./guard.js";
import { keepText } from "./keeper.js";
import { listenToKeys } from "./keyboard.js";
import { placeComments } from "./margin.js";
import { closeMenus, foldNavigator } from "./menus.js";
import { switchTheme } from "./theme.js";
import { watchWaiting } from "./waiting.js";
import { dragStages, previewDrafts } from "./workflows.js";

document.documentElement.dataset.script = "on";
for (const start of [
  switchTheme, closeMenus, foldNavigator, growTextareas, countCharacters, keepText, watchLanes, watchConfirmations, guardForms, placeComments,
  listenToKeys, focusErrors, watchWaiting, dragAgenda, previewDrafts, dragStages,
]) {
  start();
}
