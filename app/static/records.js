// A record's lists without a page for each line: the buttons that add and take away a line act at once.
// Without this module they submit the form, which comes back with a line more or less.
// Also: how many of the team's EIGs are counted, while the numbers are typed.

function addLine(list, number) {
  const template = list.querySelector(":scope > template");
  const html = template.innerHTML.replaceAll("NUMBER", number);
  template.insertAdjacentHTML("beforebegin", html); // our own markup, with a number in it
  return list.querySelector(`:scope > [data-line="${number}"]`);
}

const numbers = (list) => [...list.querySelectorAll(":scope > [data-line]")].map((line) => Number(line.dataset.line));

function followList(list) {
  list.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button?.name === "add") {
      event.preventDefault();
      addLine(list, Math.max(-1, ...numbers(list)) + 1).querySelector("input, select").focus();
      list.dispatchEvent(new Event("change", { bubbles: true }));
    } else if (button?.name === "remove") {
      event.preventDefault();
      button.closest("[data-line]").remove();
      list.focus();
      list.dispatchEvent(new Event("change", { bubbles: true }));
    }
  });
}

// drafts.js is about to fill the form in with what was typed before: make the lines that it needs.
function makeLines(event) {
  for (const name of Object.keys(event.detail)) {
    const found = /^(\w+)-(\d{1,4})-/.exec(name);
    const list = found && document.querySelector(`[data-lines="${found[1]}"]`);
    if (list && !numbers(list).includes(Number(found[2]))) addLine(list, Number(found[2]));
  }
}

function countPeople(fieldset) {
  const words = fieldset.querySelector("[data-counted-here]");
  const show = () => {
    const counts = [...fieldset.querySelectorAll("input")].map((input) => Number(input.value) || 0);
    const count = counts.reduce((sum, one) => sum + one, 0);
    words.textContent = count ? fieldset.dataset.counted.replace("{count}", count).replace("{heads}", fieldset.dataset.heads) : "";
    words.classList.toggle("bl-count--over", count > Number(fieldset.dataset.heads));
  };
  fieldset.addEventListener("input", show);
  show();
}

document.querySelectorAll("[data-lines]").forEach(followList);
document.querySelectorAll("form").forEach((form) => form.addEventListener("bulletins:restore", makeLines));
document.querySelectorAll("[data-heads]").forEach(countPeople);
