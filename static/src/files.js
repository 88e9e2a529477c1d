// How far an upload has come, and a word before a file that is too large is sent. Without script the form posts as it is.

const MB = 1024 * 1024;

export function watchUploads() {
  for (const form of document.querySelectorAll("form[data-upload]")) {
    const chooser = form.querySelector("input[type='file']");
    const state = form.querySelector("[data-upload-state]");
    chooser.addEventListener("change", () => {
      const most = Number(chooser.dataset.most) || Infinity;
      const large = [...chooser.files].filter((file) => file.size > most);
      chooser.setCustomValidity(large.length ? `${large[0].name} is larger than ${Math.floor(most / MB)} MB.` : "");
      if (large.length) chooser.reportValidity();
      state.textContent = chooser.files.length > 1 ? `${chooser.files.length} files chosen` : "";
    });
    form.addEventListener("submit", (event) => {
      if (event.defaultPrevented || !chooser.files.length) return;
      event.preventDefault();
      send(form, state);
    });
  }
}

function send(form, state) {
  const bar = document.createElement("progress");
  bar.max = 100;
  bar.setAttribute("aria-label", "Upload");
  state.replaceChildren("Sending ", bar);
  const request = new XMLHttpRequest();
  request.open("POST", form.action);
  request.responseType = "document";
  request.setRequestHeader("X-Requested-With", "upload");
  request.upload.addEventListener("progress", ({ loaded, total, lengthComputable }) => {
    if (lengthComputable) bar.value = (100 * loaded) / total;
    if (loaded === total) state.textContent = "Sent. The server looks into it.";
  });
  request.addEventListener("load", () => {
    const next = request.getResponseHeader("Location");
    if (request.status === 201 && next) return location.assign(next);
    show(request.response);
  });
  request.addEventListener("error", () => {
    state.textContent = "The connection was lost, so nothing was attached. Send it again.";
    form.querySelector("[aria-disabled]")?.removeAttribute("aria-disabled");
  });
  request.send(new FormData(form));
}

function show(answer) {
  if (!answer?.body) return location.reload();
  document.title = answer.title;
  document.querySelector("main").replaceWith(document.adoptNode(answer.querySelector("main")));
  watchUploads();
  document.querySelector("[data-error-summary]")?.focus();
}
