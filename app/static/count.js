// The live count under a text: code points as typed, a line break is one. Said aloud only when typing pauses.

const PAUSE = 1000; // milliseconds without typing before a screen reader is told

export const codePoints = (text) => [...text.replace(/\r\n/g, "\n")].length;

function words(line, count) {
  const limit = Number(line.dataset.limit);
  const phrase = count > limit ? line.dataset.over : line.dataset.within;
  return phrase.replace("{count}", count).replace("{limit}", limit).replace("{over}", count - limit);
}

function follow(line) {
  const text = document.getElementById(line.dataset.countOf);
  const spoken = document.querySelector(`[data-count-spoken-of="${line.dataset.countOf}"]`);
  let pause;

  const show = () => {
    const count = codePoints(text.value);
    line.textContent = words(line, count);
    line.classList.toggle("bl-count--over", count > Number(line.dataset.limit));
  };

  text.addEventListener("input", () => {
    show();
    clearTimeout(pause);
    pause = setTimeout(() => { spoken.textContent = line.textContent; }, PAUSE);
  });
  show();
}

document.querySelectorAll("[data-count-of]").forEach(follow);
