// The comfort of the pages. Every page works without it; each module looks for its own marks and does nothing else.

import { dragAgenda } from "./agenda.js";
import { growTextareas } from "./grow.js";
import { searchCodes } from "./codes.js";
import { watchLanes, watchConfirmations } from "./confirm.js";
import { countCharacters } from "./counter.js";
import { focusErrors } from "./errors.js";
import { watchUploads } from "./files.js";
import { guardForms } from "./guard.js";
import { keepText } from "./keeper.js";
import { showKinds } from "./kinds.js";
import { listenToKeys } from "./keyboard.js";
import { placeComments } from "./margin.js";
import { offerPeople } from "./mentions.js";
import { closeMenus, foldNavigator, showPlace } from "./menus.js";
import { commentOnWords } from "./passages.js";
import { keepFormatting } from "./pasted.js";
import { commentWhileWriting } from "./quoting.js";
import { whenMade } from "./shown.js";
import { lookForSimilar } from "./similar.js";
import { switchTheme } from "./theme.js";
import { watchWaiting } from "./waiting.js";
import { dragStages, previewDrafts } from "./workflows.js";

document.documentElement.dataset.script = "on";
for (const start of [
  switchTheme, closeMenus, showPlace, foldNavigator, growTextareas, countCharacters, searchCodes, keepText, watchLanes, watchConfirmations,
  guardForms, placeComments, commentOnWords, commentWhileWriting, offerPeople, listenToKeys, focusErrors, watchWaiting, dragAgenda,
  previewDrafts, dragStages, showKinds, lookForSimilar, watchUploads, keepFormatting,
]) {
  start();
}
whenMade((part) => {
  countCharacters(part);
  searchCodes(part);
});
