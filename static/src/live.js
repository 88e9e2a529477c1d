// Writing together: loaded by the pages of a draft only.

import { watchOverview } from "./live/presence.js";
import { Section } from "./live/section.js";

watchOverview();
const form = document.querySelector("[data-live-plan]");
if (form) new Section(form, JSON.parse(form.dataset.livePlan));
