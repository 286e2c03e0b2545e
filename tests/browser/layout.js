// What is wrong with how a page is laid out, in words; `limits` are those of layout.py.
(limits) => {
  const faults = [];
  const root = document.documentElement;
  const rem = parseFloat(getComputedStyle(root).fontSize);
  const isOfState = document.querySelector(".fr-logo") !== null; // whose design system sizes its own links
  const box = (element) => element.getBoundingClientRect();
  const all = (selector) => [...document.querySelectorAll(selector)].filter(isSeen);
  const isSeen = (element) => element.checkVisibility() && box(element).width > 1 && box(element).height > 1;
  const isBlock = (element) => isSeen(element) && getComputedStyle(element).display !== "inline";
  const words = (element) => element.textContent.trim().slice(0, 40);
  const pixels = (element) => `${Math.round(box(element).width)} × ${Math.round(box(element).height)} px`;

  if (root.scrollWidth > root.clientWidth) faults.push(`${root.scrollWidth} px wide`);

  const header = document.querySelector("header");
  const isNarrow = root.clientWidth < 992;
  if (isNarrow && header.offsetHeight > (isOfState ? limits.headOfState : limits.head)) faults.push(`a head of ${header.offsetHeight} px`);

  const mark = header.querySelector(isOfState ? ".fr-logo" : ".bl-brand");
  const left = Math.min(...all("main :is(h1, nav)").map((element) => box(element).left)); // a list of rooms stands left of the title
  if (Math.abs(left - box(mark).left) > 1) faults.push(`a left edge at ${left} px, the mark at ${box(mark).left}`);

  const levels = all("h1, h2, h3, h4, h5, h6").map((heading) => Number(heading.tagName[1]));
  if (levels[0] !== 1 || levels.some((level, at) => level > levels[at - 1] + 1)) faults.push(`headings of levels ${levels}`);

  for (const text of all("main :is(p, li, dd)")) {
    const isLong = text.textContent.trim().length > 120 && !text.querySelector("p, li, table, form");
    if (isLong && box(text).width > limits.measure * rem + 1) faults.push(`${Math.round(box(text).width / rem)} rem wide: ${words(text)}`);
  }

  for (const target of all("main :is(a, button, summary, select), header :is(a, button), footer a")) {
    const isSmall = Math.min(box(target).width, box(target).height) < limits.target - 0.5;
    const around = [...target.parentElement.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
    const isInSentence = around.length > 0 && getComputedStyle(target).display === "inline";
    if (isSmall && !isInSentence && !isOfState) faults.push(`${pixels(target)} to press: ${words(target)}`);
  }

  for (const field of all("main :is(.fr-input, .fr-select, .fr-upload)")) {
    for (const label of [...(field.labels ?? [])].filter(isSeen)) {
      const gap = box(field).top - box(label).bottom;
      if (gap > -1 && gap < limits.gap) faults.push(`a field that touches its words: ${words(label)}`);
    }
  }

  for (const group of all("main :is(.fr-checkbox-group, form)")) {
    let before = group.previousElementSibling ?? group.parentElement.previousElementSibling;
    while (before && !isSeen(before)) before = before.previousElementSibling;
    while (before?.lastElementChild && isBlock(before.lastElementChild)) before = before.lastElementChild;
    let first = group;
    while ([...first.children].some(isBlock)) first = [...first.children].find(isBlock);
    const bottom = before && box(before).bottom - parseFloat(getComputedStyle(before).paddingBottom); // which is clear
    const isBeside = bottom > box(first).top + 1;
    const gap = !before ? Infinity : isBeside ? box(first).left - box(before).right : box(first).top - bottom;
    if (gap > -1 && gap < limits.gap) faults.push(`${words(before)}, touched by: ${words(group)}`);
  }

  const isRoom = document.querySelector(".bl-rooms") !== null; // of the coordination, whose forms are long: its lists count
  const isByDuty = document.querySelector(".bl-my-week") !== null; // what to do stands first there: its lists of texts count
  const items = all(isByDuty ? "main :is(article, ol > li)" : `main :is(article, section, li, tr${isRoom ? "" : ", h2, h3, dt, .fr-card"})`);
  const isLong = items.length > 5 && box(items.at(-1)).top + scrollY > limits.screens * innerHeight;
  const ways = ".bl-way, main nav a[href^='#']";
  if (isLong && !document.querySelector(ways)) faults.push("long without a way into it");
  return faults;
};
