// A questionnaire: what was answered stays in the browser until it is sent, questions appear when their condition
// holds, and a choice can be taken back. None of it is needed to answer.
//
// Kept under the prefix of drafts.js, which forgets it when the answers are sent, after a week, and on signing out.

const form = document.querySelector("form[data-kept]");
const KEY = `bulletins.draft:${form.dataset.keptOf}:${form.dataset.kept}`;
const NOT_KEPT = new Set(["csrf_token", "answerer", "shown", "go"]);

function storage() {
  try {
    return window.localStorage;
  } catch {
    return null; // a browser that allows none: the answers are in the page all the same
  }
}

const store = storage();

// --- Conditions ---

function holds(fieldset) {
  const data = new FormData(form);
  const met = Object.entries(JSON.parse(fieldset.dataset.showIf)).map(([key, classes]) =>
    data.getAll(`a.${key}`).some((value) => classes.includes(value)));
  return fieldset.hasAttribute("data-show-if-any") ? met.some(Boolean) : met.every(Boolean);
}

function showWhatIsAsked() {
  for (const fieldset of form.querySelectorAll("fieldset[data-show-if]")) { // in their order: one may hang on another
    fieldset.disabled = fieldset.hidden = !holds(fieldset);
  }
}

// What « autre » is, is asked of who chose it, or has written it.
function showWhatIsWrittenOut() {
  for (const place of form.querySelectorAll("[data-words-of]")) {
    const chosen = document.getElementById(place.dataset.wordsOf).checked;
    place.hidden = !chosen && !place.querySelector("textarea").value;
  }
}

// --- Taking a choice back ---

function addClearing(group) {
  const radios = [...group.querySelectorAll("input[type=radio]")];
  const button = Object.assign(document.createElement("button"), { type: "button", textContent: form.dataset.clear });
  button.ariaLabel = form.dataset.clearLabel;
  button.className = "fr-btn fr-btn--tertiary-no-outline fr-btn--sm bl-clear";
  const follow = () => button.classList.toggle("bl-clear--idle", !radios.some((radio) => radio.checked)); // keeps its place
  button.addEventListener("click", () => {
    for (const radio of radios) radio.checked = false;
    radios[0].focus();
    form.dispatchEvent(new Event("change"));
  });
  form.addEventListener("change", follow);
  (group.querySelector(".bl-scale__ends span") ?? group.lastElementChild).after(button);
  follow();
}

// --- What stays in the browser ---

function answers() {
  const fields = {};
  for (const [name, value] of new FormData(form)) if (!NOT_KEPT.has(name)) (fields[name] ??= []).push(value);
  return fields;
}

function keep() {
  const fields = answers();
  if (!Object.keys(fields).some((name) => name.startsWith("a.") && fields[name].some(Boolean))) return;
  try {
    store?.setItem(KEY, JSON.stringify({ at: Date.now(), fields }));
  } catch { /* full: the answers are in the page all the same */ }
}

function resume(kept) {
  form.querySelectorAll("[data-carried], [name=at], [name=lang]").forEach((field) => field.remove());
  for (const [name, values] of Object.entries(kept.fields)) {
    for (const value of values) form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  }
  form.submit();
}

function offer(place) {
  const kept = JSON.parse(store?.getItem(KEY) ?? "null");
  if (!kept || form.querySelector("[data-carried]")) return;
  place.hidden = false;
  place.querySelector("[data-kept-resume]").addEventListener("click", () => resume(kept));
  place.querySelector("[data-kept-discard]").addEventListener("click", () => {
    store.removeItem(KEY);
    place.hidden = true;
  });
}

const place = form.querySelector("[data-kept-offer]");
if (place) offer(place);
else keep();
if (store) document.querySelectorAll("[data-kept-note]").forEach((note) => { note.hidden = !note.hidden; });
form.querySelectorAll("fieldset").forEach((fieldset) => {
  const rows = fieldset.querySelectorAll("[role=radiogroup]");
  (rows.length ? rows : [fieldset]).forEach((group) => { if (group.querySelector("input[type=radio]")) addClearing(group); });
});
form.addEventListener("input", keep);
form.addEventListener("change", () => { showWhatIsAsked(); showWhatIsWrittenOut(); keep(); });
showWhatIsAsked();
showWhatIsWrittenOut();
