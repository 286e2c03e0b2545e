// What somebody types into a form of theirs is kept in the browser until it is sent, and comes back when its page is
// opened again by the same person: after a crash, a closed tab, a session that ended, a change of language.
//
// A confidential text (data-draft-private) is kept for its tab only, so that none is left on a shared computer; every
// other one for as many days as the page says, as on the server. Signing out forgets all of them.

const PREFIX = "bulletins.draft:";
const LIFETIME = Number(document.body.dataset.draftDays) * 24 * 60 * 60 * 1000;
const NOT_TYPED = new Set(["csrf_token", "draft", "preview", "locale"]);

function stores() {
  try {
    return [window.localStorage, window.sessionStorage];
  } catch {
    return []; // a browser that allows none: the server still keeps what comes without a session
  }
}

const key = (element) => `${PREFIX}${element.dataset.draftOf}:${element.dataset.draft ?? element.dataset.draftSent}`;

function forget(matches) {
  for (const store of stores()) {
    for (const name of Object.keys(store)) if (name.startsWith(PREFIX) && matches(name, store)) store.removeItem(name);
  }
}

function isOld(name, store) {
  try {
    return Date.now() - JSON.parse(store.getItem(name)).at > LIFETIME;
  } catch {
    return true;
  }
}

const values = (form) =>
  Object.fromEntries([...new FormData(form)].filter(([name, value]) => !NOT_TYPED.has(name) && typeof value === "string"));

const same = (one, other) => [...new Set([...Object.keys(one), ...Object.keys(other)])].every(
  (name) => name === "revision" || (one[name] ?? "").replace(/\r\n/g, "\n") === (other[name] ?? "").replace(/\r\n/g, "\n"));

function fill(form, fields) {
  for (const control of form.elements) {
    if (!control.name || NOT_TYPED.has(control.name) || control.type === "submit" || control.type === "button") continue;
    if (control.type === "radio" || control.type === "checkbox") control.checked = fields[control.name] === control.value;
    else if (control.name in fields) control.value = fields[control.name];
    if (control.value && control.type !== "radio" && control.type !== "hidden") control.closest("details")?.setAttribute("open", "");
  }
}

function follow(form) {
  const store = form.hasAttribute("data-draft-private") ? stores()[1] : stores()[0];
  if (!store) return;
  const shown = values(form);
  const save = () => {
    try {
      store.setItem(key(form), JSON.stringify({ at: Date.now(), fields: values(form) }));
    } catch { /* full: the text is in the form all the same */ }
  };

  if (form.hasAttribute("data-draft-shown")) save(); // what came back is the latest
  else {
    const draft = JSON.parse(store.getItem(key(form)) ?? "null");
    if (draft && same(draft.fields, shown)) store.removeItem(key(form));
    else if (draft) {
      form.dispatchEvent(new CustomEvent("bulletins:restore", { detail: draft.fields })); // a form may need lines more
      fill(form, draft.fields);
      form.prepend(form.querySelector("template").content.cloneNode(true));
    }
  }
  form.addEventListener("input", save);
  form.addEventListener("change", save);
}

if (document.querySelector("[data-drafts-left]")) forget(() => true);
document.querySelectorAll("[data-draft-sent]").forEach((sent) => forget((name) => name === key(sent)));
forget(isOld);
document.querySelectorAll("form[data-draft]").forEach(follow);
