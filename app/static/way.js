// The list that leads into a long page is a menu on a phone: it closes once one has chosen, also what is there already.

const list = document.getElementById("way");
list?.addEventListener("click", (event) => {
  if (event.target.closest("a") && list.matches(":popover-open")) list.hidePopover();
});
