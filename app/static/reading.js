// A digest that is really read marks itself, for readers who have switched that on (no other page loads this module).
//
// The clock runs while the page is visible and has the focus, from the reader's first own input on, and stops after three
// minutes without any. When it reaches what the text asks for, the page tells the server once; the server believes no
// more than the time that has passed since it served the page. Nothing is shown: a page that was not marked has its button.

const INPUTS = ["pointerdown", "keydown", "wheel", "touchstart"]; // no pointermove: browsers make these up by themselves
const IDLE_AFTER = 3 * 60 * 1000;
const TICK = 500;
const LONGEST_STEP = 2000; // a computer that slept between two ticks has not read

export function attention(needed, tell) {
  let inputAt = null;
  let tickAt = null;
  let spent = 0;

  const input = (event, now) => { if (event.isTrusted) inputAt = now; };

  const tick = (now, looking) => {
    const inUse = looking && inputAt !== null && now - inputAt < IDLE_AFTER;
    if (inUse && tickAt !== null) spent += Math.min(now - tickAt, LONGEST_STEP);
    tickAt = inUse ? now : null;
    if (spent < needed) return false;
    tell(spent);
    return true;
  };

  return { input, tick };
}

function send(form, spent) {
  form.elements.namedItem("seconds").value = (spent / 1000).toFixed(1);
  fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), keepalive: true }).catch(() => {});
}

function follow(form) {
  const clock = attention(Number(form.dataset.neededSeconds) * 1000, (spent) => send(form, spent));
  const looking = () => document.visibilityState === "visible" && document.hasFocus();
  for (const name of INPUTS) {
    document.addEventListener(name, (event) => clock.input(event, performance.now()), { passive: true });
  }
  const timer = setInterval(() => { if (clock.tick(performance.now(), looking())) clearInterval(timer); }, TICK);
}

document.querySelectorAll("form[data-needed-seconds]").forEach(follow);
