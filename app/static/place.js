// A button deep in a page is answered with the page again: what it says then stands where the finger was.
// Without this module the browser goes to the same place by its anchor, at the head of the screen.

const KEY = "bulletins.place";
const SEEN = 160; // pixels of the answer, at least
const FRESH = 60 * 1000; // milliseconds; an answer that never came leaves nothing to go back to

document.addEventListener("submit", (event) => {
  const place = event.target.dataset.stays;
  if (!place) return;
  const { top } = (event.submitter ?? event.target).getBoundingClientRect();
  try {
    sessionStorage.setItem(KEY, JSON.stringify({ place, top, at: Date.now() }));
  } catch { /* the anchor does it */ }
});

function stay() {
  const stored = sessionStorage.getItem(KEY);
  if (!stored) return;
  sessionStorage.removeItem(KEY);
  const { place, top, at } = JSON.parse(stored);
  const answer = document.getElementById(place);
  if (!answer || Date.now() - at > FRESH) return;
  const box = answer.getBoundingClientRect();
  const room = innerHeight - Math.min(box.height, SEEN); // a button at the foot of the screen leaves none under it
  window.scrollBy({ top: box.top - Math.min(top, room), behavior: "instant" });
  answer.focus({ preventScroll: true });
}

window.addEventListener("load", () => requestAnimationFrame(stay)); // after the browser has gone to the anchor
