"use strict";

const WHOLE_NUMBER = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 0 });
const ONE_DECIMAL = new Intl.NumberFormat(LOCALE, {
  minimumFractionDigits: 1,
  maximumFractionDigits: 1,
});
const UP_TO_ONE_DECIMAL = new Intl.NumberFormat(LOCALE, { maximumFractionDigits: 1 });
const THREE_DIGITS = new Intl.NumberFormat(LOCALE, { maximumSignificantDigits: 3 });
const MINUS = "\u2212";

function formatPoints(points) {
  const size = ONE_DECIMAL.format(Math.abs(points));
  if (size === ONE_DECIMAL.format(0)) {
    return size;
  }
  return (points < 0 ? MINUS : "+") + size;
}

/** With one decimal, as in every other output of the run: shares are carried with three. */
function formatPercent(share) {
  return `${ONE_DECIMAL.format(100 * share)}\u202f%`;
}

/** Of a unit: the value is a share. */
const SHARE = /^share(?=[ _]|$)\s*/;
/** The separators of the language, for figures written as the sentences of the run write them. */
const SEPARATORS = separators();

function separators() {
  const parts = new Intl.NumberFormat(LOCALE, { useGrouping: true }).formatToParts(12_345.6);
  const part = (type) => parts.find((each) => each.type === type)?.value ?? "";
  return { ",": part("group"), ".": part("decimal") };
}

/** A value with its unit; a unit that begins with "share" reads as a percentage. */
function formatValue(value, unit) {
  return [valueFigure(value, unit), unitWords(unit)].filter(Boolean).join("\u00a0");
}

/** The figure of a value, without its unit. */
function valueFigure(value, unit) {
  return THREE_DIGITS.format(SHARE.test(unit) ? 100 * value : value).replace("-", MINUS);
}

/** What follows the figure. */
function unitWords(unit) {
  const share = SHARE.exec(unit);
  const unitText = share ? unit.slice(share[0].length) : unit;
  const rest = /^\d/.test(unitText) ? `(${unitText})` : unitText;
  return [share ? "%" : "", rest].filter(Boolean).join("\u00a0");
}

/** A figure as the sentences write it: three digits, thousands marked, no exponent. */
function sentenceFigure(value) {
  const size = Math.abs(value);
  if (value === 0) {
    return "0";
  }
  if (size < 1e-4) {
    return tr("almost 0");
  }
  const divisor = size >= 999.5e6 ? 1e9 : size >= 999.5e3 ? 1e6 : 1;
  const short = Number((value / divisor).toPrecision(3));
  const text = Math.abs(short) >= 1000 ? short.toLocaleString("en-GB") : String(short);
  const number = LANGUAGE === "en" ? text : text.replace(/[,.]/g, (mark) => SEPARATORS[mark]);
  return divisor === 1e9 ? tr("{number} billion", { number }) : divisor === 1e6 ? tr("{number} million", { number }) : number;
}

/** A figure with a percent sign where the unit is a share. */
function quantity(value, unit) {
  return SHARE.test(unit) ? `${sentenceFigure(Number((100 * value).toPrecision(12)))} %` : sentenceFigure(value);
}
