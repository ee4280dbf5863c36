"use strict";

/** Language of the page; what is not translated is marked as English. */
const LANGUAGE = globalThis.document?.documentElement.lang || "en";
const LOCALE = LANGUAGE === "en" ? "en-GB" : LANGUAGE;
const DATA_LANGUAGE = LANGUAGE === "en" ? null : "en";
const PLURAL_RULES = new Intl.PluralRules(LOCALE);
const TEXTS = readTexts();
/** Texts of the data that are English on a page in another language. */
const ENGLISH_TEXTS = new Set();

/** The language of a text of the data; null where it is that of the page. */
function languageOf(text) {
  return ENGLISH_TEXTS.has(text) ? "en" : null;
}

/** @returns {Record<string, string | string[]>} translation, or its plural forms, by English text */
function readTexts() {
  const found = globalThis.document?.getElementById("report-texts")?.textContent;
  return found ? JSON.parse(found) : {};
}

/** The text in the language of the page; `{name}` stands for a value. */
function tr(text, values = {}) {
  const found = TEXTS[text] ?? text;
  return filled(Array.isArray(found) ? found[0] : found, values);
}

/** The text for a number of things, which it has as `{count}`. */
function trn(one, many, count, values = {}) {
  const isOne = PLURAL_RULES.select(count) === "one";
  const forms = TEXTS[one] ?? [one, many];
  const text = Array.isArray(forms) ? forms[isOne ? 0 : forms.length - 1] : forms;
  return filled(text, { count: WHOLE_NUMBER.format(count), ...values });
}

function filled(text, values) {
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}
