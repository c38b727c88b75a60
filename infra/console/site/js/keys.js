/** Keys for what a page can do. Nothing fires while somebody types, and who likes can switch them off. */

const OFF = "keys-off";
const FIELDS = "input, textarea, select, [contenteditable]";

export const switchedOff = () => localStorage.getItem(OFF) === "yes";
export const switchOff = (off) => localStorage.setItem(OFF, off ? "yes" : "no");

/** Listen to keys; the actions are by key. */
export function listen(actions) {
  document.addEventListener("keydown", (pressed) => {
    const action = actions[pressed.key];
    if (!action || meantElsewhere(pressed)) return;
    if (action(pressed) !== false) pressed.preventDefault();
  });
}

function meantElsewhere(pressed) {
  const chord = pressed.ctrlKey || pressed.metaKey || pressed.altKey;
  const typing = pressed.target instanceof Element && pressed.target.closest(FIELDS);
  const silent = pressed.key.length === 1 && switchedOff();
  return pressed.defaultPrevented || pressed.repeat || chord || typing || silent || document.querySelector("dialog[open]");
}
