// "Preview" under a text: asks our own server for the safe HTML of what is typed and shows it in place.
// Without this module the button submits the form, and the page comes back with the preview.

async function fetchPreview(button, text) {
  const token = button.form.elements.namedItem("csrf_token");
  const body = new URLSearchParams({ text: text.value, csrf_token: token ? token.value : "" });
  const answer = await fetch(button.dataset.previewUrl, { method: "POST", body, redirect: "error" });
  if (!answer.ok) throw new Error(`status ${answer.status}`);
  return answer.text();
}

async function show(button) {
  const text = document.getElementById(button.dataset.previewOf);
  const region = document.getElementById(`${text.id}-preview`);
  region.hidden = false;
  region.setAttribute("aria-busy", "true");
  try {
    region.innerHTML = await fetchPreview(button, text); // sanitised by the server, as in every page
  } catch {
    region.textContent = button.dataset.previewFailed;
  }
  region.removeAttribute("aria-busy");
}

document.querySelectorAll("[data-preview-of]").forEach((button) => {
  button.type = "button"; // so that Enter in a field never previews instead of saving
  button.addEventListener("click", () => show(button));
});
