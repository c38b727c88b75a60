/** What the review page knows: the drafts that wait, and the one that is open. */

import { Queue } from "./queue.js";

export const desk = {
  queue: new Queue(),
  sent: new Set(), // decided here: a queue that is read too soon still has them
  wanted: "", // the draft that was asked for last
  current: null, // the page of the draft that is open
  found: [], // and what was found in it
};

/** The draft that the address names. */
export const asked = () => decodeURIComponent(location.hash.slice(1));
