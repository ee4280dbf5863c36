// The page's scripts as they run there: joined, in one scope, without a document.
import { readFileSync } from "node:fs";
import { createContext, runInContext } from "node:vm";

const ASSETS = new URL("../../../reports/assets/", import.meta.url);

/** Evaluates an expression after these scripts; values come back as plain JSON. */
export function page(...names) {
  const context = createContext({ URLSearchParams, location: { hash: "" }, atob, Uint8Array });
  runInContext(names.map((name) => readFileSync(new URL(name, ASSETS), "utf8")).join("\n"), context);
  return (expression, values = {}) => {
    Object.assign(context, values);
    const text = runInContext(`JSON.stringify(${expression})`, context);
    return text === undefined ? undefined : JSON.parse(text);
  };
}
