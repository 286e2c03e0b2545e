// Who has met the same before, under a request for help that is being typed: asked for once typing pauses, never kept.
// Without this module a link leads to the search.

const PAUSE = 900; // milliseconds
const SHORTEST = 12; // characters
const LONGEST = 600;

function follow(place) {
  const text = document.getElementById(place.dataset.similarOf);
  let timer;
  let request;
  let asked = "";

  async function ask() {
    const typed = text.value.trim().slice(0, LONGEST);
    if (typed === asked) return;
    asked = typed;
    request?.abort();
    if (typed.length < SHORTEST) {
      place.replaceChildren();
      return;
    }
    request = new AbortController();
    try {
      const query = new URLSearchParams({ text: typed });
      const answer = await fetch(`${place.dataset.similarUrl}?${query}`, { signal: request.signal, redirect: "error" });
      if (answer.ok) place.innerHTML = await answer.text(); // made by the server, which escapes what teams wrote
    } catch {
      // what stands there stays: nobody asked for this, so nobody is told that it failed
    }
  }

  text.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
}

document.querySelectorAll("[data-similar-of]").forEach(follow);
