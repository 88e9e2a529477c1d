// While something is being made, its card looks again by itself; without script a link does.

const EVERY = 2000;

export function watchWaiting() {
  const waiting = document.querySelector("[data-look-again]");
  if (!waiting) return;
  const id = waiting.dataset.lookAgain;
  const look = async () => {
    const answer = await fetch(location.href, { credentials: "same-origin" }).catch(() => null);
    const page = answer?.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
    const fresh = page?.getElementById(id);
    if (fresh && !page.querySelector("[data-look-again]")) {
      document.getElementById(id).replaceWith(document.adoptNode(fresh));
      return;
    }
    setTimeout(look, EVERY);
  };
  setTimeout(look, EVERY);
}
