// On a phone the menu is a strip that scrolls: brings the entry of the page one is on into sight.

document.querySelector(".fr-nav [aria-current]")?.scrollIntoView({ inline: "center", block: "nearest" });
