/* Seller Portal: hides shown buyer data, menus, keyboard, selection, theme. No library. */
"use strict";

(() => {
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  /* A polite word for screen readers; emptied first, or the same words stay silent. */
  function announce(text) {
    const place = one("#announce");
    if (!place || !text) return;
    place.textContent = "";
    setTimeout(() => { place.textContent = text; }, 60);
  }

  /* ---- Shown buyer data: leaves the page when its time is over, network or not. ---- */

  const watched = new Map();
  let ticking = 0;

  /* Seconds left. The larger of two clocks counts: one may be set back, one may sleep. */
  function leftOf({ seconds, wall, steady }) {
    const passed = Math.max(Date.now() - wall, performance.now() - steady);
    return Math.ceil(seconds - passed / 1000);
  }

  function watch(root) {
    for (const group of all("[data-shown-for]", root)) {
      if (watched.has(group)) continue;
      const seconds = Number(group.dataset.shownFor) || 0;
      watched.set(group, { seconds, wall: Date.now(), steady: performance.now() });
      announce(group.dataset.shownText);
    }
    if (watched.size && !ticking) ticking = setInterval(tick, 500);
    tick();
  }

  function tick() {
    for (const [group, since] of watched) {
      const left = leftOf(since);
      const count = one("[data-count-text]", group);
      if (!group.isConnected) watched.delete(group);
      else if (left <= 0) hide(group);
      else if (count) count.textContent = count.dataset.countText.replace("{n}", left);
    }
    if (!watched.size) { clearInterval(ticking); ticking = 0; }
  }

  function hide(group) {
    watched.delete(group);
    const held = group.contains(document.activeElement);
    const words = group.dataset.hiddenText;
    const again = one("template[data-hidden-again]", group);
    const next = again && again.content.firstElementChild;
    group.replaceChildren();
    if (next) {
      group.replaceWith(next);
      if (window.htmx) window.htmx.process(next);
      if (held) one("summary, button, a", next)?.focus();
    } else {
      group.remove();
    }
    announce(words);
  }

  const hideAll = () => [...watched.keys()].forEach(hide);

  document.addEventListener("visibilitychange", () => { if (document.hidden) hideAll(); });
  window.addEventListener("pagehide", hideAll);
  window.addEventListener("pageshow", (event) => { if (event.persisted) hideAll(); });
  document.addEventListener("freeze", hideAll);

  document.addEventListener("htmx:load", (event) => {
    const swapped = event.detail.elt;
    if (swapped === document.body) return;
    watch(swapped.parentElement || document);
    if (document.activeElement === document.body) one("[data-hide]", swapped)?.focus();
  });
  for (const name of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
    document.addEventListener(name, () => {
      const note = one("#went-wrong");
      if (note) { note.hidden = false; note.scrollIntoView({ block: "nearest" }); }
    });
  }

  /* ---- Menus: details elements that close like menus. ---- */

  function shut(details) {
    const held = details.contains(document.activeElement);
    details.open = false;
    if (held) one("summary", details)?.focus();
  }

  document.addEventListener("click", (event) => {
    const at = event.target;
    for (const menu of all("details.menu[open]")) if (!menu.contains(at)) menu.open = false;
    const hider = at.closest("[data-hide]");
    const group = hider && hider.closest("[data-shown-for]");
    if (group) { event.preventDefault(); hide(group); return; }
    const closer = at.closest("[data-close]");
    if (closer && closer.closest("details")) {
      event.preventDefault();
      shut(closer.closest("details"));
    }
    const opener = at.closest("[data-open]");
    if (opener) { one("details.menu[open]")?.removeAttribute("open"); showKeys(); }
    if (at.closest("[data-shut]")) at.closest("dialog").close();
    if (at.matches("dialog")) at.close();
  });

  function escape() {
    const here = document.activeElement?.closest("details[open].menu, details[open].reveal");
    const open = here || one("details.menu[open]");
    if (open) shut(open);
    else if (document.activeElement?.matches("[data-search]")) document.activeElement.blur();
  }

  /* ---- Light, dark or as the system: at once here, kept by the server in a cookie. ---- */

  document.addEventListener("submit", (event) => {
    const form = event.target.closest("[data-theme-form]");
    const button = event.submitter;
    if (!form || !button) return;
    event.preventDefault();
    const root = document.documentElement;
    if (button.value === "system") delete root.dataset.theme;
    else root.dataset.theme = button.value;
    for (const each of all("button[aria-pressed]", form)) {
      each.setAttribute("aria-pressed", String(each === button));
    }
    const body = new FormData(form, button);
    const sent = fetch(form.getAttribute("action"), { method: "POST", body, redirect: "manual" });
    sent.catch(() => { /* Offline: the choice holds for this page only. */ });
  });

  /* ---- Keyboard. Off in fields, with a modifier, in dialogs, and where switched off. ---- */

  const OFF = "portal.keys.off";
  let goingUntil = 0;

  function keysAreOff() {
    try { return localStorage.getItem(OFF) === "1"; } catch { return false; }
  }

  function switchKeys(on) {
    try { localStorage.setItem(OFF, on ? "0" : "1"); } catch { /* Private mode: not kept. */ }
  }

  function showKeys() {
    const dialog = one("#keys");
    if (!dialog || dialog.open) return;
    const box = one("[data-keys-on]", dialog);
    box.checked = !keysAreOff();
    box.onchange = () => switchKeys(box.checked);
    for (const row of all("[data-when]", dialog)) row.hidden = !one(row.dataset.when);
    dialog.showModal();
  }

  function move(step) {
    const rows = all("[data-list] [data-row], [data-list] tbody tr");
    if (!rows.length) { one(`[data-key="${step > 0 ? "j" : "k"}"]`)?.click(); return; }
    const at = rows.findIndex((row) => row.contains(document.activeElement));
    const to = at < 0 ? (step > 0 ? 0 : rows.length - 1) : at + step;
    const link = rows[to] && one("a", rows[to]);
    if (link) { link.focus(); rows[to].scrollIntoView({ block: "nearest" }); }
  }

  function press(key) {
    const place = goingUntil > Date.now() && one(`[data-go="${CSS.escape(key)}"]`);
    if (place) { goingUntil = 0; place.click(); return true; }
    goingUntil = key === "g" ? Date.now() + 1500 : 0;
    if (key === "j") move(1);
    else if (key === "k") move(-1);
    else if (key === "x") return tickRow();
    else if (key === "?") showKeys();
    else if (key === "/" && one("[data-search]")) one("[data-search]").focus();
    else return false;
    return true;
  }

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Escape") { escape(); return; }
    if (one("dialog[open]") || keysAreOff()) return;
    const field = "input:not([type=checkbox]), textarea, select, [contenteditable]";
    if (event.target.closest?.(field)) return;
    if (press(event.key)) event.preventDefault();
  });

  /* ---- Selection in a list: the box in the header, x on a row, how many. ---- */

  function countTicks() {
    const ticks = all("[data-tick]");
    const chosen = ticks.filter((tick) => tick.checked).length;
    const whole = one("[data-tick-all]");
    if (whole) {
      whole.checked = chosen > 0 && chosen === ticks.length;
      whole.indeterminate = chosen > 0 && chosen < ticks.length;
    }
    const words = one("[data-ticked]");
    if (words) words.textContent = words.dataset.ticked.replace("{n}", chosen);
  }

  function tickRow() {
    const row = document.activeElement?.closest("tr");
    const tick = row && one("[data-tick]", row);
    if (!tick) return false;
    tick.checked = !tick.checked;
    countTicks();
    return true;
  }

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-tick-all]")) {
      for (const tick of all("[data-tick]")) tick.checked = event.target.checked;
    }
    if (event.target.matches("[data-tick], [data-tick-all]")) countTicks();
  });
  document.addEventListener("reset", () => setTimeout(countTicks, 0));
  window.addEventListener("pageshow", countTicks);

  /* ---- On load (the script is deferred). ---- */

  for (const element of all("[data-needs-script]")) element.hidden = false;
  one("[data-focus]")?.focus();
  watch(document);
})();
