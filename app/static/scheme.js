// The design system of the State knows its colours by an attribute: light or dark, as the device has it. Before anything is drawn.

{
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const apply = () => { document.documentElement.dataset.frTheme = dark.matches ? "dark" : "light"; };
  dark.addEventListener("change", apply);
  apply();
}
