"use strict";

/** Compares numbers; missing ones come last in both directions. */
function byNumber(column) {
  return (a, b, turned) => {
    const left = column[a];
    const right = column[b];
    if (left === null || right === null) {
      return left === right ? 0 : left === null ? 1 : -1;
    }
    return turned ? right - left : left - right;
  };
}

/** Compares texts in alphabetical order; the position of each is computed once, on first use. */
function byText(texts) {
  let positions = null;
  return (a, b, turned) => {
    if (positions === null) {
      const collator = new Intl.Collator(LOCALE, { numeric: true, sensitivity: "base" });
      const order = Array.from(texts, (_, row) => row);
      order.sort((left, right) => collator.compare(texts[left] ?? "", texts[right] ?? ""));
      positions = new Uint32Array(texts.length);
      order.forEach((row, position) => {
        positions[row] = position;
      });
    }
    return turned ? positions[b] - positions[a] : positions[a] - positions[b];
  };
}

/** Compares texts that are stored once each in sorted order, so their codes are in order too. */
function byCode(column) {
  return (a, b, turned) =>
    turned ? codeAt(column, b) - codeAt(column, a) : codeAt(column, a) - codeAt(column, b);
}
