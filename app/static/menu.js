// A row of tabs may be longer than the screen: brings the one of the page one is on into sight.

for (const tab of document.querySelectorAll(".fr-nav__list [aria-current], .bl-tabs__list [aria-current]")) {
  tab.scrollIntoView({ inline: "center", block: "nearest", behavior: "instant" });
}
