// A button that copies the address of a readonly field, beside it. Without this module one selects and copies it by hand.

document.querySelectorAll("[data-copy]").forEach((field) => {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "fr-btn fr-btn--sm bl-copy";
  button.textContent = field.dataset.copy;
  const said = document.createElement("span");
  said.className = "bl-copy__said";
  said.setAttribute("role", "status");
  button.addEventListener("click", async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      said.textContent = field.dataset.copied;
    } catch { /* not allowed here: the address is selected, and copied by the keyboard */ }
  });
  field.addEventListener("focus", () => field.select());
  field.after(button, said);
});
