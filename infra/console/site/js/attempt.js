/** What goes wrong is said in plain words. */

import { refused } from "./say.js";
import { refusal } from "./words.js";

export async function attempt(work) {
  try {
    await work();
  } catch (error) {
    if (error.code === undefined) throw error;
    refused(refusal(error));
  }
}
